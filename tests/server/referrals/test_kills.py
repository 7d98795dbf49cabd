"""The server is killed without warning while it writes about a referral; whoever sent it sends it again.

Nothing that was promised is lost, and row, step, clock and leaf are stored together or not at all.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amanat.receipt.chain import Chain
from amanat.receipt.referring import Referring
from server.makers import FRESH, NOW, b64, sealed_report
from server.place import Place, check_everything

pytestmark = pytest.mark.slow
REHEARSAL = str(Path(__file__).with_name("rehearsal.py"))
POINTS = ["accept:before-commit", "accept:after-commit"]


def send(place: Place, *files: str, crash_at: str = "") -> list[Any]:
    """What is there, in numbers (events, referrals, steps, clocks, entries), and the promise of each file."""
    done = place.run(REHEARSAL, str(place.time), *files, crash_at=crash_at)
    assert (done.returncode != 0) is bool(crash_at), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def marked(sent: dict[str, Any]) -> dict[str, Any]:
    return {name: f"b64:{b64(value)}" if isinstance(value, bytes) else value for name, value in sent.items()}


def made(referring: Referring, institution: str, due: str = "") -> dict[str, Any]:
    return {
        "referral_id": referring.referral_id,
        "number": referring.number,
        "institution": institution,
        "request": "investigation",
        "sees": "words",
        **marked({"locator_hash": referring.locator_hash, "package": referring.package()}),
        "due": due,
    }


def due_of(time: int) -> str:
    """Five working days on, at the end of that day in Karachi, counted by hand."""
    day = datetime.fromtimestamp(time, UTC) + timedelta(hours=5)
    left = 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, hours=-5)
    return end.isoformat()


@pytest.fixture
def files(place: Place, tmp_path: Path) -> list[str]:
    """A referral to the court, its delivery, and its transfer to the police, as they are sent."""
    chain, report = sealed_report()
    (tmp_path / "report").write_text(json.dumps(marked(report)))
    assert place.run(REHEARSAL, "found", str(tmp_path / "report")).returncode == 0
    court = Referring(chain.keys.thread_key)
    parts = [referral(chain, court), step(court, "delivered"), transfer(court, due_of(place.time))]
    paths = [tmp_path / name for name in ("referral", "step", "transfer")]
    for path, part in zip(paths, parts, strict=True):
        path.write_text(json.dumps(part))
    return [str(path) for path in paths]


def referral(chain: Chain, court: Referring) -> dict[str, Any]:
    event = chain.event("referred", "Invented words.", by_reporter=False, now=NOW, fresh=FRESH)
    sent = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record}
    return {**marked(sent), "made": made(court, "Court")}


def step(court: Referring, kind: str) -> dict[str, Any]:
    taken = court.step(kind, now=NOW, fresh=FRESH)
    sent = {"seq": taken.seq, "leaf": taken.leaf, "head": taken.head, "body": taken.body}
    return {"referral": court.referral_id, "kind": kind, **marked(sent)}


def transfer(court: Referring, due: str) -> dict[str, Any]:
    return {**step(court, "transferred"), "made": made(Referring(court.keys.key), "Police", due)}


@pytest.mark.parametrize("point", POINTS)
def test_a_referral_a_step_and_a_transfer_that_met_a_kill_are_sent_again(
    place: Place, files: list[str], point: str
) -> None:
    before = [1, 0, 0, 0, 1]
    promises: list[bytes] = []
    stages = ([2, 1, 0, 0, 2], [2, 1, 1, 0, 3], [2, 2, 2, 1, 4])
    for file, after in zip(files, stages, strict=True):
        assert send(place, file, crash_at=point) == [before]
        found, promise, then, same, at_last = send(place, file, file)
        assert found == (before if point == "accept:before-commit" else after)
        assert [then, at_last] == [after, after]
        assert promise == same
        promises.append(base64.b64decode(promise))
        before = after
    place.work()
    check_everything(place, promises)
