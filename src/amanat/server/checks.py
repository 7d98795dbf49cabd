"""System checks, each with a stable id and a hint: `amanat.E…` stops the server, `amanat.W…` is for whoever
puts it online.

    E001 unknown name      E005 AMANAT_URL           E009 no list of helplines
    E002 on or off         E006 secret key           E010 keys or policy missing or at odds
    E003 number            E007 database address     E011 data folder open to others
    E004 secret            E008 hosts                E012 AMANAT_LOG_STORE
    E020 AMANAT_AUDIO      E021 AMANAT_ONION
    E015 AMANAT_CASE_FORM
    W001… only with --deploy

They look at settings and files, never at the database or the network (`amanat check` does). Those of an
installation (E006, E010, E011) run for `amanat check` and `amanat serve` only: Django's own commands work
before `amanat setup`. Reference: `docs/reference/settings.md`. Shown right by `tests/server/test_checks.py`.
"""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core import checks as django_checks
from django.core.checks import CheckMessage, Error, register

from amanat import errors
from amanat.server.environment import Environment

__all__ = ["TAG", "check_all"]

TAG = "amanat"


@register(TAG)
def check_settings(**_: Any) -> list[CheckMessage]:
    """E001 to E005, E007, E008: what was found while reading the environment."""
    environment: Environment = settings.ENVIRONMENT
    found: list[CheckMessage] = [Error(m.what, hint=m.hint, id=m.id) for m in environment.mistakes]
    found += [_unknown(name, environment) for name in environment.unknown()]
    if "" in settings.ALLOWED_HOSTS:
        found.append(
            Error("AMANAT_HOSTS has an empty name.", hint="Separate names by one comma.", id="amanat.E008")
        )
    return found


@register(TAG)
def check_helplines(**_: Any) -> list[CheckMessage]:
    """E009: a list of helplines is named but cannot be read; a reporter in need would see an error."""
    from amanat.server.intake.queries import helplines

    try:
        helplines()
    except errors.Misconfigured as error:
        text = "AMANAT_HELPLINES does not name a list of helplines."
        return [Error(text, hint=error.hint, id="amanat.E009")]
    return []


@register(TAG)
def check_addresses(**_: Any) -> list[CheckMessage]:
    """E020, E021: AMANAT_AUDIO is no folder, or AMANAT_ONION is none or not answered to."""
    found: list[CheckMessage] = []
    if settings.AMANAT_AUDIO and not Path(settings.AMANAT_AUDIO).is_dir():
        hint = "Name the folder that has one folder a language: en, ur."
        found.append(Error("AMANAT_AUDIO is not a folder.", hint=hint, id="amanat.E020"))
    onion = urlsplit(settings.AMANAT_ONION)
    if settings.AMANAT_ONION and not (onion.scheme in {"http", "https"} and _is_own_onion(onion)):
        hint = "Write http:// and the name that ends in .onion, and add that name to AMANAT_HOSTS."
        found.append(Error("AMANAT_ONION is not an address of this server.", hint=hint, id="amanat.E021"))
    return found


def _is_own_onion(address: SplitResult) -> bool:
    host = address.hostname or ""
    return host.endswith(".onion") and not address.path and host in settings.ALLOWED_HOSTS


@register(TAG)
def check_case_form(**_: Any) -> list[CheckMessage]:
    """E015: AMANAT_CASE_FORM names no form of a case file; workers could not write."""
    from amanat.server.cases.queries.files import form

    try:
        form()
    except errors.Malformed as error:
        hint = "docs/reference/case-form.md says what a form is. Without the setting the one we ship is used."
        return [Error(f"AMANAT_CASE_FORM: {error}.", hint=hint, id="amanat.E015")]
    return []


@register(TAG)
def check_log_store(**_: Any) -> list[CheckMessage]:
    """E012: AMANAT_LOG_STORE is no bucket, or what opens one is not installed."""
    from amanat.server.ledger.queries import store

    try:
        store()
    except errors.Misconfigured as error:
        return [Error(f"AMANAT_LOG_STORE: {error.what}.", hint=error.hint, id="amanat.E012")]
    return []


