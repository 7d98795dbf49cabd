"""The worker loop: every job in turn, and a failing one never stops the others."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from amanat.errors import Unavailable
from amanat.server import worker


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Three jobs, of which the second and the third fail; the moments at which the first was called."""
    moments: list[datetime] = []

    def works(*, now: datetime) -> int:
        moments.append(now)
        return 1

    def is_refused(*, now: datetime) -> int:
        raise Unavailable("not now", hint="Later.")

    def is_broken(*, now: datetime) -> int:
        raise ValueError("SECRET")

    monkeypatch.setattr(worker, "JOBS", (is_refused, is_broken, works))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    return moments


def test_a_failing_job_is_logged_and_the_others_still_run(
    calls: list[datetime], caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR, "amanat.worker"):
        assert worker.run_once() == 2
    assert len(calls) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "is_refused: not now\nLater.",
        "is_broken failed and will be tried again",
    ]


def test_jobs_are_given_an_aware_time(calls: list[datetime]):
    worker.run_once()
    assert calls[0].tzinfo == UTC


def test_the_loop_ends_when_it_is_told_to(calls: list[datetime], settings):
    settings.AMANAT_EPOCH_SECONDS = 1
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_sessions_that_have_ended_are_forgotten(db):
    now = datetime(2026, 5, 3, tzinfo=UTC)
    for minutes in (-1, 1):
        expires = now + timedelta(minutes=minutes)
        Session.objects.create(session_key=f"key{minutes}", session_data="", expire_date=expires)
    assert worker.forget_sessions(now=now) == 1
    assert [session.session_key for session in Session.objects.all()] == ["key1"]


@pytest.mark.parametrize(("epoch", "pause"), [(600, 5), (2, 0.2), (60, 3)])
def test_the_pause_is_a_small_part_of_an_epoch(settings, epoch: int, pause: float):
    settings.AMANAT_EPOCH_SECONDS = epoch
    assert worker.pause_seconds() == pause
