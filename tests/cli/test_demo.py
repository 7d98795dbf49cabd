"""`amanat demo`, as somebody who tries it: the command, its pages over HTTP, its log checked from outside."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from amanat.cli.demonstration.processes import free_port
from amanat.cli.main import main
from amanat.sealing.words import from_words

COMMAND = [sys.executable, "-m", "amanat.cli.main"]
READY = "Stop: Ctrl-C."


@contextmanager
def running(folder: Path, *, screen: Path, port: int) -> Iterator[str]:
    arguments = ["demo", "--data", str(folder), "--listen", f"127.0.0.1:{port}"]
    with screen.open("wb") as output:
        child = subprocess.Popen(
            [*COMMAND, *arguments], stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        deadline = time.monotonic() + 120
        while READY not in screen.read_text() and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
        yield screen.read_text()
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(150)
    assert child.returncode == 0, screen.read_text()


def words_on(screen: str) -> list[str]:
    return re.findall(r"^ +((?:[a-z]+ ){11}[a-z]+)$", screen, re.MULTILINE)


def get(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def witnessed(log: str, policy: Path) -> bool:
    for _ in range(40):
        command = [*COMMAND, "log", "check", log, "--policy", str(policy)]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.slow
def test_a_demonstration_shows_people_words_and_a_witnessed_log_and_can_be_used_again(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_port()
    with running(folder, screen=tmp_path / "first.txt", port=port) as first:
        assert READY in first, first
        assert "bilal" in first
        assert len(words_on(first)) == 2
        assert "demonstration" in get(f"http://127.0.0.1:{port}/").lower()
        assert "bilal" not in get(f"http://127.0.0.1:{port}/").lower()
        assert witnessed(f"http://127.0.0.1:{port}/log", folder / "policy.txt")
    with running(folder, screen=tmp_path / "second.txt", port=port) as second:
        assert words_on(second) == words_on(first)
    for words in words_on(first):
        from_words(words)
    people = folder / "demo-people.txt"
    assert stat.S_IMODE(people.stat().st_mode) == 0o600


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, capsys) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    before = dict(os.environ)
    assert main(["demo", "--data", str(tmp_path)]) == 78
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert dict(os.environ) == before
    assert "not empty" in capsys.readouterr().err


def test_an_address_without_a_port_is_refused(tmp_path: Path, capsys) -> None:
    assert main(["demo", "--data", str(tmp_path / "new"), "--listen", "localhost"]) == 65
    assert not (tmp_path / "new").exists()
