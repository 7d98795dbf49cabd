"""`amanat log monitor` as a process: over restarts, failures and lies of the log."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amanat.cli.log_follow import _Age
from amanat.tlog.policy import parse_policy
from amanat.tlog.sightings import Sightings
from cli.follower import (
    MOMENT,
    MOMENT_TEXT,
    cosigned,
    grown,
    published,
    serving,
    started,
    undated,
    until,
    written_policy,
)
from tlog.makers import NORTH, SOUTH, amanat, entries, publish


@pytest.fixture
def log(tmp_path: Path) -> Path:
    grown(tmp_path / "log", 300)
    return tmp_path / "log"


def monitor(tmp_path: Path, place: object, *more: object, once: bool = True) -> list[object]:
    options = ["--policy", written_policy(tmp_path), "--state", tmp_path / "state"]
    return ["log", "monitor", place, *options, *(["--once"] if once else []), *more]


def alarm_shows_both_notes_and_keeps_them(tmp_path: Path, place: object, before: bytes, after: bytes) -> str:
    result = amanat(*monitor(tmp_path, place))
    assert result.returncode == 3, result
    assert f"----- seen before\n{before.decode()}----- served now\n{after.decode()}-----\n" in result.stdout
    kept = list((tmp_path / "state" / "evidence").iterdir())
    assert [(path / "after.note").read_bytes() for path in kept] == [after]
    assert [(path / "before.note").read_bytes() for path in kept] == [before]
    return result.stderr


def test_one_line_a_new_checkpoint_and_none_when_nothing_is_new(log, tmp_path):
    with serving(log) as url:
        first = amanat(*monitor(tmp_path, url))
        assert first.returncode == 0, first.stderr
        assert undated(first.stdout) == [f"300 entries  witnessed by {MOMENT_TEXT}: north"]
        assert amanat(*monitor(tmp_path, url)).stdout == ""
        publish(log, 512, 300)
        late = amanat(*monitor(tmp_path, url))
        assert late.returncode == 0
        assert undated(late.stdout) == [
            "512 entries (+212)  not yet witnessed as the policy asks; witnesses so far: none"
        ]
    assert (tmp_path / "state/checkpoints/512.note").read_bytes() == (log / "checkpoint").read_bytes()


def test_a_fork_of_the_same_key_is_shown_with_both_notes(log, tmp_path):
    assert amanat(*monitor(tmp_path, log)).returncode == 0
    for size in (300, 700):
        fork = published(tmp_path / f"fork{size}", [b"fork", *entries(size - 1)])
        result = amanat(*monitor(tmp_path, tmp_path / f"fork{size}"))
        assert result.returncode == 3
        assert "ALARM" in result.stderr
        assert (log / "checkpoint").read_text() in result.stdout
        assert fork.read("checkpoint").decode() in result.stdout
    # It goes on where it was, and says that there was something.
    again = amanat(*monitor(tmp_path, log))
    assert again.returncode == 0
    assert "there is evidence against this log from before: 2" in again.stderr


def test_an_older_checkpoint_put_back_is_an_alarm(log, tmp_path):
    old = (log / "checkpoint").read_bytes()
    grown(log, 400, 300)
    new = (log / "checkpoint").read_bytes()
    assert amanat(*monitor(tmp_path, log)).returncode == 0
    (log / "checkpoint").write_bytes(old)
    told = alarm_shows_both_notes_and_keeps_them(tmp_path, log, new, old)
    assert "the log went back from 400 entries to 300" in told


def test_a_checkpoint_with_a_false_signature_is_an_alarm(log, tmp_path):
    before = (log / "checkpoint").read_bytes()
    assert amanat(*monitor(tmp_path, log)).returncode == 0
    (log / "checkpoint").write_bytes(before.replace(b"\n300\n", b"\n301\n"))
    alarm_shows_both_notes_and_keeps_them(tmp_path, log, before, before.replace(b"\n300\n", b"\n301\n"))


def test_with_once_each_failure_has_its_code(log, tmp_path):
    for place, code in (("http://127.0.0.1:1", 69), (tmp_path / "nowhere", 66)):
        result = amanat(*monitor(tmp_path, place))
        assert (result.returncode, result.stdout) == (code, "")
        assert "Traceback" not in result.stderr
    (log / "checkpoint").write_text("<html>sign in</html>")
    assert amanat(*monitor(tmp_path, log)).returncode == 65
    (log / "checkpoint").unlink()
    assert amanat(*monitor(tmp_path, log)).returncode == 66


def test_a_state_that_was_damaged_is_not_believed(log, tmp_path):
    amanat(*monitor(tmp_path, log))
    (tmp_path / "state/checkpoints/300.note").write_bytes(b"")
    result = amanat(*monitor(tmp_path, log))
    assert result.returncode == 78
    assert "checkpoints/300.note" in result.stderr


def test_a_log_that_stands_still_is_told(log, tmp_path):
    words = f"nothing newer than {MOMENT_TEXT} has been witnessed"
    assert words in amanat(*monitor(tmp_path, log)).stderr
    cosigned(publish(log, 301, 300), NORTH, time=int(time.time()))
    fresh = amanat(*monitor(tmp_path, log))
    assert (fresh.returncode, fresh.stderr) == (0, "")


def test_it_is_told_once_a_day_and_not_at_every_look(log, tmp_path, capsys):
    policy = parse_policy(written_policy(tmp_path).read_text())
    sighting = Sightings(tmp_path / "state", policy).sight((log / "checkpoint").read_bytes())
    age, witnessed = _Age(), datetime.fromtimestamp(MOMENT, UTC)
    for hours in (1, 23, 25, 26, 48, 50, 72):
        age.look(sighting, now=witnessed + timedelta(hours=hours))
    assert len(undated(capsys.readouterr().err)) == 2


@pytest.mark.parametrize("every", ["0", "-1", "nan", "inf", "x", "604801"])
def test_a_wait_that_cannot_be_is_wrong_usage(log, tmp_path, every):
    assert amanat(*monitor(tmp_path, log, f"--every={every}")).returncode == 2


@pytest.mark.slow
def test_it_lives_through_failures_and_kills_and_ends_cleanly_when_told(log, tmp_path):
    arguments = monitor(tmp_path, "http://127.0.0.1:1", "--every", "0.2", once=False)
    notes = tmp_path / "state/checkpoints"
    with serving(log) as url:
        arguments[2] = url
        with started(*arguments) as process:
            until((notes / "300.note").exists)
            assert amanat(*arguments, "--once").returncode == 75
            (log / "checkpoint").rename(log / "hidden")
            until(lambda: "next try in" in process.stderr.readline())
            (log / "hidden").rename(log / "checkpoint")
            until(lambda: "works again" in process.stderr.readline())
            process.kill()
        grown(log, 400, 300)
        with started(*arguments) as process:
            assert undated(process.stdout.readline()) == [
                f"400 entries (+100)  witnessed by {MOMENT_TEXT}: north"
            ]
            cosigned(publish(log, 401, 400), SOUTH)
            until(lambda: "401 entries (+1)  not yet witnessed" in process.stdout.readline())
            cosigned(publish(log, 401, 401), SOUTH, NORTH)
            both = f"401 entries, as before  witnessed by {MOMENT_TEXT}: north, south"
            until(lambda: undated(process.stdout.readline()) == [both])
            os.kill(process.pid, signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert undated(errors)[-1] == "stopped"
    assert sorted(path.name for path in notes.iterdir()) == ["300.note", "400.note", "401.note"]


@pytest.mark.slow
def test_ctrl_c_ends_it_cleanly_while_it_waits_and_a_fork_ends_it_by_itself(log, tmp_path):
    arguments = monitor(tmp_path, log, "--every", "0.2", once=False)
    with started(*arguments) as process:
        until((tmp_path / "state/checkpoints/300.note").exists)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 0
    with started(*arguments) as process:
        fork = published(tmp_path / "fork", [b"fork", *entries(299)])
        (log / "checkpoint").write_bytes(fork.read("checkpoint"))
        assert process.wait(timeout=30) == 3
