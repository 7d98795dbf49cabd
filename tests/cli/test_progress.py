"""Progress is told on a terminal, with rate and time left, and nowhere else."""

import sys

import pytest

from amanat.cli.progress import Progress, progress_line


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (1024, 200_000, 0.2, "1,024 of 200,000 entries (0 %), 5,120 a second, about 39 s left"),
        (100, 10_000, 10, "100 of 10,000 entries (1 %), 10 a second, about 16 min left"),
        (1, 100_000, 1, "1 of 100,000 entries (0 %), 1 a second, about 27 h 47 min left"),
        (0, 10, 0, "0 of 10 entries (0 %), 0 a second, about ? left"),
        (0, 0, 1, "0 of 0 entries (100 %), 0 a second, about ? left"),
    ],
)
def test_a_line_says_how_far_how_fast_and_how_long(done, total, seconds, line):
    assert progress_line(done, total, seconds, "entries") == line


@pytest.mark.parametrize("terminal", [True, False])
def test_it_is_for_terminals_only(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr("amanat.cli.progress.SECONDS_BETWEEN_LINES", 0)
    progress = Progress(10, "entries")
    progress(5)
    progress.clear()
    out, errors = capsys.readouterr()
    assert out == ""
    assert ("5 of 10 entries" in errors) is terminal
