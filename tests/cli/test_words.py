"""`amanat words` makes and checks words, and never takes them from the command line."""

import io
import sys

import pytest

from amanat.cli.main import main
from amanat.sealing.words import from_words


@pytest.fixture
def check(monkeypatch, capsys):
    """Run `amanat words check` with this on standard input."""

    def run(typed: bytes) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
        code = main(["words", "check"])
        return code, *capsys.readouterr()

    return run


def new_words(capsys) -> str:
    assert main(["words", "new"]) == 0
    return capsys.readouterr().out


def test_new_words_are_twelve_and_new_each_time(capsys):
    first, second = new_words(capsys), new_words(capsys)
    assert first != second
    assert len(from_words(first)) == 16


def test_new_words_pass_the_check_in_any_case(check, capsys):
    words = new_words(capsys)
    assert check(words.encode()) == (0, "These twelve words are right.\n", "")
    assert check(words.upper().replace(" ", "\r\n").encode())[0] == 0


def test_a_wrong_word_is_named_by_its_number_only(check):
    code, told, errors = check(b"abandon " * 6 + b"amnaabad " + b"abandon " * 5)
    assert (code, told) == (65, "")
    assert "word 7" in errors
    assert "amnaabad" not in errors


def test_words_that_do_not_belong_together_fail_the_checksum(check):
    code, _, errors = check(b"abandon " * 12)
    assert code == 65
    assert "checksum" in errors


@pytest.mark.parametrize("typed", [b"", b"abandon", b"\xff\xfe", b"abandon " * 13, b"a" * 100_000])
def test_what_is_not_twelve_words_is_refused(check, typed):
    assert check(typed)[0] == 65


def test_words_as_arguments_are_refused_before_anything_is_read(check, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["words", "check", "abandon"])
    assert caught.value.code == 2


def test_words_typed_at_a_terminal_do_not_echo(monkeypatch, capsys):
    asked = []

    class Terminal:
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "abandon " * 11 + "about")
    assert main(["words", "check"]) == 0
    assert asked
