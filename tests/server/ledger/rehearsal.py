"""Run by the kill tests as a process of its own: accept leaves as intake does, or dump what the database holds.

rehearsal.py accept HEX...   enters each leaf in one transaction and prints its promise, line by line
rehearsal.py dump            prints entries and trees as JSON
"""

import base64
import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "amanat.server.settings"

import django

django.setup()

from django.db import transaction

from amanat import clock
from amanat.server.ledger import actions
from amanat.server.ledger.models import Entry, SignedTree


def accept(leaf: bytes) -> None:
    """What a report does: commit first, promise after."""
    with transaction.atomic(durable=True):
        entry = actions.enter(now=clock.now(), leaf=leaf)
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


if sys.argv[1] == "accept":
    for text in sys.argv[2:]:
        accept(bytes.fromhex(text))
else:
    dump()
