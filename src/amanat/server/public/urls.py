"""Addresses of the public log, the public figures, the pages to take away, and the sign of life."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.public import device
from amanat.server.public.views import figures, releasing
from amanat.server.public.views import log as views

__all__ = ["urlpatterns"]

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("log/", views.log, name="log"),
    path("log/checkpoint", views.checkpoint, name="checkpoint"),
    path("log/updates", views.updates, name="updates"),
    path("log/policy.txt", views.policy, name="policy"),
    path("log/promise-key.txt", views.promise_key, name="promise-key"),
    path("log/timestamps/<str:name>", views.timestamp, name="timestamp"),
    path("log/tile/<path:name>", views.tile, name="tile"),
    path("figures/", figures.figures, name="figures"),
    path("figures/schema.json", figures.schema, name="figures-schema"),
    path("figures/<int:number>/", figures.figures, name="release"),
    path("figures/<int:number>.json", figures.as_json, name="release-json"),
    path("figures/<int:number>.csv", figures.as_csv, name="release-csv"),
    path("figures/<int:number>.tlog-proof", figures.as_proof, name="release-proof"),
    path("staff/figures/", releasing.preview, name="preview"),
    path("verify.html", views.verify, name="verify"),
    path("fingerprint/", device.fingerprint, name="fingerprint"),
    path("fingerprint/worker.js", device.fingerprint_worker, name="fingerprint-worker"),
    path("fingerprint.html", device.fingerprint_file, name="fingerprint-file"),
    path("healthz", views.health, name="health"),
]
