"""Addresses of the reporter's pages, and of what their browsers send."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.intake import api, views

__all__ = ["urlpatterns"]

app_name = "intake"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("safety/", views.safety, name="safety"),
    path("audio/<path:name>", views.audio, name="audio"),
    path("report/", views.report, name="report"),
    path("report/intake.json", api.intake, name="intake"),
    path("report/sealed", api.sealed, name="sealed"),
    path("return/", views.come_back, name="return"),
    path("return/thread", api.thread, name="thread"),
    path("return/event", api.event, name="event"),
]
