"""`amanat log prove-absence` says what is in the log and what is not, and never repeats a secret."""

import subprocess
import sys
from pathlib import Path

import pytest

from amanat.receipt.leaf import case_leaf, cover_leaf, tag
from amanat.sealing.keys import derive
from amanat.sealing.words import to_words
from amanat.tlog.tile import format_bundle, parse_bundle
from cli.follower import MOMENT_TEXT, published, serving, written_policy

SECRET = bytes(range(16))
WORDS = " ".join(to_words(SECRET))
KEY = derive(SECRET).thread_key
SIZE = 600
TYPIST = """
import os, pty, sys
words = sys.stdin.buffer.read()
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
told = b""
while b"will not show" not in told:
    told += os.read(terminal, 4096)
os.write(terminal, words + b"\\n")
try:
    while chunk := os.read(terminal, 4096):
        told += chunk
except OSError:
    pass
sys.stdout.buffer.write(told)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Runs a command on a terminal of its own and types the words when it is asked for them."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    leaves = [cover_leaf() for _ in range(SIZE)]
    leaves[3], leaves[300] = (case_leaf(tag(KEY, seq), bytes(32)) for seq in (0, 1))
    published(tmp_path / "log", leaves)
    return tmp_path / "log"


def command(tmp_path: Path, place: object, *more: str) -> list[str]:
    fixed = [sys.executable, "-m", "amanat.cli.main", "log", "prove-absence", str(place)]
    return [*fixed, "--policy", str(written_policy(tmp_path)), "--words", *more]


def prove(tmp_path: Path, place: object, *more: str, words: str = WORDS) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        command(tmp_path, place, *more), input=words, capture_output=True, text=True, timeout=60, check=False
    )
    told = result.stdout + result.stderr
    assert "Traceback" not in told
    assert not set(words.split()) & set(told.split()), "a word was repeated"
    assert not any(secret in told for secret in (KEY.hex(), tag(KEY, 0).hex(), SECRET.hex()))
    return result


def test_events_and_the_first_gap_are_told_in_plain_words(log, tmp_path):
    with serving(log) as url:
        for place in (log, url):
            result = prove(tmp_path, place)
            assert result.returncode == 0, result.stderr
            assert result.stdout == (
                "600 entries, from entry 0 on, will be fetched and proven: about 65 kB.\n"
                "Event 0 is in the log, at entry 3.\n"
                "Event 1 is in the log, at entry 300.\n"
                "No event with number 2 is in the log of 600 entries that north saw; "
                f"at {MOMENT_TEXT} they knew no larger one.\n"
            )


def test_a_number_asked_for_has_a_code_for_there_and_for_absent(log, tmp_path):
    there = prove(tmp_path, log, "--seq", "1")
    assert there.returncode == 1
    assert "No event" not in there.stdout
    absent = prove(tmp_path, log, "--seq", "5")
    assert absent.returncode == 0
    assert "No event with number 5 is in the log of 600 entries" in absent.stdout


def test_a_part_of_the_log_is_told_as_a_part(log, tmp_path):
    result = prove(tmp_path, log, "--from", "301", "--seq", "1")
    assert result.returncode == 0
    assert "299 entries, from entry 301 on, will be fetched" in result.stdout
    assert (
        "No event with number 1 is in what follows from entry 301 on (the ones before were not looked at)"
        in (result.stdout)
    )


def test_an_event_behind_a_gap_is_told(tmp_path):
    published(tmp_path / "log", [case_leaf(tag(KEY, seq), bytes(32)) for seq in (0, 2)])
    assert (
        "Event 2 is there all the same: the number 1 was left out."
        in prove(tmp_path, tmp_path / "log").stdout
    )


def test_words_of_another_report_find_nothing_and_it_says_how_that_can_be(log, tmp_path):
    result = prove(tmp_path, log, words=" ".join(to_words(bytes([255] * 16))))
    assert result.returncode == 0
    assert (
        "No event of these words is there. (Other words, or another log, would look the same.)"
        in result.stdout
    )
    assert "No event with number 0" in result.stdout


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/entries/002.p/88"])
def test_a_bundle_that_lost_an_entry_is_an_error_and_not_absence(log, tmp_path, path):
    place = log / path
    kept = parse_bundle(place.read_bytes())
    for wrong, code in ((kept[:-1], 65), ([cover_leaf(), *kept[1:]], 3)):
        place.write_bytes(format_bundle(wrong))
        result = prove(tmp_path, log, "--seq", "1")
        assert result.returncode == code
        assert "No event" not in result.stdout
    place.unlink()
    assert prove(tmp_path, log).returncode == 66


def test_an_unwitnessed_log_shows_nothing(tmp_path):
    published(tmp_path / "log", [cover_leaf()], witnesses=())
    result = prove(tmp_path, tmp_path / "log")
    assert (result.returncode, result.stdout) == (3, "")


@pytest.mark.parametrize(
    "more", [["--seq", "x"], ["--seq", "-1"], ["--seq", "10000"], ["--from", "601"], ["--from", "٣"]]
)
def test_numbers_that_cannot_be_are_refused(log, tmp_path, more):
    assert prove(tmp_path, log, *more).returncode in (2, 65)


def test_words_as_arguments_are_refused_and_not_repeated(log, tmp_path):
    result = prove(tmp_path, log, *WORDS.split())
    assert result.returncode == 65
    assert "words are never arguments" in result.stderr


def test_wrong_words_are_refused_and_not_repeated(log, tmp_path):
    assert prove(tmp_path, log, words="zebra " * 12).returncode == 65
    assert prove(tmp_path, log, words="").returncode == 65


def test_nothing_secret_is_written_beside_the_log(log, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    prove(tmp_path, log)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after.keys() - before.keys() <= {tmp_path / "policy.txt"}


@pytest.mark.slow
def test_at_a_terminal_the_size_is_told_first_and_the_words_do_not_echo(log, tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", TYPIST, *command(tmp_path, log)],
        input=WORDS.encode(),
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
    assert told.index(b"about 65 kB") < told.index(b"will not show")
    assert b"No event with number 2" in told
    assert not any(word.encode() in told for word in WORDS.split() if len(word) > 4)
