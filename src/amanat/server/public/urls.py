"""Addresses of the public log, the pages to take away, and the sign of life."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.public import device, views

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
    path("verify.html", views.verify, name="verify"),
    path("fingerprint/", device.fingerprint, name="fingerprint"),
    path("fingerprint/worker.js", device.fingerprint_worker, name="fingerprint-worker"),
    path("fingerprint.html", device.fingerprint_file, name="fingerprint-file"),
    path("healthz", views.health, name="health"),
]
