"""A writer killed at any line leaves the index as it was or as it will be, and the next one goes on."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from amanat.matching.index import Index
from amanat.matching.write import add, create
from matching.makers import random_prints

TESTS = Path(__file__).resolve().parent.parent
PRINTS = random_prints(30)


def run(script: str | Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    command = [sys.executable, script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["add", "remove", "merge", "create"])
def test_a_writer_killed_at_any_line_changes_all_or_nothing(tmp_path, change):
    done = run(TESTS / "matching" / "killed.py", tmp_path, change)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 15


WRITER = """
import sys
from pathlib import Path
import numpy as np
from amanat.matching.write import add, merge, remove
from matching.makers import random_prints
place, first = Path(sys.argv[1]), int(sys.argv[2])
for entry in range(first, first + 5):
    add(place, random_prints(30)[entry : entry + 1], np.array([entry], np.uint64))
    if first == 10:
        try:
            merge(place)
        except Exception as error:
            assert type(error).__name__ == "Conflict"
remove(place, np.array([first], np.uint64))
"""


@pytest.mark.slow
def test_writers_in_several_processes_wait_for_one_another_and_lose_nothing(tmp_path):
    place = tmp_path / "list"
    index = create(place, PRINTS[:10], np.arange(10, dtype=np.uint64))
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, place, str(first)], env=environment)
        for first in (10, 20, 25)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    wanted = {*range(10), *range(11, 15), *range(21, 25), *range(26, 30)}
    for each in (index, Index(place)):
        assert set(each.search(PRINTS, 0).entry.tolist()) == wanted
    add(place, PRINTS[10:11], np.array([10], np.uint64))
    assert 10 in index.search(PRINTS, 0).entry
