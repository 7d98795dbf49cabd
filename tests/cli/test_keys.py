"""`amanat keys` as an administrator runs it, beside a worker that closes epochs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amanat.tlog.note import parse_note
from amanat.tlog.policy import parse_policy
from amanat.tlog.trust import verify_checkpoint

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "amanat.cli.main"]


def amanat(folder: Path, *arguments: str, code: int = 0) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    environment = kept | {"AMANAT_DATA": str(folder), "AMANAT_EPOCH_SECONDS": "1"}
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def work(folder: Path) -> bytes:
    time.sleep(1.1)
    amanat(folder, "worker", "--once")
    return (folder / "log" / "checkpoint").read_bytes()


def test_a_log_key_is_changed_from_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    amanat(folder, "setup")
    work(folder)
    shown = amanat(folder, "keys", "show")
    assert shown.startswith("log ")
    assert "PRIVATE" not in shown
    assert "First: amanat keys announce." in amanat(folder, "keys", "retire", code=75)
    amanat(folder, "keys", "announce")
    assert "next log" in amanat(folder, "keys", "show")
    assert "Wait for the next epoch" in amanat(folder, "keys", "retire", code=75)
    assert len(parse_note(work(folder)).signatures) == 2
    amanat(folder, "keys", "retire")
    amanat(folder, "keys", "replace-promise")
    assert "already" in amanat(folder, "keys", "publish-policy")
    note = work(folder)
    assert len(parse_note(note).signatures) == 1
    assert verify_checkpoint(note, parse_policy((folder / "policy.txt").read_text()))