def check_all(*, deploy: bool = False) -> list[CheckMessage]:
    """Every check there is, Django's own and those of an installation included."""
    found = django_checks.run_checks(include_deployment_checks=deploy)
    return [*found, *check_secret_key(), *check_keys(), *check_modes()]


def check_secret_key() -> list[CheckMessage]:
    """E006: sessions must outlive the process, and hold in every process."""
    if settings.GIVEN_SECRET_KEY:
        return []
    hint = "Run `amanat setup`, which makes one in the data folder."
    return [
        Error("There is no secret key, or it is shorter than 32 characters.", hint=hint, id="amanat.E006")
    ]


def check_keys() -> list[CheckMessage]:
    """E010: the log's keys and the policy are there and agree with each other and with AMANAT_ORIGIN."""
    from amanat.server.ledger import queries

    try:
        origin = queries.origin()
        queries.promise_signer()
        policy = queries.policy()
    except errors.Error as error:
        return [Error(str(error), hint=error.hint or "Run `amanat setup`.", id="amanat.E010")]
    if settings.AMANAT_ORIGIN not in {"", origin}:
        hint = "The origin is part of every receipt and cannot change: take the setting back."
        return [Error("AMANAT_ORIGIN differs from the name of the log's key.", hint=hint, id="amanat.E010")]
    if not queries.is_own_policy(policy):
        hint = "Copy the `log` line that `amanat setup` wrote back into policy.txt."
        return [Error("policy.txt does not name this log's key.", hint=hint, id="amanat.E010")]
    return []


def check_modes() -> list[CheckMessage]:
    """E011: the data folder and the keys are closed to everybody but their owner."""
    hint = "chmod go= on each: `chmod -R go= <data folder>`."
    paths = [settings.AMANAT_DATA, settings.AMANAT_DATA / "keys", *(settings.AMANAT_DATA / "keys").glob("*")]
    return [
        Error(
            f"{path.relative_to(settings.AMANAT_DATA.parent)} is open to others.", hint=hint, id="amanat.E011"
        )
        for path in paths
        if path.exists() and os.stat(path).st_mode & 0o077  # noqa: PTH116 - the mode of what a link leads to
    ]


@register(TAG, deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    """W001…: fine at home, not on the internet."""
    return list(_deployment())


def _deployment() -> Iterator[CheckMessage]:
    if settings.AMANAT_DEBUG:
        yield django_checks.Warning(
            "AMANAT_DEBUG is on.", hint="It shows what people sent. Turn it off.", id="amanat.W001"
        )
    if settings.AMANAT_DEMO:
        yield django_checks.Warning(
            "AMANAT_DEMO is on.", hint="Invented data only. Turn it off.", id="amanat.W002"
        )
    if not settings.SECURE_COOKIES:
        hint = "Name the public host in AMANAT_HOSTS, serve it over HTTPS and leave AMANAT_INSECURE_HTTP out."
        yield django_checks.Warning(
            "Staff cookies may travel without encryption.", hint=hint, id="amanat.W003"
        )
    if urlsplit(settings.AMANAT_URL).scheme != "https":
        yield django_checks.Warning("AMANAT_URL is not https.", hint="Reports need HTTPS.", id="amanat.W004")
    if "*" in settings.ALLOWED_HOSTS:
        yield django_checks.Warning(
            "Every host is allowed.", hint="Name yours in AMANAT_HOSTS.", id="amanat.W005"
        )
    if _has_no_quorum():
        hint = "An insider alone can show two histories. Add witness, group and quorum lines."
        yield django_checks.Warning("policy.txt asks for no witness.", hint=hint, id="amanat.W006")


def _has_no_quorum() -> bool:
    from amanat.server.ledger import queries

    try:
        return queries.policy().satisfied(set())
    except errors.Error:
        return False


def _unknown(name: str, environment: Environment) -> Error:
    near = difflib.get_close_matches(name, environment.known, n=1)
    hint = f"Did you mean {near[0]}?" if near else "Settings are listed in docs/reference/settings.md."
    return Error(f"{name} is not a setting.", hint=hint, id="amanat.E001")
