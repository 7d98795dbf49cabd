"""The four readers, and what the settings hold whatever an administrator chooses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from amanat.server.environment import Environment, parse_database


def test_a_text_without_its_blanks_and_the_default_when_it_is_empty():
    environment = Environment({"AMANAT_URL": "  https://example.org ", "AMANAT_ORIGIN": " "})
    assert environment.text("AMANAT_URL") == "https://example.org"
    assert environment.text("AMANAT_ORIGIN", "default") == "default"


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("YES", True), ("on", True), ("0", False), ("off", False)]
)
def test_a_switch_has_two_positions(text: str, value: bool):
    environment = Environment({"AMANAT_DEMO": text})
    assert environment.boolean("AMANAT_DEMO", default=not value) is value
    assert environment.mistakes == []


def test_a_switch_in_between_is_a_mistake_and_keeps_the_default():
    environment = Environment({"AMANAT_DEMO": "perhaps"})
    assert environment.boolean("AMANAT_DEMO") is False
    assert [mistake.id for mistake in environment.mistakes] == ["amanat.E002"]


@pytest.mark.parametrize("text", ["0", "11", "-1", "1.5", "٣", "1_0", "9" * 400, "two"])
def test_a_number_out_of_range_or_oddly_written_is_a_mistake(text: str):
    environment = Environment({"AMANAT_EPOCH_LEAVES": text})
    assert environment.integer("AMANAT_EPOCH_LEAVES", 8, least=1, most=10) == 8
    assert [mistake.id for mistake in environment.mistakes] == ["amanat.E003"]


def test_a_number_in_range_is_read():
    assert (
        Environment({"AMANAT_EPOCH_LEAVES": "10"}).integer("AMANAT_EPOCH_LEAVES", 8, least=1, most=10) == 10
    )


def test_a_secret_comes_from_a_file(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("from the file\n", encoding="utf-8")
    assert Environment({"AMANAT_SECRET_KEY_FILE": str(file)}).secret("AMANAT_SECRET_KEY") == "from the file"


def test_a_secret_given_twice_or_in_a_file_that_is_not_there_is_a_mistake(tmp_path: Path):
    twice = Environment({"AMANAT_SECRET_KEY": "a", "AMANAT_SECRET_KEY_FILE": "b"})
    absent = Environment({"AMANAT_SECRET_KEY_FILE": str(tmp_path / "absent")})
    twice.secret("AMANAT_SECRET_KEY")
    assert absent.secret("AMANAT_SECRET_KEY") == ""
    assert [mistake.id for mistake in twice.mistakes + absent.mistakes] == ["amanat.E004", "amanat.E004"]


def test_a_mistake_never_repeats_the_value():
    environment = Environment(
        {"AMANAT_SECRET_KEY": "hush", "AMANAT_SECRET_KEY_FILE": "hush", "AMANAT_DEMO": "hush"}
    )
    environment.secret("AMANAT_SECRET_KEY")
    environment.boolean("AMANAT_DEMO")
    assert not any("hush" in mistake.what + mistake.hint for mistake in environment.mistakes)


def test_a_name_nobody_asked_for_is_unknown():
    environment = Environment({"AMANAT_DATE": "x", "AMANAT_DATA": "y", "PATH": "z", "AMANAT_CRASH_AT": ""})
    environment.text("AMANAT_DATA")
    assert environment.unknown() == ["AMANAT_DATE"]


def test_a_database_address_becomes_what_django_wants():
    database = parse_database("postgres://amna:p%40ss@db.example:5433/amanat")
    assert database is not None
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "amanat",
        "amna",
        "p@ss",
        "db.example",
        "5433",
    ]


def test_a_database_address_may_name_a_socket_folder():
    database = parse_database("postgres:///amanat?host=/run/postgresql")
    assert database is not None
    assert (database["HOST"], database["PORT"]) == ("/run/postgresql", "")


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "postgres://host", "postgres://host:x/name", "postgres://h/a/b", "x"]
)
def test_any_other_database_address_is_refused(url: str):
    assert parse_database(url) is None


def test_sqlite_writes_through_and_takes_its_lock_at_once():
    code = "from amanat.server import settings as s; o = s.DATABASES['default']['OPTIONS']; print(o)"
    out = in_fresh_process(code)
    for part in ("'transaction_mode': 'IMMEDIATE'", "journal_mode=WAL", "synchronous=FULL", "'timeout': 20"):
        assert part in out


def test_cookies_are_secure_as_soon_as_a_host_is_not_this_machine():
    names = "SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE, SECURE_HSTS_SECONDS > 0"
    code = f"from amanat.server.settings import *; print({names})"
    assert in_fresh_process(code) == "False False False"
    assert in_fresh_process(code, AMANAT_HOSTS="reports.example.org") == "True True True"
    assert in_fresh_process(code, AMANAT_HOSTS="reports.example.org", AMANAT_DEMO="1") == "False False False"


@pytest.mark.parametrize("key", ["", "short"])
def test_without_a_secret_key_there_is_a_key_of_the_moment_and_never_a_default(key: str):
    code = "from amanat.server import settings as s; print(s.SECRET_KEY, repr(s.GIVEN_SECRET_KEY))"
    first, second = (in_fresh_process(code, AMANAT_SECRET_KEY=key) for _ in range(2))
    assert first.endswith(" ''")
    assert first != second


def test_uploads_stay_in_memory():
    code = "from amanat.server import settings as s; print(s.FILE_UPLOAD_HANDLERS)"
    assert in_fresh_process(code) == "['django.core.files.uploadhandler.MemoryFileUploadHandler']"


def in_fresh_process(code: str, **variables: str) -> str:
    """What Python prints for this code with only these AMANAT_* variables beside those of the tests."""
    environment = {**os.environ, "AMANAT_DATABASE": "", **variables}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
