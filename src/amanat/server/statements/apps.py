"""Records: public documents, what they say and who confirmed it."""

from django.apps import AppConfig

__all__ = ["Statements"]


class Statements(AppConfig):
    name = "amanat.server.statements"
    label = "statements"
