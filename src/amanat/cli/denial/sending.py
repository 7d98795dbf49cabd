"""A report as a browser makes it, and what is sent of it. Shown right by `tests/cli/test_denial.py`."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import pyrage

from amanat import clock
from amanat.receipt.chain import Chain, Fresh, Made
from amanat.sealing.keys import locator_hash
from amanat.tlog.hashing import EMPTY_ROOT

__all__ = ["JSON", "Report", "as_body", "new_report"]

JSON = {"Content-Type": "application/json"}


@dataclass
class Report:
    """What a reporter holds after sending: the chain, the first event, and the promise."""

    chain: Chain
    event: Made
    promise: bytes


def new_report() -> tuple[Report, dict[str, Any]]:
    """A report that was not sent yet, and what is sent of it."""
    chain, reader = Chain(), str(pyrage.x25519.Identity.generate().to_public())
    answers = {"text": "An invented report."}
    sealed, event = chain.report(answers, [reader], now=clock.now(), fresh=Fresh(0, EMPTY_ROOT))
    fields = {
        "report_id": chain.report_id,
        "locator_hash": locator_hash(chain.keys.locator),
        "sealed": sealed,
        "leaf": event.leaf,
        "record": event.record,
    }
    return Report(chain, event, b""), fields


def as_body(fields: dict[str, Any]) -> bytes:
    """JSON with bytes in base64."""
    body = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in fields.items()
    }
    return json.dumps(body).encode()
