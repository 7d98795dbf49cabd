"""Rehearsed crashes: with AMANAT_DEBUG on, AMANAT_CRASH_AT=<point> kills this process, without warning, at
that point.

The kill tests use it to show that a restart after each point loses nothing. Without AMANAT_DEBUG it does
nothing. Shown right by `tests/server/ledger/test_kills.py`.
"""

import os
import signal

from django.conf import settings

__all__ = ["POINTS", "crash_point"]

POINTS = (
    "accept:before-commit",
    "accept:after-commit",
    "sequence:before-commit",
    "sequence:after-commit",
    "sequence:tiles-partial",
    "sequence:after-tiles",
    "sequence:after-cosign",
    "sequence:after-publish",
)


def crash_point(name: str) -> None:
    """Die here if a rehearsal asks for it."""
    if settings.AMANAT_DEBUG and name == settings.AMANAT_CRASH_AT:
        os.kill(os.getpid(), signal.SIGKILL)
