"""Addresses when the match service runs apart (`amanat hashbank serve`): at the root, as HMA has them.

An existing client adds a second slash to an address that ends with one, so that is taken too.
"""

from django.urls import URLPattern, URLResolver, include, path, re_path

from amanat.server.hashbank.urls import service_patterns

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(service_patterns)),
    re_path(r"^/", include(service_patterns)),
]

handler400 = "amanat.server.middleware.bad_request"
handler403 = "amanat.server.middleware.not_allowed"
handler404 = "amanat.server.middleware.not_found"
handler500 = "amanat.server.middleware.broken"
