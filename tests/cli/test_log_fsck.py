"""`amanat log fsck` names the file that is bad, in a folder or at an address, and counts the others."""

from pathlib import Path

import pytest

from cli.follower import flip, grown, published, serving, written_policy
from tlog.makers import amanat, entries


@pytest.fixture
def log(tmp_path: Path) -> Path:
    grown(tmp_path / "log", 100)
    grown(tmp_path / "log", 600, 100)
    return tmp_path / "log"


def test_a_right_log_is_right_in_a_folder_and_at_an_address(log, tmp_path):
    with serving(log) as url:
        for place in (log, url):
            result = amanat("log", "fsck", place, "--policy", written_policy(tmp_path))
            assert result.returncode == 0, result.stderr
            assert result.stdout.endswith("right       all 600 entries and all tiles make the root\n")
            assert "witness     north saw it" in result.stdout
            assert result.stderr == ""


def test_partial_files_that_were_outgrown_are_told_and_harmless(log):
    result = amanat("log", "fsck", log)
    assert result.returncode == 0
    assert "obsolete    2 partial files were outgrown: harmless" in result.stdout
    assert "no policy was given" in result.stdout
    (log / "tile/notes.txt").write_text("x")
    assert (
        "strange     1 files are no part of a log; the first is tile/notes.txt"
        in amanat("log", "fsck", log).stdout
    )


def test_the_first_bad_file_is_named_and_the_others_are_counted(log):
    flip(log / "tile/entries/001")
    flip(log / "tile/0/002.p/88")
    (log / "tile/entries/002.p/88").unlink()
    result = amanat("log", "fsck", log)
    assert result.returncode == 3
    assert "FIRST BAD   tile/entries/001: it is not part of the tree that was signed\n" in result.stdout
    assert result.stdout.endswith("BAD         3 files: 2 false, 1 missing or not of their format\n")


def test_only_missing_or_cut_off_files_have_a_code_of_their_own(log):
    (log / "tile/0/001").unlink()
    (log / "tile/entries/000").write_bytes((log / "tile/entries/000").read_bytes()[:-1])
    with serving(log) as url:
        for place in (log, url):
            result = amanat("log", "fsck", place)
            assert result.returncode == 65
            assert "FIRST BAD   tile/entries/000: cut off" in result.stdout
            assert "BAD         2 files: 0 false, 2 missing" in result.stdout


def test_an_older_checkpoint_makes_newer_files_ahead_and_a_strange_root_is_found(log, tmp_path):
    newest = (log / "checkpoint").read_bytes()
    (log / "checkpoint").write_bytes(grown(tmp_path / "old", 500).read("checkpoint"))
    older = amanat("log", "fsck", log)
    assert older.returncode == 65
    assert "tile/1/000.p/1: it is missing" in older.stdout
    fork = published(tmp_path / "fork", [b"fork", *entries(599)])
    (log / "checkpoint").write_bytes(fork.read("checkpoint"))
    result = amanat("log", "fsck", log, "--policy", written_policy(tmp_path))
    assert result.returncode == 3
    assert "FIRST BAD   checkpoint: the entries do not make the root that was signed" in result.stdout
    (log / "checkpoint").write_bytes(newest.replace(b"\n600\n", b"\n599\n"))
    assert amanat("log", "fsck", log, "--policy", written_policy(tmp_path)).returncode == 3


def test_no_log_and_no_answer_are_said_as_such(tmp_path):
    (tmp_path / "empty").mkdir()
    for place, code in ((tmp_path / "empty", 66), (tmp_path / "nowhere", 66)):
        assert amanat("log", "fsck", place).returncode == code
