"""Which of the two computes."""

import importlib.util

import pytest

from amanat.fingerprint import compute, pdq
from fingerprint.drawing import draw


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "_choice", compute._Choice())


def without_numba(name: str, package: str | None = None) -> None:
    return None


def test_a_process_begins_with_the_definition_and_changes_over_when_it_was_asked_often() -> None:
    pytest.importorskip("numba")
    pixels = draw("noise", 1, 8, 8, 1)
    first = [compute.pdq(pixels) for _ in range(compute.ENOUGH)]
    assert compute._choice.module is pdq
    assert compute.pdq(pixels) == first[0]
    assert vars(compute._choice.module)["__name__"] == "amanat.fingerprint.fast"


def test_without_numba_the_definition_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "find_spec", without_numba)
    assert compute.load_fast() is False
    pixels = draw("noise", 1, 8, 8, 1)
    assert [compute.pdq(pixels) for _ in range(compute.ENOUGH + 2)] == [pdq.pdq(pixels)] * (
        compute.ENOUGH + 2
    )
    assert compute._choice.module is pdq


def test_whoever_has_many_pictures_loads_it_at_once() -> None:
    assert compute.load_fast() is (importlib.util.find_spec("numba") is not None)
