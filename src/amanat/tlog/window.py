"""The time that a policy is for: optional comments at the head of its file, decision record 0017.

    # valid-from: 2026-01-01T00:00:00Z
    # valid-until: 2026-12-31T23:59:59Z

For `parse_policy`, and for the software of others, they are comments. A comment that looks like one of them
and is not written so, or stands below the first line that is no comment, is `Malformed`: a limit that was
meant must not be overlooked. Shown right by `tests/tlog/test_window.py`.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from amanat.errors import Malformed, Unverified
from amanat.strict import format_time, parse_time
from amanat.tlog.policy import Policy, parse_policy

__all__ = ["ALWAYS", "DatedPolicy", "Window", "format_window", "parse_dated_policy", "parse_window"]

_MEANT = re.compile(r"[ \t]*#[ \t]*valid-(?:from|until)\b", re.ASCII | re.IGNORECASE)
_WRITTEN = re.compile(r"# valid-(from|until): (.*)")


@dataclass(frozen=True, slots=True)
class Window:
    """From the one moment to the other, both belonging to it; None where it has no end."""

    since: datetime | None = None
    until: datetime | None = None

    def check(self, moment: datetime | None) -> None:
        """Raise `Unverified` unless the moment is inside; one that nobody knows is inside of no limit."""
        if self == ALWAYS:
            return
        if moment is None:
            raise Unverified("the policy is for a time, and no witness says when this was", where="policy")
        if (self.since and moment < self.since) or (self.until and moment > self.until):
            hint = f"It was in the log by {format_time(moment)}. Use the policy of that time."
            raise Unverified("the policy is for another time", where="policy", hint=hint)


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class DatedPolicy:
    """A policy and the time that it is for."""

    policy: Policy
    window: Window = ALWAYS


def parse_dated_policy(text: str) -> DatedPolicy:
    """A policy file with its window; raises `Malformed` with the number of the line."""
    return DatedPolicy(parse_policy(text), parse_window(text))


def parse_window(text: str) -> Window:
    """The window at the head of a policy file; raises `Malformed` with the number of the line."""
    found: dict[str, datetime] = {}
    is_head = True
    for number, line in enumerate(text.split("\n"), start=1):
        if _MEANT.match(line):
            name, moment = _read(line, where=f"policy, line {number}")
            if not is_head or name in found:
                what = "a second one" if is_head else "a time of validity below the first line"
                raise Malformed(what, where=f"policy, line {number}")
            found[name] = moment
        is_head = is_head and not _is_line(line)
    window = Window(found.get("from"), found.get("until"))
    if window.since and window.until and window.since > window.until:
        raise Malformed("valid until before it is valid from", where="policy")
    return window


def format_window(window: Window) -> str:
    """The lines of the window; none for `ALWAYS`."""
    ends = (("from", window.since), ("until", window.until))
    return "".join(f"# valid-{name}: {format_time(moment)}\n" for name, moment in ends if moment)


def _read(line: str, *, where: str) -> tuple[str, datetime]:
    written = _WRITTEN.fullmatch(line)
    if written is None:
        raise Malformed("not written `# valid-from: TIME` or `# valid-until: TIME`", where=where)
    return written[1], parse_time(written[2], where=where)


def _is_line(line: str) -> bool:
    stripped = line.strip(" \t")
    return bool(stripped) and not stripped.startswith("#")
