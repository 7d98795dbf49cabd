"""What a record's rows may be: states of items, kinds of names, outcomes of a right of reply, and what a
person did that has a leaf in the log. Pure values and the limits that hold here.

Shown right by the constraints of `models/` and `tests/server/statements/`.
"""

from amanat.record.record import STATES

__all__ = [
    "CARRIES",
    "CONFIRMED",
    "DEEDS",
    "EDITED",
    "HIDDEN_KINDS",
    "MAX_AT_ONCE",
    "MAX_SOURCE_BYTES",
    "MAX_TRIES",
    "NAME_KINDS",
    "OBSOLETE",
    "PENDING",
    "PUBLICATIONS",
    "REJECTED",
    "REPLIES",
    "SHOWN",
    "STATES",
]

PENDING, CONFIRMED, EDITED, REJECTED, OBSOLETE = STATES
SHOWN = frozenset({CONFIRMED, EDITED})

UNDECIDED, BODY, PUBLIC, PRIVATE, CHILD = NAME_KINDS = ("undecided", "body", "public", "private", "child")
HIDDEN_KINDS = frozenset({PRIVATE, CHILD})

REPLIES = ("asked", "replied", "declined", "none found")
PUBLICATIONS = ("asked", "published", "refused", "withdrawn")
CARRIES = ("found", "lost", "carried", "let go")

DEEDS = (
    "begun",
    "source",
    "confirmed",
    "rejected",
    "edited",
    "by hand",
    "carried",
    "let go",
    "name",
    "question",
    "counted",
    "reply",
    "publication asked",
    "published",
    "refused",
    "withdrawn",
)

# A document is held in memory while it is read, and a page of it is drawn at once.
MAX_SOURCE_BYTES = 16 * 1024 * 1024
# By filter, never everything: somebody reads each of them on one page before it is confirmed.
MAX_AT_ONCE = 20
# How often the rules are tried on a source that stops the worker.
MAX_TRIES = 3
