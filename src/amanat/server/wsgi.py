"""The WSGI door that gunicorn opens."""

import os

from django.core.wsgi import get_wsgi_application

__all__ = ["application"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amanat.server.settings")
application = get_wsgi_application()
