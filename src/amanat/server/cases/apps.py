"""Case files in small: grants, and what workers write."""

from django.apps import AppConfig


class Cases(AppConfig):
    name = "amanat.server.cases"
    label = "cases"
