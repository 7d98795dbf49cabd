"""`amanat setup` as a person runs it: once, twice, and after something was lost."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from amanat.cli.setup import make_secret_key, origin_of
from amanat.errors import Malformed


def amanat(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a clean environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    environment |= {"AMANAT_DATA": str(data), **variables}
    command = [sys.executable, "-m", "amanat.cli.main", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder after the first set-up, and what was printed."""
    data = tmp_path_factory.mktemp("setup") / "data"
    done = amanat(data, "setup", "--name", "Helping Hand", "--url", "https://reports.example.org")
    assert done.returncode == 0, done.stderr
    return data, done.stdout


def test_the_first_set_up_prints_a_recovery_identity_and_an_invitation(first: tuple[Path, str]):
    _, printed = first
    assert len(re.findall(r"^AGE-SECRET-KEY-1[0-9A-Z]{58}$", printed, re.MULTILINE)) == 1
    assert re.search(r"https://reports\.example\.org/staff/invitation/\S+/", printed)
    assert len(re.findall(r"/staff/invitation/[\w-]+/", printed)) == 2
    assert "one worker" in printed
    assert "one administrator" in printed
    assert "Log: reports.example.org/log" in printed


def test_the_recovery_identity_is_stored_nowhere(first: tuple[Path, str]):
    data, printed = first
    identity = re.search(r"AGE-SECRET-KEY-1\w+", printed).group().encode()
    files = [file for file in data.rglob("*") if file.is_file()]
    assert files
    assert not any(identity in file.read_bytes() for file in files)


def test_what_set_up_makes_is_for_its_owner_only(first: tuple[Path, str]):
    data, _ = first
    assert data.stat().st_mode & 0o777 == 0o700
    open_files = [file for file in data.rglob("*") if file.is_file() and file.stat().st_mode & 0o077]
    assert open_files == []


def test_a_second_set_up_keeps_everything_and_says_so(first: tuple[Path, str]):
    data, _ = first
    keys = {file.name: file.read_bytes() for file in (data / "keys").iterdir()}
    done = amanat(data, "setup", "--name", "Another Name", "--url", "https://other.example.org")
    assert done.returncode == 0, done.stderr
    assert {file.name: file.read_bytes() for file in (data / "keys").iterdir()} == keys
    assert "made: nothing" in done.stdout
    assert "Organisation: Helping Hand (kept as it was)" in done.stdout
    assert "Log: reports.example.org/log" in done.stdout
    assert "AGE-SECRET-KEY" not in done.stdout


def test_a_worker_can_be_invited_later(first: tuple[Path, str]):
    data, _ = first
    done = amanat(data, "setup", "--role", "worker")
    assert done.returncode == 0, done.stderr
    assert "Invitation for one worker" in done.stdout


def test_a_set_up_server_has_no_mistakes(first: tuple[Path, str]):
    data, _ = first
    done = amanat(data, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no errors" in done.stdout


def test_the_log_is_named_after_the_address():
    assert origin_of("https://reports.example.org") == "reports.example.org/log"
    assert origin_of("https://example.org/amanat/") == "example.org/amanat/log"
    assert origin_of("http://127.0.0.1:8000") == "127.0.0.1:8000/log"


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "https://", "https://a+b.example", "https://u@h"]
)
def test_an_address_that_cannot_name_a_log_is_refused(url: str):
    with pytest.raises(Malformed):
        origin_of(url)


def test_the_secret_key_is_made_once(tmp_path: Path):
    assert make_secret_key(tmp_path / "data")
    key = (tmp_path / "data" / "keys" / "django").read_text(encoding="ascii")
    assert len(key) >= 48
    assert not make_secret_key(tmp_path / "data")
    assert (tmp_path / "data" / "keys" / "django").read_text(encoding="ascii") == key
