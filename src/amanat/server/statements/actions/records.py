"""Begin a record.

Shown right by `tests/server/statements/test_pages.py`.
"""

from datetime import datetime

from django.db import transaction

from amanat.sealing.words import new_secret
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.models import Record

__all__ = ["begin"]


@transaction.atomic(durable=True)
def begin(*, by: Member, now: datetime, title: str, about: str = "") -> Record:
    """Begin a record with a title, and what it is about."""
    record = Record.objects.create(title=title, about=about, secret=new_secret(), author=by, begun=now)
    write(by=by, now=now, record=record, kind="begun", what={"title": title, "about": about})
    return record
