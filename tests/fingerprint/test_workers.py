"""Workers hang, die and fail, and every question still gets its answer, in order."""

import multiprocessing
import sys
from contextlib import closing
from pathlib import Path

import pytest

from amanat.fingerprint.compute import ENOUGH
from amanat.fingerprint.workers import CRASHED, OUT_OF_TIME, Failed, run_in_workers
from fingerprint.stepping import step

pytestmark = pytest.mark.slow


def answers(*asks: str, workers: int = 2, idle_seconds: float = 60) -> list[object]:
    with closing(run_in_workers(step, asks, workers=workers, idle_seconds=idle_seconds)) as given:
        return [answer for _, answer in given]


def test_answers_come_in_the_order_of_the_questions_and_workers_end() -> None:
    asks = [f"say {number}" for number in range(40)]
    assert answers("slow 1", *asks) == ["slow 1", *asks]
    assert not multiprocessing.active_children()


def test_who_dies_is_replaced_and_says_crashed() -> None:
    assert answers("say 1", "die", "say 2", "die", "say 3", workers=1) == [
        "say 1",
        Failed(CRASHED),
        "say 2",
        Failed(CRASHED),
        "say 3",
    ]


def test_who_hangs_is_killed_and_who_shows_progress_is_not() -> None:
    given = answers("hang", "slow 15", "say 1", idle_seconds=4)
    assert given == [Failed(OUT_OF_TIME), "slow 15", "say 1"]


def test_what_a_step_raises_is_raised_and_the_workers_end() -> None:
    with pytest.raises(ValueError, match="here"):
        answers("say 1", "fail here", "say 2")
    assert not multiprocessing.active_children()


def test_nothing_is_asked_and_nothing_answered() -> None:
    assert answers() == []


def test_who_stops_early_leaves_no_process() -> None:
    with closing(run_in_workers(step, ["who 1", "who 2", "hang"], workers=1, idle_seconds=60)) as given:
        first, second = (next(given)[1] for _ in range(2))
    assert str(first).split(" by ")[1] == str(second).split(" by ")[1]
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="these limits are those of Linux")
def test_a_worker_writes_no_file_and_holds_only_so_much(tmp_path: Path) -> None:
    assert answers(f"write {tmp_path}/file", "hog", workers=1) == ["refused", "refused"]
    assert not (tmp_path / "file").exists() or (tmp_path / "file").stat().st_size == 0


@pytest.mark.parametrize(("many", "first", "count"), [(False, "pdq", ENOUGH + 4), (True, "fast", 4)])
def test_a_worker_that_may_write_nothing_compiles_all_the_same(
    many: bool, first: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    with closing(run_in_workers(step, [f"hash {count}"], workers=1, idle_seconds=60, many=many)) as given:
        assert [answer for _, answer in given] == [f"{first} fast"]
