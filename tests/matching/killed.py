"""Run by `test_kills.py`: kills a child at line after line of a change, and looks at what is left.

    python killed.py FOLDER add|remove|merge|create

One thread, so that forking is safe. Each child makes the same change to a copy of one index and is killed by
SIGKILL before its next line; the lines are those of the files that write. Prints how many kills there were.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from amanat.errors import NotFound
from amanat.matching.index import Index
from amanat.matching.write import add, create, merge, remove
from matching.makers import random_prints

PRINTS = random_prints(60)
BEFORE = {*range(40), 50} - {3}
STEP = 7
"""1 kills at every line there is; more, to be quick, at every seventh."""
WRITERS = {"write.py", "folder.py", "segment.py", "journal.py"}


def numbers(*them: int) -> np.ndarray:
    return np.array(them, np.uint64)


CHANGES: dict[str, tuple[Callable[[Path], Any], set[int]]] = {
    "add": (lambda place: add(place, PRINTS[51:53], numbers(51, 52)), BEFORE | {51, 52}),
    "remove": (lambda place: remove(place, numbers(7, 50)), BEFORE - {7, 50}),
    "merge": (merge, BEFORE),
    "create": (lambda place: create(place, PRINTS[:40], np.arange(40, dtype=np.uint64)), set(range(40))),
}


def held(place: Path) -> set[int]:
    return set(Index(place).search(PRINTS, 0).entry.tolist())


def kill_at(line: int) -> Callable[[FrameType, str, Any], Any]:
    """A tracer that kills this process before so many lines of the writers have run."""
    left = [line]

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if Path(frame.f_code.co_filename).name not in WRITERS:
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def killed(change: Callable[[Path], Any], place: Path, line: int) -> bool:
    child = os.fork()
    if child == 0:
        sys.settrace(kill_at(line))
        change(place)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def after_the_kill(name: str, place: Path) -> set[int]:
    try:
        return held(place)
    except NotFound:
        assert name == "create"
        return set()


def main() -> None:
    root, name = Path(sys.argv[1]), sys.argv[2]
    change, after = CHANGES[name]
    before = set() if name == "create" else BEFORE
    create(root / "whole", PRINTS[:40], np.arange(40, dtype=np.uint64))
    add(root / "whole", PRINTS[50:51], numbers(50))
    remove(root / "whole", numbers(3))
    line, seen = 1 - STEP, set()
    while True:
        line += STEP
        place = root / "copy"
        if name != "create":
            shutil.copytree(root / "whole", place)
        dead = killed(change, place, line)
        found = after_the_kill(name, place)
        assert found in (before, after), f"line {line}: neither before nor after"
        seen.add(found == after)
        if not dead:
            assert found == after
            break
        if found != after or name == "merge":
            change(place)
        assert held(place) == after, f"line {line}: cannot be done again"
        merge(place)
        assert held(place) == after
        files = {path.name.split("-")[0] for path in place.iterdir()}
        assert files == {"changes", "current", "lock", "merging", "segment"}, files
        assert len(list(place.iterdir())) == 5
        shutil.rmtree(place)
    assert seen == {True, False} or name == "merge"
    print(line // STEP, "kills")


if __name__ == "__main__":
    main()
