"""Addresses of the match service, below hashbank/, and of the page about lists, below staff/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.hashbank import curation_api, exchanges_api, matching_api, views

__all__ = ["service_patterns", "urlpatterns"]

app_name = "hashbank"
BANK = "c/bank/<str:name>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("lists/", views.lists, name="lists"),
    path("lists/import/", views.take_in, name="import"),
]
service_patterns: list[URLPattern | URLResolver] = [
    path("status", views.status),
    path("status/live", views.live),
    path("h/hash", matching_api.hash_media),
    path("m/lookup", matching_api.lookup),
    path("m/raw_lookup", matching_api.raw_lookup),
    path("m/compare", matching_api.compare),
    path("m/index/status", matching_api.index_status),
    path("c/banks", curation_api.banks),
    path(BANK, curation_api.bank),
    path(f"{BANK}/content", curation_api.contents),
    path(f"{BANK}/content/<int:content_id>", curation_api.content),
    path(f"{BANK}/signal", curation_api.signal),
    path(f"{BANK}/withdrawals", curation_api.withdrawals),
    path("c/signal_type", curation_api.signal_types),
    path("c/content_type", curation_api.content_types),
    path("c/exchanges", exchanges_api.exchanges),
    path("c/exchanges/apis", exchanges_api.apis),
    path("c/exchanges/api/<str:name>", exchanges_api.api),
    path("c/exchanges/api/<str:name>/schema", exchanges_api.schema),
    path("c/exchange/<str:name>", exchanges_api.exchange),
    path("c/exchange/<str:name>/status", exchanges_api.status),
]
