"""Worker processes that do one file at a time, are killed when they hang or die, and are replaced.

Decoders are large programs fed by strangers. Here they run where a crash, an endless loop or a bomb costs
one file: a worker may write no file, leave no core, and hold only so much memory; one that shows no
progress for `idle_seconds` is killed. Answers come in the order of the questions. A worker is a fresh
interpreter, so whoever starts one from a script needs the usual `if __name__ == "__main__":`. Shown right
by `tests/fingerprint/test_workers.py`.
"""

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from amanat.fingerprint.compute import load_fast

__all__ = ["CRASHED", "OUT_OF_TIME", "Crew", "Failed", "run_in_workers"]

CRASHED = "the decoder crashed"
OUT_OF_TIME = "took too long"
MEMORY_BYTES = 4 << 30
_BEATS_A_SECOND = 2
_AHEAD = 8
_IN_HAND = 2
"""Questions a worker holds: it goes on with the second while we listen to what it says of the first."""
Ask = TypeVar("Ask")
Answer = TypeVar("Answer")
Beat = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer, because the worker died or was killed: `CRASHED` or `OUT_OF_TIME`."""

    why: str


def run_in_workers(
    step: Callable[[Ask, Beat], Answer],
    asks: Iterable[Ask],
    *,
    workers: int,
    idle_seconds: float,
    many: bool = False,
) -> Generator[tuple[Ask, Answer | Failed], None, None]:
    """Each question with its answer, in order; `many` loads what is compiled before the first.

    `step` is a function of a module, given the question and a `beat` to call while it gets on. What it raises
    is raised here. Whoever stops early closes the iterator, and the workers end.
    """
    crew = Crew(step, workers=workers, idle_seconds=idle_seconds, many=many)
    try:
        yield from crew.run(asks)
    finally:
        crew.end()


class Crew(Generic[Ask, Answer]):
    """Workers that stay for the next questions, for whoever has them in parts; as `run_in_workers`."""

    def __init__(
        self, step: Callable[[Ask, Beat], Answer], *, workers: int, idle_seconds: float, many: bool = False
    ) -> None:
        self._idle_seconds = idle_seconds
        self._workers = [_Worker(step, many) for _ in range(workers)]

    def run(self, asks: Iterable[Ask]) -> Generator[tuple[Ask, Answer | Failed], None, None]:
        """Each question with its answer, in order. Whoever stops early ends the crew."""
        yield from _in_order(self._workers, iter(asks), self._idle_seconds)

    def end(self) -> None:
        """Kill every worker."""
        for worker in self._workers:
            worker.end()


def _in_order(
    crew: list["_Worker[Ask, Answer]"], asks: Iterator[Ask], idle_seconds: float
) -> Iterator[tuple[Ask, Answer | Failed]]:
    jobs: Iterator[_Job[Ask, Answer]] = map(_Job, asks)
    waiting: deque[_Job[Ask, Answer]] = deque()
    more = True
    while more or waiting:
        while more and len(waiting) < _AHEAD * len(crew):
            worker = min(crew, key=lambda each: len(each.jobs))
            if len(worker.jobs) == _IN_HAND:
                break
            job = next(jobs, None)
            more = job is not None
            if job is not None:
                waiting.append(job)
                worker.give(job)
        while waiting and waiting[0].done:
            first = waiting.popleft()
            yield first.ask, first.answer()
        _listen([worker for worker in crew if worker.jobs], idle_seconds)


def _listen(busy: list["_Worker[Ask, Answer]"], idle_seconds: float) -> None:
    """Wait until somebody says something or somebody has been silent for too long."""
    if not busy:
        return
    patience = min(worker.heard for worker in busy) + idle_seconds - time.monotonic()
    ready = wait([worker.pipe for worker in busy], timeout=max(0.0, patience))
    for worker in busy:
        if worker.pipe in ready:
            worker.hear()
        elif time.monotonic() - worker.heard >= idle_seconds:
            worker.replace(OUT_OF_TIME)


class _Job(Generic[Ask, Answer]):
    """One question on its way."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.done = False
        self.result: Any = None
        self.raised: BaseException | None = None

    def answer(self) -> Any:
        if self.raised is not None:
            raise self.raised
        return self.result


class _Worker(Generic[Ask, Answer]):
    """One process and our end of its pipe. Owned by the thread that runs the iterator."""

    def __init__(self, step: Callable[[Ask, Beat], Answer], many: bool) -> None:
        self._step, self._many = step, many
        self.jobs: deque[_Job[Ask, Answer]] = deque()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, self._step, self._many), daemon=True
        )
        with _without_interrupts():
            self._process.start()
        theirs.close()
        self.heard = time.monotonic()

    def give(self, job: _Job[Ask, Answer]) -> None:
        if not self.jobs:
            self.heard = time.monotonic()
        self.jobs.append(job)
        self._send(job)

    def _send(self, job: _Job[Ask, Answer]) -> None:
        # A pipe to somebody who has died is found out by `hear`.
        with suppress(OSError):
            self.pipe.send(job.ask)

    def hear(self) -> None:
        self.heard = time.monotonic()
        try:
            said = self.pipe.recv()
        except (EOFError, OSError):
            self.replace(CRASHED)
            return
        if said is not None:
            self._finish(*said)

    def _finish(self, result: Any, raised: BaseException | None) -> None:
        if self.jobs:
            job = self.jobs.popleft()
            job.result, job.raised, job.done = result, raised, True

    def replace(self, why: str) -> None:
        """Kill the process, say why there is no answer, and let a fresh one go on with what is left."""
        self.end()
        self._finish(Failed(why), None)
        self._start()
        for job in self.jobs:
            self._send(job)

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.pipe.close()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """What starts in here never sees Ctrl-C, not even while it loads; where the system can do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, step: Callable[[Any, Beat], Any], many: bool) -> None:
    """A worker's life: prepare, lock itself in, answer until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if many:
        load_fast()
    _lock_in()
    pipe.send(None)
    beat = _Beat(pipe)
    with suppress(EOFError, BrokenPipeError):
        while True:
            ask = pipe.recv()
            said: tuple[Any, Exception | None]
            try:
                said = (step(ask, beat), None)
            except Exception as error:
                said = (None, error)
            pipe.send(said)


class _Beat:
    """Says that there is progress, but not more often than is of use."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._told = time.monotonic()

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self._told > 1 / _BEATS_A_SECOND:
            self._told = now
            self._pipe.send(None)


def _lock_in() -> None:
    """No file may be written, no core left behind, and memory has an end; where the system can do that."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
