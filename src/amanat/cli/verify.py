"""`amanat verify RECEIPT --policy FILE`: whether a receipt holds, and what it shows, in plain words. Offline.

Keys come from the policy files, never from the receipt; it holds when it holds under one of them. Exit codes:
0 it holds, 3 it does not, 65 receipt or policy is not of its format, 66 a file is missing. Shown right by
`tests/cli/test_verify.py`.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from amanat.errors import Error, Malformed, NotFound
from amanat.receipt.header import header_to_object
from amanat.receipt.verify import Verdict, verify_side_by_side
from amanat.strict import encode_base64, format_time
from amanat.tlog.window import ALWAYS, DatedPolicy, Window, parse_dated_policy

__all__ = ["add_parser"]

DESCRIPTION = """Check a receipt offline and say in plain words what it shows. Keys come from the policy file,
never from the receipt; of several policies one is enough. Exit codes: 0 it holds, 3 it does not, 65 receipt
or policy is not of its format, 66 a file is missing."""
SHOWS = {
    1: "an entry was in the log",
    2: "an event was in the log, with its kind and times",
    3: "an event was in the log, with its kind, its times and its words",
    4: "the same, and whoever shows it is its author",
}
LARGE_GAP = timedelta(days=1)
# Joiners are part of how Urdu, Arabic and Persian are written; every other invisible character is spelt out.
_JOINERS = "\u200c\u200d"


def add_parser(subparsers: Any) -> None:
    """Add `amanat verify`."""
    parser = subparsers.add_parser("verify", help="check a receipt offline", description=DESCRIPTION)
    parser.add_argument("receipt", metavar="RECEIPT", type=Path, help="the receipt, a .tlog-proof file")
    parser.add_argument(
        "--policy",
        metavar="FILE",
        type=Path,
        action="append",
        required=True,
        help="the logs and witnesses you trust; may be given several times",
    )
    parser.add_argument("--challenge", metavar="TEXT", help="what you asked the author to sign (level 4)")
    parser.add_argument("--json", action="store_true", help="write JSON instead of sentences")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify one receipt and say what it shows."""
    try:
        receipt = _read(options.receipt, where="receipt")
        policies = [_policy(path, number, options) for number, path in enumerate(options.policy, start=1)]
        number, verdict = verify_side_by_side(receipt, policies, challenge=options.challenge)
    except Error as error:
        if options.json:
            _write(json.dumps({"ok": False, "error": type(error).__name__.lower(), "what": error.what}))
        raise
    window = policies[number].window
    if options.json:
        value = _value(verdict) | {"policy": number + 1, **_ends(window)}
        _write(json.dumps(value, ensure_ascii=False))
    else:
        _write("\n".join(_lines(verdict, _under(number, len(policies), window))))
    return 0


def _policy(path: Path, number: int, options: argparse.Namespace) -> DatedPolicy:
    """One policy; of several, errors say the number, because the name of a file may say who reported."""
    where = "policy" if len(options.policy) == 1 else f"policy {number}"
    try:
        return parse_dated_policy(_read(path, where=where).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where=where) from error
    except Malformed as error:
        raise Malformed(error.what, where=error.where.replace("policy", where, 1)) from error


def _ends(window: Window) -> dict[str, str | None]:
    ends = (("valid_from", window.since), ("valid_until", window.until))
    return {name: format_time(moment) if moment else None for name, moment in ends}


def _under(number: int, count: int, window: Window) -> Iterator[str]:
    """Which policy it is that the receipt holds under, where that says anything."""
    if count > 1:
        yield f"Policy:         the one given as number {number + 1} of {count}"
    if window != ALWAYS:
        since, until = _ends(window).values()
        yield f"Policy is for:  {since or 'ever'} until {until or 'further notice'}"


def _read(path: Path, *, where: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        # Neither the name of the file nor the system's message, which holds it: both may say who reported.
        raise NotFound("no such file, or it cannot be read", where=where) from error


def _value(verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": True,
        "level": verdict.level,
        "log": verdict.origin,
        "index": verdict.index,
        "size": verdict.size,
        "leaf_hash": encode_base64(verdict.leaf_hash),
        "in_log_by": format_time(verdict.in_log_by) if verdict.in_log_by else None,
        "witnesses": list(verdict.witnesses),
        "header": header_to_object(verdict.header) if verdict.header else None,
        "payload": verdict.payload,
        "challenge": verdict.challenge,
    }


def _lines(verdict: Verdict, under: Iterator[str]) -> Iterator[str]:
    yield f"This receipt holds. Level {verdict.level}: {SHOWS[verdict.level]}."
    yield ""
    yield f"Log:            {_shown(verdict.origin)}"
    yield f"Entry:          {verdict.index} in a log of {verdict.size}"
    yield f"In the log by:  {_witnessed(verdict)}"
    if verdict.witnesses:
        yield f"Witnesses:      {', '.join(_shown(name) for name in verdict.witnesses)}"
    yield from under
    yield from _event(verdict)
    if verdict.challenge is not None:
        yield f"Challenge:      {_shown(verdict.challenge)}"
        yield "                signed by the author"
    if verdict.payload is not None:
        yield from _words(verdict.payload)


def _witnessed(verdict: Verdict) -> str:
    if verdict.in_log_by is None:
        return "not bounded: the policy asks for no witness"
    return format_time(verdict.in_log_by)


def _event(verdict: Verdict) -> Iterator[str]:
    if verdict.header is None:
        return
    yield f"Kind:           {verdict.header.kind.replace('_', ' ')} (event {verdict.header.seq} of its chain)"
    yield f"Claimed time:   {format_time(verdict.header.claimed_time)}"
    if verdict.header.due_time is not None:
        yield f"Due:            {format_time(verdict.header.due_time)}"
    if verdict.header.counterparty is not None:
        yield f"Other side:     {_shown(verdict.header.counterparty)}"
    if verdict.in_log_by is None:
        return
    if abs(verdict.in_log_by - verdict.header.claimed_time) > LARGE_GAP:
        yield "Careful:        the claimed time is more than a day away from the time that is proved"


def _words(payload: Any) -> Iterator[str]:
    yield ""
    for key, value in payload.items():
        if key == "nonce":
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"{_shown(key)}:"
        yield from (f"    {_shown(line)}" for line in text.splitlines() or [""])


def _shown(text: str) -> str:
    # What somebody else wrote must not move the cursor, recolour or reorder the lines around it.
    plain = (char if char.isprintable() or char in _JOINERS else f"\\u{{{ord(char):x}}}" for char in text)
    return "".join(plain)


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
