"""Starting Django for a command: the settings module, then the apps. No command of its own."""

import os

__all__ = ["prepare"]


def prepare() -> None:
    """Load the settings and the apps; safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amanat.server.settings")
    import django

    django.setup()
