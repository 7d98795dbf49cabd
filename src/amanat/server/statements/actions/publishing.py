"""Publish a record: one person asks, a second one looks at what would leave and decides.

The second person confirmed nothing of it. What leaves is exactly what they looked at: its digest is held
against the record inside the transaction, and the files are kept as they are. Shown right by
`tests/server/statements/test_publishing.py`.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed, Unavailable
from amanat.record.export import FORMATS, export
from amanat.record.record import Record as Whole
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.models import Publication, PublishedFile, Record
from amanat.server.statements.queries.library import confirmers, digest, library_record

__all__ = ["ask_publication", "publish", "refuse", "withdraw"]


@transaction.atomic(durable=True)
def ask_publication(*, by: Member, now: datetime, record: Record) -> Publication:
    """Ask a second person to look. Raises `Malformed` when nothing is confirmed, `Conflict` when asked."""
    if not confirmers(record):
        raise Malformed("nothing is confirmed yet", where="publication")
    whole = digest(record)
    deed = write(by=by, now=now, record=record, kind="publication asked", what={"sha256": whole})
    try:
        with transaction.atomic():
            return Publication.objects.create(record=record, digest=whole, asked_by=by, asked=now, deed=deed)
    except IntegrityError as error:
        raise Conflict("somebody has asked already", where="publication") from error


def publish(*, by: Member, now: datetime, publication: Publication, looked_at: str) -> Publication:
    """Publish what was looked at. Raises `NotAllowed` for whoever asked or confirmed something, `Conflict`
    when the record has changed since."""
    record = publication.record
    _check_second(by, publication)
    files = _files(library_record(record, made=now, checked_by=by.pseudonym))
    with transaction.atomic(durable=True):
        row = _locked(publication)
        _check_second(by, row)
        # A record's writers lock its row first, so what is counted here is what leaves.
        Record.objects.select_for_update().get(pk=record.pk)
        if not looked_at == row.digest == digest(record):
            hint = "Take the asking back, and ask again for what is there now."
            raise Conflict("the record has changed since it was asked", where="publication", hint=hint)
        what = {"sha256": row.digest, "asked_by": row.asked_by.pseudonym}
        deed = write(by=by, now=now, record=record, kind="published", what=what)
        _close(row, "published", by=by, now=now, deed_id=deed.pk)
        PublishedFile.objects.bulk_create(
            PublishedFile(publication=row, form=form, data=data) for form, data in files.items()
        )
    return row


@transaction.atomic(durable=True)
def refuse(*, by: Member, now: datetime, publication: Publication, reason: str) -> None:
    """Do not publish, with the reason."""
    row = _locked(publication)
    _check_second(by, row)
    if not reason.strip():
        raise Malformed("no reason", where="reason")
    what = {"sha256": row.digest, "reason": reason}
    deed = write(by=by, now=now, record=row.record, kind="refused", what=what)
    _close(row, "refused", by=by, now=now, deed_id=deed.pk, reason=reason)


@transaction.atomic(durable=True)
def withdraw(*, by: Member, now: datetime, publication: Publication) -> None:
    """Take back what one asked for oneself."""
    row = _locked(publication)
    if row.asked_by_id != by.pk:
        raise NotAllowed("only whoever asked takes it back", where="publication")
    deed = write(by=by, now=now, record=row.record, kind="withdrawn", what={"sha256": row.digest})
    _close(row, "withdrawn", by=by, now=now, deed_id=deed.pk)


def _check_second(by: Member, publication: Publication) -> None:
    if by.pk == publication.asked_by_id or by.pk in confirmers(publication.record):
        hint = "Ask somebody who confirmed none of it to look at names and wording."
        raise NotAllowed("publishing needs a second person", where="publication", hint=hint)


def _locked(publication: Publication) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",)).select_related("record", "asked_by")
    found = rows.filter(pk=publication.pk, state="asked").first()
    if found is None:
        raise Conflict("this was decided before", where="publication")
    return found


def _close(
    row: Publication, state: str, *, by: Member, now: datetime, deed_id: int, reason: str = ""
) -> None:
    row.state, row.decided_by, row.decided, row.reason, row.deed_id = state, by, now, reason, deed_id
    row.save(update_fields=["state", "decided_by", "decided", "reason", "deed"])


def _files(whole: Whole) -> dict[str, bytes]:
    """Every export that the libraries on this machine can write."""
    found = {}
    for form in FORMATS:
        try:
            found[form] = export(whole, form)
        except Unavailable:
            continue
    return found
