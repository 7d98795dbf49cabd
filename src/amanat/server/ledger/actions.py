"""Writes of the ledger that others call: found the log, enter a leaf, make its promise.

`enter` runs inside the caller's transaction, so the report and its leaf are stored together or not at all; the promise may
leave the server only after that transaction is committed. The log itself is written by `jobs.py`. Protocol section 5. Shown
right by `tests/server/ledger/test_actions.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed
from amanat.receipt.promise import Promise, sign_promise
from amanat.server.crashes import crash_point
from amanat.server.ledger import queries
from amanat.server.ledger.models import Entry
from amanat.server.ledger.rules import LEAF_BYTES_MOST, MAX_DELAY_SECONDS, accepted_time, epoch_of
from amanat.tlog.hashing import leaf_hash
