"""Every address of the server: the reporter's pages at the root, staff below staff/, whoever has a letter
below referral/, the public log below log/, the API of institutions below api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from amanat.server.hashbank.urls import service_patterns
from amanat.server.referrals.api import api
from amanat.server.referrals.urls import letter_patterns

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", include("amanat.server.accounts.urls")),
    path("staff/", include("amanat.server.hashbank.urls")),
    path("hashbank/", include(service_patterns)),
    path("staff/", include("amanat.server.cases.urls")),
    path("staff/", include("amanat.server.referrals.urls")),
    path("staff/", include("amanat.server.statements.urls")),
    path("referral/", include((letter_patterns, "letters"))),
    path("api/v1/", api.urls),
    path("", include("amanat.server.public.urls")),
    path("", include("amanat.server.intake.urls")),
]

handler400 = "amanat.server.middleware.bad_request"
handler403 = "amanat.server.middleware.not_allowed"
handler404 = "amanat.server.middleware.not_found"
handler500 = "amanat.server.middleware.broken"
