"""Addresses of the institutions and of what is handed to them, below staff/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.referrals.views import calendars, institutions

__all__ = ["urlpatterns"]

app_name = "referrals"
urlpatterns: list[URLPattern | URLResolver] = [
    path("institutions/", institutions.institutions, name="institutions"),
    path("institutions/new/", institutions.add, name="add-institution"),
    path("institutions/directory.yaml", institutions.directory, name="directory"),
    path("institutions/take-over/", institutions.take_over, name="take-over"),
    path("institutions/<int:institution_id>/", institutions.institution, name="institution"),
    path("institutions/<int:institution_id>/edit/", institutions.edit, name="edit-institution"),
    path("institutions/<int:institution_id>/clocks/new/", institutions.add_clock, name="add-clock"),
    path(
        "institutions/<int:institution_id>/clocks/<int:clock_id>/end/",
        institutions.end_clock,
        name="end-clock",
    ),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.add, name="add-calendar"),
    path("calendars/<int:calendar_id>/", calendars.calendar, name="calendar"),
]
