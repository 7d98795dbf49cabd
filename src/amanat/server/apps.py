"""The server itself as an app: it owns no tables, only the system checks."""

from django.apps import AppConfig


class Amanat(AppConfig):
    name = "amanat.server"
    label = "amanat"

    def ready(self) -> None:
        from amanat.server import checks  # noqa: F401 - importing registers the checks
