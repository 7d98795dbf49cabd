"""Reading a directory of institutions: strict, because it comes from elsewhere.

Known keys only, no key twice, no anchors, no tags, a bounded size. What is read and written again is the same
value, or it is `Malformed`. Shown right by `tests/server/referrals/rules/test_directory.py`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import yaml

from amanat.errors import Malformed
from amanat.server.referrals.rules.calendars import EFFECTS, check_place
from amanat.server.referrals.rules.clocks import COUNTINGS, MAX_DAYS, STARTS
from amanat.server.referrals.rules.directory import (
    VERSION,
    WEEKDAYS,
    CalendarEntry,
    ChangeEntry,
    ClockEntry,
    Directory,
    InstitutionEntry,
)
from amanat.server.referrals.rules.institutions import KINDS, REQUESTS

__all__ = ["MAX_BYTES", "parse_directory"]

MAX_BYTES = 500_000
MAX_WEEKEND = 3


def parse_directory(text: str) -> Directory:
    """The directory in a YAML text; raises `Malformed` and says where."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise Malformed(f"more than {MAX_BYTES} bytes", where="directory")
    try:
        value = yaml.load(text, Loader=_Strict)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(_yaml_mistake(error), where="directory") from error
    top = _object(value, "directory", {"amanat_directory"}, {"calendars", "institutions"})
    if top["amanat_directory"] != VERSION or type(top["amanat_directory"]) is not int:
        raise Malformed(f"not version {VERSION} of a directory", where="amanat_directory")
    calendars = _list(top.get("calendars", []), "calendars", _calendar)
    institutions = _list(top.get("institutions", []), "institutions", _institution)
    for named in (calendars, institutions):
        _single([entry.name for entry in named])
    return Directory(calendars, institutions)


class _Strict(yaml.SafeLoader):
    """A safe loader that also refuses anchors and a key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "anchors are not allowed", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        if not all(isinstance(key, str) for key in keys) or len({*keys}) != len(keys):
            mark = node.start_mark
            raise yaml.constructor.ConstructorError(None, None, "a key twice, or no text", mark)
        return super().construct_mapping(node, deep=deep)


def _yaml_mistake(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"not YAML, line {mark.line + 1}" if mark is not None else "not YAML"


def _calendar(value: object, where: str) -> CalendarEntry:
    known = {"country", "subdivision", "weekend", "changes"}
    given = _object(value, where, {"name", "timezone"}, known)
    weekend = given.get("weekend", [])
    if (
        not isinstance(weekend, list)
        or len(weekend) > MAX_WEEKEND
        or not all(isinstance(day, str) and day in WEEKDAYS for day in weekend)
    ):
        raise Malformed(
            f"not a list of at most {MAX_WEEKEND} of {', '.join(WEEKDAYS)}", where=f"{where} weekend"
        )
    place = {name: _text(given, name, where, 60) for name in ("country", "subdivision", "timezone")}
    check_place(**place)
    return CalendarEntry(
        name=_name(given, "name", where, 100),
        weekend=tuple(sorted({WEEKDAYS.index(day) for day in weekend})),
        changes=_list(given.get("changes", []), f"{where} changes", _change),
        **place,
    )


def _change(value: object, where: str) -> ChangeEntry:
    given = _object(value, where, {"day", "effect", "reason"}, set())
    if type(given["day"]) is not date:
        raise Malformed("not a day written as 2026-05-03", where=f"{where} day")
    return ChangeEntry(
        given["day"], _one_of(given, "effect", where, EFFECTS), _name(given, "reason", where, 200)
    )


def _institution(value: object, where: str) -> InstitutionEntry:
    needed = {"name", "kind", "jurisdiction", "calendar"}
    given = _object(value, where, needed, {"contacts", "recipient", "overseen_by", "clocks"})
    clocks = _list(given.get("clocks", []), f"{where} clocks", _clock)
    _single([clock.request for clock in clocks])
    return InstitutionEntry(
        name=_name(given, "name", where, 200),
        kind=_one_of(given, "kind", where, KINDS),
        jurisdiction=_name(given, "jurisdiction", where, 200),
        calendar=_name(given, "calendar", where, 100),
        contacts=_text(given, "contacts", where, 2000),
        recipient=_text(given, "recipient", where, 100),
        overseen_by=_text(given, "overseen_by", where, 200),
        clocks=clocks,
    )


def _clock(value: object, where: str) -> ClockEntry:
    needed = {"request", "days", "counting", "law", "starts_on"}
    given = _object(value, where, needed, {"rolls", "remind_days", "escalate_days"})
    if type(given.get("rolls", True)) is not bool:
        raise Malformed("not true or false", where=f"{where} rolls")
    return ClockEntry(
        request=_one_of(given, "request", where, REQUESTS),
        days=_number(given, "days", where, 1),
        counting=_one_of(given, "counting", where, COUNTINGS),
        law=_name(given, "law", where, 1000),
        starts_on=_one_of(given, "starts_on", where, STARTS),
        rolls=given.get("rolls", True),
        remind_days=_number({"remind_days": 3, **given}, "remind_days", where, 0),
        escalate_days=_number({"escalate_days": 5, **given}, "escalate_days", where, 1),
    )


def _object(value: object, where: str, needed: set[str], known: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not needed <= value.keys() <= needed | known:
        raise Malformed(
            f"needs {', '.join(sorted(needed))} and knows {', '.join(sorted(known))}", where=where
        )
    return value


def _list(value: object, where: str, read: Callable[[object, str], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Malformed("not a list", where=where)
    return tuple(read(item, f"{where} {number}") for number, item in enumerate(value, 1))


def _text(given: Mapping[str, Any], name: str, where: str, longest: int) -> str:
    text = given.get(name, "")
    if not isinstance(text, str) or len(text) > longest or not _is_plain(text):
        raise Malformed(f"not text of at most {longest} letters", where=f"{where} {name}")
    return text.strip()


def _is_plain(text: str) -> bool:
    return all(letter == "\n" or letter.isprintable() or letter == "\u200c" for letter in text)


def _name(given: Mapping[str, Any], name: str, where: str, longest: int) -> str:
    text = _text(given, name, where, longest)
    if not text or "\n" in text:
        raise Malformed("empty, or more than one line", where=f"{where} {name}")
    return text


def _one_of(given: Mapping[str, Any], name: str, where: str, known: tuple[str, ...]) -> str:
    value = given[name]
    if not isinstance(value, str) or value not in known:
        raise Malformed(f"not one of {', '.join(known)}", where=f"{where} {name}")
    return value


def _number(given: Mapping[str, Any], name: str, where: str, least: int) -> int:
    value = given[name]
    if type(value) is not int or not least <= value <= MAX_DAYS:
        raise Malformed(f"not a number from {least} to {MAX_DAYS}", where=f"{where} {name}")
    return value


def _single(names: list[str]) -> None:
    if len({*names}) != len(names):
        raise Malformed("a name twice", where="directory")
