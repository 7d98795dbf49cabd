"""The worker loop: calls each job in turn, for ever. The row is the queue, so a job that fails is simply
called again.

It holds no state: killing it at any moment loses nothing. It schedules nothing itself; each job knows from
its rows and from `now` what is due. Shown right by `tests/server/test_worker.py`.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import close_old_connections

from amanat import clock
from amanat.errors import Error
from amanat.server.hashbank.jobs import forget_uses
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.timestamps import timestamp
from amanat.server.referrals.jobs import follow_calendars, watch_clocks
from amanat.server.statements.jobs import propose

__all__ = ["forget_sessions", "run", "run_once"]

logger = logging.getLogger("amanat.worker")


def forget_sessions(*, now: datetime) -> int:
    """Delete the sessions that have ended; how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


JOBS: tuple[Callable[..., int], ...] = (
    sequence,
    timestamp,
    watch_clocks,
    follow_calendars,
    propose,
    forget_sessions,
    forget_uses,
)


def run_once() -> int:
    """Call every job once; how many of them failed."""
    return sum(not _try(job) for job in JOBS)


def run(stop: Event) -> None:
    """Call every job, pause, and again, until `stop` is set."""
    while not stop.is_set():
        run_once()
        stop.wait(pause_seconds())


def pause_seconds() -> float:
    """How long to rest between rounds: a small part of an epoch, so that a tree follows its epoch closely."""
    return float(min(5.0, max(0.2, settings.AMANAT_EPOCH_SECONDS / 20)))


def _try(job: Callable[..., int]) -> bool:
    close_old_connections()
    try:
        count = job(now=clock.now())
    except Error as error:
        logger.error("%s: %s", job.__name__, error.diagnostics())
        return False
    except Exception:
        logger.exception("%s failed and will be tried again", job.__name__)
        return False
    if count:
        logger.debug("%s: %s done", job.__name__, count)
    return True
