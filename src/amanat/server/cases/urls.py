"""Addresses of the worker's pages, below staff/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.cases.api import files, handing, reports
from amanat.server.cases.views import files as pages
from amanat.server.cases.views import reports as report_pages

__all__ = ["urlpatterns"]

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", report_pages.inbox, name="inbox"),
    path("reports/<str:report_id>/", report_pages.report, name="report"),
    path("reports/<str:report_id>/thread.json", reports.thread, name="thread"),
    path("reports/<str:report_id>/grants", reports.grants, name="grants"),
    path("reports/<str:report_id>/events", reports.events, name="events"),
    path("cases/", pages.cases, name="cases"),
    path("cases/new/", pages.new, name="new-case"),
    path("cases/open", files.open_case, name="open-case"),
    path("cases/held.json", files.held, name="held"),
    path("cases/<str:case_id>/", pages.case, name="case"),
    path("cases/<str:case_id>/recovery/", pages.recovery, name="recovery"),
    path("cases/<str:case_id>/file.json", files.file, name="file"),
    path("cases/<str:case_id>/rows", files.rows, name="rows"),
    path("cases/<str:case_id>/parts", files.parts, name="parts"),
    path("cases/<str:case_id>/parts/<str:document_id>/<int:number>", files.part, name="part"),
    path("cases/<str:case_id>/state", files.state, name="state"),
    path("cases/<str:case_id>/viewing", files.viewing, name="viewing"),
    path("cases/<str:case_id>/release", files.release, name="release"),
    path("cases/<str:case_id>/links", files.link, name="links"),
    path("cases/<str:case_id>/merge", files.merge, name="merge"),
    path("cases/<str:case_id>/grants", handing.grants, name="case-grants"),
    path("cases/<str:case_id>/remove", handing.remove, name="remove"),
    path("cases/<str:case_id>/resealed", handing.reseal, name="resealed"),
    path("cases/<str:case_id>/recovery.json", handing.recovery, name="recovery-state"),
    path("cases/<str:case_id>/propose", handing.propose, name="propose"),
    path("cases/<str:case_id>/second", handing.second, name="second"),
    path("cases/<str:case_id>/withdraw", handing.withdraw, name="withdraw"),
    path("cases/<str:case_id>/recover", handing.recover, name="recover"),
    path("cases/<str:case_id>/erase", handing.erase, name="erase"),
]
