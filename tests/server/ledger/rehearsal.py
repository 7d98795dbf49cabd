"""Run by the kill tests as a process of its own: accept leaves, sequence them, or dump what the database
holds.

rehearsal.py accept HEX...   enters each leaf in one transaction and prints its promise, line by line
rehearsal.py dump            prints entries and trees as JSON
"""

import base64
import json
import os
import sys
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amanat.server.settings")

import django

django.setup()

from django.db import transaction  # noqa: E402

from amanat.server.ledger import actions, jobs  # noqa: E402
from amanat.server.ledger.models import Entry, SignedTree  # noqa: E402


def accept(now: datetime, leaf: bytes) -> None:
    """What a report does: commit first, promise after."""
    with transaction.atomic(durable=True):
        entry = actions.enter(now=now, leaf=leaf)
    promise = actions.promise_for(entry)
    print(base64.b64encode(promise).decode(), flush=True)


def dump() -> None:
    """Everything the log knows of itself."""
    entries = [
        (bytes(entry.leaf).hex(), entry.index, entry.is_cover) for entry in Entry.objects.order_by("id")
    ]
    trees = [
        (tree.size, bytes(tree.root).hex(), tree.published) for tree in SignedTree.objects.order_by("size")
    ]
    print(json.dumps({"entries": entries, "trees": trees}))


def moment(text: str) -> datetime:
    return datetime.fromtimestamp(int(text), UTC)


match sys.argv[1:]:
    case ["accept", time, *leaves]:
        for text in leaves:
            accept(moment(time), bytes.fromhex(text))
    case ["work", time]:
        jobs.sequence(now=moment(time))
    case ["dump"]:
        dump()
