"""Each mistake an administrator can make is named by a check with its own id and a hint."""

from pathlib import Path

import pytest
from django.core.checks import CheckMessage

from amanat.server import checks
from amanat.server.environment import Environment


def ids(messages: list[CheckMessage]) -> list[str | None]:
    """The ids, and with them that every message says what to do."""
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_a_server_that_was_set_up_has_nothing_to_say(data_folder: Path):
    assert checks.check_settings() == []
    assert checks.check_helplines() == []
    assert checks.check_keys() == []
    assert checks.check_modes() == []


def test_a_misspelt_setting_is_an_error_that_names_the_right_one(settings):
    environment = Environment({"AMANAT_EPOCH_SECOND": "5"})
    environment.known.add("AMANAT_EPOCH_SECONDS")
    settings.ENVIRONMENT = environment
    [message] = checks.check_settings()
    assert message.id == "amanat.E001"
    assert message.hint == "Did you mean AMANAT_EPOCH_SECONDS?"


def test_each_mistake_of_the_readers_becomes_a_check(settings):
    settings.ENVIRONMENT = Environment({})
    settings.ENVIRONMENT.refuse("amanat.E002", "AMANAT_DEMO is neither on nor off.", "Write 1 or 0.")
    assert ids(checks.check_settings()) == ["amanat.E002"]


def test_a_server_without_a_lasting_secret_key_is_not_ready(settings):
    settings.GIVEN_SECRET_KEY = ""
    assert ids(checks.check_secret_key()) == ["amanat.E006"]


def test_all_checks_together_are_those_of_django_and_those_of_the_installation(data_folder: Path, settings):
    settings.GIVEN_SECRET_KEY = ""
    (data_folder / "keys" / "log.skey").chmod(0o644)
    (data_folder / "policy.txt").unlink()
    assert {"amanat.E006", "amanat.E010", "amanat.E011"} <= {message.id for message in checks.check_all()}
    assert "amanat.W006" not in {message.id for message in checks.check_all()}


def test_an_empty_host_is_an_error(settings):
    settings.ALLOWED_HOSTS = ["example.org", ""]
    assert "amanat.E008" in ids(checks.check_settings())


def test_a_list_of_helplines_that_is_not_there_is_an_error(settings, tmp_path: Path):
    settings.AMANAT_HELPLINES = str(tmp_path / "absent.toml")
    assert ids(checks.check_helplines()) == ["amanat.E009"]


@pytest.mark.parametrize("name", ["keys/log.skey", "keys/promise.skey", "policy.txt"])
def test_a_missing_key_or_policy_is_an_error(data_folder: Path, name: str):
    (data_folder / name).unlink()
    assert ids(checks.check_keys()) == ["amanat.E010"]


@pytest.mark.parametrize("name", ["keys/log.skey", "keys/promise.skey", "policy.txt"])
def test_a_damaged_key_or_policy_is_an_error_that_does_not_show_it(data_folder: Path, name: str):
    (data_folder / name).write_text("SECRET", encoding="utf-8")
    [message] = checks.check_keys()
    assert message.id == "amanat.E010"
    assert "SECRET" not in f"{message.msg}{message.hint}"


def test_an_origin_that_is_not_the_logs_is_an_error(data_folder: Path, settings):
    settings.AMANAT_ORIGIN = "other.example/log"
    assert ids(checks.check_keys()) == ["amanat.E010"]


def test_a_policy_of_another_log_is_an_error(data_folder: Path, tmp_path: Path):
    from amanat.server.ledger.actions import found_log

    found_log(tmp_path / "other", origin="amanat.example/log", url="https://other.example")
    (data_folder / "policy.txt").write_bytes((tmp_path / "other" / "policy.txt").read_bytes())
    assert ids(checks.check_keys()) == ["amanat.E010"]


@pytest.mark.parametrize("name", [".", "keys", "keys/log.skey"])
def test_a_key_or_folder_that_others_can_read_is_an_error(data_folder: Path, name: str):
    (data_folder / name).chmod(0o755)
    assert ids(checks.check_modes()) == ["amanat.E011"]


def test_what_is_fine_at_home_is_a_warning_on_the_internet(data_folder: Path, settings):
    settings.AMANAT_DEBUG = settings.AMANAT_DEMO = True
    settings.ALLOWED_HOSTS = ["*"]
    expected = [f"amanat.W00{number}" for number in range(1, 7)]
    assert ids(checks.check_deployment()) == expected


@pytest.mark.parametrize(
    ("name", "wrong", "check"),
    [
        ("AMANAT_AUDIO", "/nowhere/at/all", "amanat.E020"),
        ("AMANAT_ONION", "https://example.org", "amanat.E021"),
        ("AMANAT_ONION", "invented.onion", "amanat.E021"),
        ("AMANAT_ONION", "http://another.onion", "amanat.E021"),
    ],
)
def test_an_address_or_folder_that_is_none_is_an_error(settings, name: str, wrong: str, check: str):
    settings.ALLOWED_HOSTS = ["example.org", "invented.onion"]
    settings.AMANAT_ONION = "http://invented.onion"
    assert checks.check_addresses() == []
    setattr(settings, name, wrong)
    assert ids(checks.check_addresses()) == [check]
