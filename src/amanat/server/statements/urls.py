"""Addresses of the records, below staff/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.statements.views import items, questions, records, shown, sources

__all__ = ["urlpatterns"]

app_name = "statements"
RECORD = "records/<int:record_id>/"
SOURCE = f"{RECORD}sources/<int:number>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("records/", records.records, name="records"),
    path("records/new/", records.begin, name="begin"),
    path(RECORD, records.record, name="record"),
    path(f"{RECORD}history/", records.history, name="history"),
    path(f"{RECORD}history/<int:seq>.tlog-proof", records.proof, name="proof"),
    path(f"{RECORD}sources/new/", sources.add, name="add-source"),
    path(SOURCE, sources.source, name="source"),
    path(f"{SOURCE}original", sources.original, name="original"),
    path(f"{SOURCE}items/new/", items.new, name="new-item"),
    path(f"{RECORD}versions/", sources.carries, name="carries"),
    path(f"{RECORD}versions/<int:carry_id>/", sources.carry, name="carry"),
    path(f"{RECORD}review/", items.review, name="review"),
    path(f"{RECORD}review/page/", items.confirm_page, name="confirm-page"),
    path(f"{RECORD}items/<int:item_id>/", items.decide, name="decide"),
    path(f"{RECORD}items/<int:item_id>/correct/", items.correct, name="correct"),
    path(f"{RECORD}items/<int:item_id>/reply/", shown.reply, name="reply"),
    path(f"{RECORD}timeline/", shown.timeline, name="timeline"),
    path(f"{RECORD}statements/", shown.statements, name="statements"),
    path(f"{RECORD}referrals/", shown.referrals, name="referrals"),
    path(f"{RECORD}questions/", questions.ask, name="questions"),
    path(f"{RECORD}questions/<int:question_id>/", questions.question, name="question"),
    path(f"{RECORD}questions/<int:question_id>/figures/", questions.counted, name="counted"),
    path(f"{RECORD}names/", questions.names, name="names"),
    path(f"{RECORD}names/<int:name_id>/", questions.name, name="name"),
    path(f"{RECORD}publication/", questions.look, name="look"),
    path(f"{RECORD}publication/ask/", questions.ask_publication, name="ask-publication"),
    path(f"{RECORD}publication/decide/", questions.decide_publication, name="decide-publication"),
    path(f"{RECORD}publication/<str:form>", questions.file, name="file"),
]
