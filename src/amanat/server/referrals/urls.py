"""Addresses of the institutions and of what is handed to them, below staff/; and of the pages that need no
account, below referral/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.referrals.views import calendars, day, doings, institutions, letters, referrals, tokens

__all__ = ["letter_patterns", "urlpatterns"]

app_name = "referrals"
REPORT = "reports/<str:report_id>/"
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
    path("institutions/<int:institution_id>/tokens/", tokens.tokens, name="tokens"),
    path("institutions/<int:institution_id>/tokens/<int:token_id>/end/", tokens.end, name="end-token"),
    path("day/", day.today, name="day"),
    path("day/<str:name>/", day.group, name="day-group"),
    path(f"{REPORT}referrals/<str:referral_id>/due/", day.due_date, name="due-date"),
    path(f"{REPORT}referrals/<str:referral_id>/clock", doings.doing, name="clock"),
    path(f"{REPORT}referrals/<str:referral_id>/clock.json", doings.preview, name="clock-preview"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.add, name="add-calendar"),
    path("calendars/<int:calendar_id>/", calendars.calendar, name="calendar"),
    path(f"{REPORT}referrals.json", referrals.thread, name="thread"),
    path(f"{REPORT}referrals/due.json", referrals.due, name="due"),
    path(f"{REPORT}referrals/draft", referrals.draft, name="draft"),
    path(f"{REPORT}referrals/new", referrals.new, name="new"),
    path(f"{REPORT}referrals/<str:referral_id>/step", referrals.step, name="step"),
    path(f"{REPORT}referrals/<str:referral_id>/missed", referrals.missed, name="missed"),
    path(f"{REPORT}referrals/<str:referral_id>/onward", referrals.onward, name="onward"),
]
letter_patterns: list[URLPattern | URLResolver] = [
    path("", letters.letter, name="letter"),
    path("open", letters.opened, name="open"),
    path("step", letters.step, name="step"),
    path("onward", letters.onward, name="onward"),
    path("due", letters.due, name="due"),
    path("reporter", letters.reporter, name="reporter"),
]
