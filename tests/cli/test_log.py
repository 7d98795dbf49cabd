"""`amanat log` says in plain words what a log signed and who saw it, and finds what does not fit."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from amanat.tlog.cosignature import cosign
from amanat.tlog.note import add_signatures, format_note, parse_note
from amanat.tlog.store import FolderStore
from tlog.makers import LOG, NORTH, ORIGIN, SOUTH, amanat, publish

MOMENT = 1_777_809_600


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of 300 entries that one of two witnesses has cosigned."""
    store = publish(tmp_path / "log", 300)
    note = parse_note(store.read("checkpoint"))
    store.write("checkpoint", format_note(add_signatures(note, [cosign(note.text, NORTH, MOMENT)])))
    return tmp_path / "log"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return written_policy(tmp_path, "quorum north")


@pytest.fixture
def url(log: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(log))) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def written_policy(folder: Path, quorum: str) -> Path:
    path = folder / "policy.txt"
    lines = [
        f"log {LOG.verifier}",
        f"witness north {NORTH.verifier}",
        f"witness south {SOUTH.verifier}",
        quorum,
    ]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_show_says_origin_size_root_time_and_witnesses(log, policy):
    result = amanat("log", "show", log, "--policy", policy)
    assert result.returncode == 0
    assert f"origin      {ORIGIN}\nsize        300 entries\nroot        " in result.stdout
    assert "witness     north saw it at 2026-05-03T12:00:00Z" in result.stdout
    assert "quorum      all of it was in the log by 2026-05-03T12:00:00Z" in result.stdout


def test_show_without_a_policy_says_that_nothing_was_verified(log):
    result = amanat("log", "show", log)
    assert result.returncode == 0
    assert "claims      a signature by north.example" in result.stdout
    assert "no policy was given, so no signature was checked" in result.stdout


def test_show_says_when_the_quorum_is_missing_or_none_was_asked(log, tmp_path):
    assert (
        "not yet witnessed"
        in amanat("log", "show", log, "--policy", written_policy(tmp_path, "quorum south")).stdout
    )
    assert (
        "nobody vouches"
        in amanat("log", "show", log, "--policy", written_policy(tmp_path, "quorum none")).stdout
    )


def test_check_goes_through_a_folder_and_an_address(log, policy, url):
    for place in (log, url):
        result = amanat("log", "check", place, "--policy", policy)
        assert result.returncode == 0, result.stderr
        assert "all entries are there and make the root that was signed" in result.stdout


def test_check_finds_a_changed_entry(log, policy):
    store = FolderStore(log)
    data = bytearray(store.read("tile/entries/000"))
    data[-1] ^= 1
    store.write("tile/entries/000", bytes(data))
    result = amanat("log", "check", log, "--policy", policy)
    assert (result.returncode, result.stdout) == (3, "")


def test_check_finds_a_missing_file_and_a_missing_quorum(log, policy, tmp_path):
    assert amanat("log", "check", log, "--policy", written_policy(tmp_path, "quorum south")).returncode == 3
    (log / "tile" / "entries" / "000").unlink()
    assert amanat("log", "check", log, "--policy", written_policy(tmp_path, "quorum none")).returncode == 66


def test_check_does_not_take_keys_from_the_log(log, tmp_path):
    path = tmp_path / "policy.txt"
    path.write_text("quorum none\n", encoding="utf-8")
    assert amanat("log", "check", log, "--policy", path).returncode == 3


@pytest.mark.parametrize(("place", "code"), [("http://127.0.0.1:1", 69), ("nowhere", 66), ("ftp://x", 66)])
def test_a_log_that_is_not_there_is_an_error_and_not_a_traceback(policy, place, code):
    result = amanat("log", "show", place, "--policy", policy)
    assert (result.returncode, result.stdout) == (code, "")
    assert result.stderr.startswith("amanat: ")
    assert "Traceback" not in result.stderr


def test_what_a_terminal_would_obey_is_spelt_out(tmp_path):
    publish(tmp_path, 5)
    store = FolderStore(tmp_path)
    store.write(
        "checkpoint",
        store.read("checkpoint").replace(b"amanat.example/log\n5", "ama\u009b2J\u202enat\n5".encode()),
    )
    result = amanat("log", "show", tmp_path)
    assert "ama\\x9b2J\\u202enat" in result.stdout


def test_a_policy_that_is_missing_or_broken_is_named_without_its_path(log, tmp_path):
    for text, code in ((None, 66), (b"\xff", 65), (b"nonsense\n", 65)):
        path = tmp_path / "zainab.txt"
        if text is not None:
            path.write_bytes(text)
        result = amanat("log", "show", log, "--policy", path)
        assert result.returncode == code
        assert "zainab" not in result.stderr
