"""`amanat check`: everything that can be wrong with a server, named at once, with what to do about each.

The system checks of the settings, then what they do not touch: the database, its tables, and whether the
log in the database and the published checkpoint agree. It changes nothing. Shown right by
`tests/cli/test_check.py`.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from amanat.cli.apps import prepare

__all__ = ["Finding", "add_parser", "run"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer: whether it is good, what was looked at, and the hint if it is not."""

    grade: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        line = f"{self.grade:<8} {self.what}"
        return f"{line}\n         {self.hint}" if self.hint else line


def add_parser(nouns: Any) -> None:
    """Add the sub-command."""
    text = "Look for mistakes in settings, data folder, database and published log. Changes nothing."
    parser = nouns.add_parser("check", help="look for mistakes", description=text)
    parser.add_argument("--deploy", action="store_true", help="also what matters only on the internet")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print every finding; the exit code is 1 when there is an error."""
    prepare()
    findings = [*_settings(options.deploy), *_database()]
    for finding in findings:
        print(finding)
    errors = sum(finding.grade == "ERROR" for finding in findings)
    warnings = sum(finding.grade == "warning" for finding in findings)
    print(f"\n{errors or 'no'} error{'s' * (errors != 1)}, {warnings or 'no'} warning{'s' * (warnings != 1)}")
    return 1 if errors else 0


def _settings(deploy: bool) -> Iterator[Finding]:
    from django.core.checks import ERROR

    from amanat.server.checks import check_all

    messages = check_all(deploy=deploy)
    for message in messages:
        grade = "ERROR" if message.level >= ERROR else "warning"
        yield Finding(grade, f"{message.id}: {message.msg}", str(message.hint or ""))
    if not messages:
        yield Finding("ok", "settings, keys and policy")


def _database() -> Iterator[Finding]:
    """The database first; without it, or without its tables, nothing after it can be looked at."""
    for look in (_reachable, _tables, _agreement, _backlog, _witnesses):
        finding = _guarded(look)
        yield finding
        if finding.grade == "ERROR":
            return


def _guarded(look: Callable[[], Finding]) -> Finding:
    from django.db import Error as DatabaseError

    from amanat.errors import Error

    try:
        return look()
    except DatabaseError as error:
        return Finding(
            "ERROR",
            f"database: {type(error).__name__}",
            "See that it runs and that AMANAT_DATABASE is right.",
        )
    except Error as error:
        return Finding("ERROR", str(error), error.hint)


def _reachable() -> Finding:
    from django.db import connection

    connection.ensure_connection()
    return Finding("ok", f"database: {connection.display_name} answers")


def _tables() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Finding(
            "ERROR", f"tables: {len(plan)} changes are missing", "Run `amanat setup`; it keeps what is there."
        )
    return Finding("ok", "tables: up to date")


def _agreement() -> Finding:
    from amanat.server.ledger import queries

    published = queries.agree_with_published()
    if published is None:
        return Finding("ok", "log: nothing published yet; `amanat worker` publishes the first tree")
    return Finding("ok", f"log: {published.size} leaves published, as the database has them")


def _backlog() -> Finding:
    from amanat import clock
    from amanat.server.ledger import queries

    late = queries.late_count(now=clock.now())
    if late:
        return Finding(
            "warning",
            f"log: {late} leaves wait longer than half of what was promised",
            "Is the worker running?",
        )
    return Finding("ok", f"log: {queries.waiting_count()} leaves wait for their epoch")


def _witnesses() -> Finding:
    from amanat.server.ledger import queries

    standing = queries.standing()
    if standing is None:
        return Finding("ok", "witnesses: nothing published to be witnessed yet")
    if not standing.witnesses_known:
        return Finding("ok", "witnesses: none in policy.txt")
    if standing.gone_back:
        told = f"witnesses: {', '.join(standing.gone_back)} went back in size and is not asked again"
        return Finding("warning", told, "It lost its memory. Put its new key into policy.txt.")
    count = f"{len(standing.witnesses)} of {standing.witnesses_known} have signed the newest checkpoint"
    if not standing.quorum_reached:
        return Finding(
            "warning", f"witnesses: {count}; no quorum", "Until then receipts say 'not yet witnessed'."
        )
    return Finding("ok", f"witnesses: {count}; quorum reached")
