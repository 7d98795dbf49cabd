"""Runs the parts of a scan: one plan on Daft, here or on a Ray cluster. The only file that knows either.

A row of the frame is a part; the engine gives each to a machine, whose crew of decoders makes the rows, and
brings back the bytes of a Parquet file. Both engines would call home; the switches below are set before they
are loaded, here and on every machine of the cluster. Shown right by `tests/scan/test_engine.py`.
"""

import atexit
import os
import pickle
import threading
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from amanat.errors import Misconfigured, Unavailable
from amanat.fingerprint.file import Wanted
from amanat.fingerprint.workers import Crew, Failed
from amanat.scan.held import Held, Matcher
from amanat.scan.plan import Part
from amanat.scan.step import USUAL, Ask, failed, rows
from amanat.scan.table import encode

__all__ = ["QUIET", "Job", "run", "stop"]

QUIET = {
    "DAFT_ANALYTICS_ENABLED": "0",
    "SCARF_NO_ANALYTICS": "1",
    "DO_NOT_TRACK": "1",
    "DAFT_PROGRESS_BAR": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
os.environ.update(QUIET)


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all parts."""

    held: Held
    wanted: Wanted = USUAL
    names: bool = False
    workers: int = 1
    idle_seconds: float = 60.0
    many: bool = False


def run(
    parts: Iterable[Part], job: Job, *, ray: str | None = None
) -> Generator[tuple[int, bytes], None, None]:
    """The number and the Parquet bytes of each part, as they are done; raises `Unavailable`."""
    daft = _daft(ray)
    asked = list(parts)
    told = pickle.dumps(job)

    def work(data: bytes) -> bytes:
        from amanat.scan.engine import part_table

        return part_table(data, told)

    table = daft.func(work, return_dtype=daft.DataType.binary())

    frame = daft.from_pydict(
        {"number": [part.number for part in asked], "part": [pickle.dumps(part) for part in asked]}
    )
    if ray:
        frame = frame.into_partitions(len(asked))
    frame = frame.into_batches(1).select(daft.col("number"), table(daft.col("part")).alias("table"))
    try:
        for row in frame.iter_rows(results_buffer_size=None):
            yield row["number"], row["table"]
    except (daft.exceptions.DaftCoreException, RuntimeError) as error:
        raise Unavailable("the engine stopped", where="scan", hint="Start again to go on.") from error
    finally:
        stop()


def part_table(data: bytes, told: bytes) -> bytes:
    """The Parquet bytes of a part; called on the machine that does it. Both arguments are from `run`."""
    part: Part = pickle.loads(data)  # noqa: S301
    found = []
    with _one_at_a_time:
        crew, matcher, job = _prepared(told)
        for ask, answer in crew.run(Ask(piece, job.wanted, job.names) for piece in part.pieces):
            found += [failed(ask, answer.why)] if isinstance(answer, Failed) else answer
        matcher.mark(found)
    return encode(found)


# The engine has threads; a machine has one crew, and parts wait for it.
_one_at_a_time = threading.Lock()
_ready: dict[bytes, tuple[Crew[Ask, list[dict[str, Any]]], Matcher, Job]] = {}


def _prepared(told: bytes) -> tuple[Crew[Ask, list[dict[str, Any]]], Matcher, Job]:
    """This process's decoders and list. They stay for the next part."""
    if told not in _ready:
        stop()
        job: Job = pickle.loads(told)  # noqa: S301
        crew = Crew(rows, workers=job.workers, idle_seconds=job.idle_seconds, many=job.many)
        _ready[told] = crew, Matcher(job.held), job
    return _ready[told]


def stop() -> None:
    """End this process's decoders."""
    while _ready:
        _ready.popitem()[1][0].end()


atexit.register(stop)


def _daft(address: str | None) -> Any:
    try:
        import daft
    except ModuleNotFoundError as error:
        hint = "Install it: pip install 'amanat[scan]'."
        raise Misconfigured("the package daft is missing", where="scan", hint=hint) from error
    if address is None:
        _native(daft)
        return daft
    import ray

    try:
        if not ray.is_initialized():
            ray.init(address=address, log_to_driver=False, runtime_env={"env_vars": QUIET})
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise Unavailable("no Ray cluster answers", where="--ray") from error
    daft.set_runner_ray(noop_if_initialized=True)
    return daft


@cache
def _native(daft: Any) -> None:
    """A process chooses its runner once, for all its scans."""
    daft.set_runner_native()
