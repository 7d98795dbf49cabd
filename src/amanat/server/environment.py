"""The four readers of `AMANAT_*` variables (text, boolean, integer, secret) and the reading of a database
address.

A bad value is never fatal here: it is noted in `mistakes` and the default is used, so that the system
checks can name every mistake at once, each with a stable id and a hint. It reads nothing but the mapping it
was given and the files that `*_FILE` variables name. Shown right by `tests/server/test_settings.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

__all__ = ["PREFIX", "Environment", "Mistake", "parse_database"]

PREFIX = "AMANAT_"
# Read by the tests, the rehearsal of crashes and nothing an administrator needs.
FOR_TESTS = frozenset({"AMANAT_CRASH_AT", "AMANAT_TEST_DATABASE"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Mistake:
    """One setting that is wrong: the id of its check, what is wrong, and what to do about it."""

    id: str
    what: str
    hint: str


@dataclass(slots=True)
class Environment:
    """The variables, the names that were asked for, and the mistakes found while reading."""

    variables: Mapping[str, str]
    known: set[str] = field(default_factory=lambda: set(FOR_TESTS))
    mistakes: list[Mistake] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        """A text setting, without the blanks around it; empty means the default."""
        self.known.add(name)
        return self.variables.get(name, "").strip() or default

    def boolean(self, name: str, default: bool = False) -> bool:
        """A setting that is on or off."""
        text = self.text(name).lower()
        if name not in self.variables or text == "":
            return default
        if text not in _TRUE | _FALSE:
            self.refuse("amanat.E002", f"{name} is neither on nor off.", "Write 1 or 0.")
            return default
        return text in _TRUE

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number between `least` and `most`, both allowed."""
        text = self.text(name)
        if text == "":
            return default
        if not (text.isascii() and text.isdigit() and least <= int(text[:19]) <= most):
            hint = f"Write a whole number from {least} to {most}, without signs or separators."
            self.refuse("amanat.E003", f"{name} is not a number in range.", hint)
            return default
        return int(text)

    def secret(self, name: str) -> str:
        """A secret, in `NAME` or, better, in the file that `NAME_FILE` names; empty without either."""
        value, file = self.text(name), self.text(f"{name}_FILE")
        if value and file:
            self.refuse(
                "amanat.E004", f"{name} and {name}_FILE are both set.", "Keep one; the file is safer."
            )
        if not file or value:
            return value
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            hint = "Make the file readable for the user that runs Amanat, and for nobody else."
            self.refuse("amanat.E004", f"The file named by {name}_FILE cannot be read.", hint)
            return ""

    def refuse(self, check_id: str, what: str, hint: str) -> None:
        """Note a mistake for the system checks."""
        self.mistakes.append(Mistake(check_id, what, hint))

    def unknown(self) -> list[str]:
        """The `AMANAT_*` names that are set and that nothing reads."""
        return sorted(name for name in self.variables if name.startswith(PREFIX) and name not in self.known)


def parse_database(url: str) -> dict[str, Any] | None:
    """Django's form of `postgres://user:password@host:port/name` (or `?host=/socket`); None if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name or "/" in name:
        return None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _host(parts: SplitResult) -> str:
    return parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
