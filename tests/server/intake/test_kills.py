"""The server is killed without warning while it takes a report or an event; whoever sent it sends it again.

Nothing that was promised is lost, nothing is stored by halves, and nothing is stored twice.
"""

import base64
import json
from pathlib import Path

import pytest

from server.makers import as_json, message, sealed_report
from server.place import Place, check_everything

pytestmark = pytest.mark.slow
REHEARSAL = str(Path(__file__).with_name("rehearsal.py"))


def send(place: Place, *files: str, crash_at: str = "") -> list[bytes]:
    done = place.run(REHEARSAL, str(place.time), *files, crash_at=crash_at)
    assert (done.returncode != 0) is bool(crash_at), done.stderr
    return [base64.b64decode(line) for line in done.stdout.split()]


def count(place: Place) -> list[int]:
    return json.loads(place.run(REHEARSAL, "count").stdout)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A report and its next event, as they are sent."""
    chain, report = sealed_report()
    event = message(chain)
    following = {"report_id": chain.report_id, "seq": 1, "leaf": event.leaf, "sealed": event.record}
    for name, sent in (("report", report), ("event", following)):
        (tmp_path / name).write_text(json.dumps(as_json(sent)))
    return [str(tmp_path / "report"), str(tmp_path / "event")]


@pytest.mark.parametrize(("point", "stored"), [("accept:before-commit", 0), ("accept:after-commit", 1)])
def test_a_report_that_met_a_kill_is_sent_again(
    place: Place,
    files: list[str],
    point: str,
    stored: int,
) -> None:
    assert send(place, files[0], crash_at=point) == []
    assert count(place) == [stored] * 3
    promises = send(place, files[0])
    assert count(place) == [1, 1, 1]
    assert send(place, files[0]) == promises
    place.work()
    check_everything(place, promises)


@pytest.mark.parametrize(("point", "stored"), [("accept:before-commit", 1), ("accept:after-commit", 2)])
def test_an_event_that_met_a_kill_is_sent_again(
    place: Place,
    files: list[str],
    point: str,
    stored: int,
) -> None:
    promises = send(place, files[0])
    assert send(place, files[1], crash_at=point) == []
    assert count(place) == [1, stored, stored]
    promises += send(place, files[1])
    assert count(place) == [1, 2, 2]
    place.work()
    place.work()
    check_everything(place, promises)
