"""Release figures: a row and the log's statement of it, in one transaction. Nothing is ever overwritten.

Shown right by `tests/server/public/test_figures.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from amanat.errors import Conflict, Malformed
from amanat.server.accounts.models import Member
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.actions import enter_statement
from amanat.server.ledger.rules import epoch_of
from amanat.server.public import queries
from amanat.server.public.models import Release
from amanat.server.public.rules import release as files
from amanat.server.public.rules.lines import Line
from amanat.server.public.rules.series import falls
from amanat.strict import format_time

__all__ = ["release"]


def release(*, by: Member | None, now: datetime, digest: str, note: str = "", corrects: int = 0) -> Release:
    """Release the figures that were previewed; `by` is None for the command.

    Raises `Conflict` when they are no longer those of the `digest`, when they do not add up, when one that
    never falls is lower and nothing is corrected, or when somebody released at the same time; `Malformed` for
    a correction without a note or of nothing.
    """
    try:
        with transaction.atomic(durable=True):
            return _release(by=by, now=now, digest=digest, note=note, corrects=corrects)
    except IntegrityError as error:
        raise Conflict(AT_ONCE, where="figures", hint=LOOK_AGAIN) from error


LOOK_AGAIN = "Look at the preview again."
FEWER = gettext_noop("fewer than before: release it as a correction, with a note of what was wrong")
CHANGED = gettext_noop("the figures have changed since the preview")
NO_SUCH = gettext_noop("no such release to correct")
AT_ONCE = gettext_noop("somebody released at the same time")


def _refuse_falls(before: Release, lines: Sequence[Line]) -> None:
    lower = falls(files.parse_release(bytes(before.body)).lines, lines)
    if lower:
        name, old, new = lower[0]
        raise Conflict(FEWER, where=name, hint=f"It was {old} in release {before.number}, and is {new} now.")


def _release(*, by: Member | None, now: datetime, digest: str, note: str, corrects: int) -> Release:
    lines, found = queries.preview(now=now)
    if found != digest:
        raise Conflict(CHANGED, where="figures", hint=LOOK_AGAIN)
    before = queries.newest()
    corrected = Release.objects.filter(number=corrects).first()
    if corrects and corrected is None:
        raise Malformed(NO_SUCH, where="corrects")
    if before and not corrects:
        _refuse_falls(before, lines)
    published = ledger.published_checkpoint()
    made = files.Release(
        number=before.number + 1 if before else 1,
        corrects=corrects,
        note=note.strip(),
        made=format_time(now),
        origin=ledger.origin(),
        epoch_seconds=settings.AMANAT_EPOCH_SECONDS,
        until_epoch=epoch_of(now, settings.AMANAT_EPOCH_SECONDS),
        tree_size=published.size if published else 0,
        districts=queries.districts(),
        lines=tuple(lines),
        definitions=files.definitions(),
    )
    entry = enter_statement(now=now, text=files.statement_text(made))
    body = files.format_release(made)
    return Release.objects.create(
        number=made.number, corrects=corrected, body=body, made=now, author=by, entry=entry
    )
