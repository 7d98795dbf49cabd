"""The reporter's pages, and sealed reports."""

from django.apps import AppConfig


class Intake(AppConfig):
    name = "amanat.server.intake"
    label = "intake"
