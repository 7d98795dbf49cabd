"""Addresses of the worker's pages, below staff/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.cases import api, views

__all__ = ["urlpatterns"]

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.inbox, name="inbox"),
    path("reports/<str:report_id>/", views.report, name="report"),
    path("reports/<str:report_id>/thread.json", api.thread, name="thread"),
    path("reports/<str:report_id>/grants", api.grants, name="grants"),
    path("reports/<str:report_id>/events", api.events, name="events"),
]
