"""Say what a name is: a body, somebody in public office, a private person, a child; and which names are one.

Shown right by `tests/server/statements/test_names.py`.
"""

from datetime import datetime

from django.db import transaction

from amanat.errors import Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.models import Name
from amanat.server.statements.rules.states import NAME_KINDS

__all__ = ["say"]


@transaction.atomic(durable=True)
def say(
    *, by: Member, now: datetime, name: Name, kind: str, role: str = "", same_as: Name | None = None
) -> Name:
    """Say what a name is, or that it is another writing of a name; saying it again replaces what was said.

    The words of the name are not in the leaf's payload: a covered one would stand there for ever.
    """
    if kind not in NAME_KINDS:
        raise Malformed("not a kind of name", where="name")
    if same_as is not None:
        same_as = same_as.same_as or same_as
        if same_as.record_id != name.record_id or same_as.pk == name.pk:
            raise NotAllowed("not another name of this record", where="name")
    row = Name.objects.select_for_update(of=("self",)).select_related("record").get(pk=name.pk)
    what = {"name": row.pk, "kind": kind, "role": role, "same_as": same_as.pk if same_as else 0}
    row.kind, row.role, row.same_as = kind, role, same_as
    row.deed = write(by=by, now=now, record=row.record, kind="name", what=what)
    row.save(update_fields=["kind", "role", "same_as", "deed"])
    if same_as is not None:
        # Writings of this one become writings of the other: never a chain.
        Name.objects.filter(same_as=row).update(same_as=same_as, deed=row.deed)
    return row
