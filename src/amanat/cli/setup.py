"""`amanat setup`: the data folder, the keys, the tables, the organisation and the first invitation.

Safe to run twice, and the way to upgrade the tables: whatever exists is kept and named. The recovery
identity is printed once, before it is first used, and never stored. Protocol section 3. Shown right by
`tests/cli/test_setup.py`.
"""

import argparse
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from amanat import clock
from amanat.cli.apps import prepare
from amanat.errors import Malformed

__all__ = ["add_parser", "run"]

DEFAULT_NAME = "Our organisation"
WHAT_THEY_DO = {
    "administrator": "invites people, reads nothing",
    "supervisor": "reads and answers reports",
    "worker": "reads and answers reports",
}
ROLES = tuple(WHAT_THEY_DO)
FIRST_ROLES = ("worker", "administrator")
RECOVERY = """
--- Recovery identity: print this now. It is shown once and stored nowhere. -----------------------------
{identity}
--- Keep it on paper in a safe, away from this machine. Whoever holds it can read every report. ---------
"""


def add_parser(nouns: Any) -> None:
    """Add the sub-command."""
    text = (
        "Make the data folder, keys, tables and organisation, and invite the first person. Safe to run twice."
    )
    parser = nouns.add_parser("setup", help="make keys, tables and the first invitation", description=text)
    parser.add_argument("--name", default=DEFAULT_NAME, help="what the organisation is called on its pages")
    parser.add_argument(
        "--origin", help="the log's name for ever, e.g. reports.example.org/log (default: from the URL)"
    )
    parser.add_argument(
        "--url", help="where the pages will be, e.g. https://reports.example.org (default: AMANAT_URL)"
    )
    parser.add_argument(
        "--role",
        choices=ROLES,
        help="invite a person with this role (default, once: a worker and an administrator)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make what is missing, in an order in which every interruption can be repeated."""
    os.umask(0o077)
    made_key = make_secret_key(Path(os.environ.get("AMANAT_DATA", "").strip() or "var"))
    prepare()
    from django.conf import settings

    url = (options.url or settings.AMANAT_URL).rstrip("/")
    origin = options.origin or settings.AMANAT_ORIGIN or origin_of(url)
    _tell_files(origin, url, made_key)
    _migrate()
    _found(options.name)
    _invite(options.role, url)
    return 0


def make_secret_key(folder: Path) -> bool:
    """Make the server's secret key before the settings are read, unless there is one; whether it was made."""
    keys = folder / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.mkdir(mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(keys / "django", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return True


def origin_of(url: str) -> str:
    """The log's name for this address: the address without its scheme, and `/log`."""
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or "+" in parts.netloc
        or "@" in parts.netloc
    ):
        raise Malformed("not a web address", where="--url", hint="Write https:// and the name of the host.")
    return f"{parts.netloc}{parts.path.rstrip('/')}/log"


def _tell_files(origin: str, url: str, made_key: bool) -> None:
    from django.conf import settings

    from amanat.server.ledger import queries
    from amanat.server.ledger.actions import found_log

    founded = found_log(settings.AMANAT_DATA, origin=origin, url=url)
    made = (*founded.made, *(["django"] if made_key else []))
    print(f"Data folder: {settings.AMANAT_DATA}")
    print(f"  made: {', '.join(made) or 'nothing'}")
    if founded.found:
        print(f"  kept as they were: {', '.join(founded.found)}")
    print(f"Log: {queries.origin()}")
    if queries.origin() != origin:
        print("  The name of a log cannot change; the one it was founded with is kept.")


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    print("Tables: up to date")


def _found(name: str) -> None:
    """Found it. The identity is printed first: a crash in between wastes a print-out, never the key."""
    import pyrage

    from amanat.server.accounts import actions
    from amanat.server.accounts.models import Organisation
    from amanat.server.ledger import queries

    existing = Organisation.objects.first()
    if existing:
        print(f"Organisation: {existing.name} (kept as it was)")
        return
    identity = pyrage.x25519.Identity.generate()
    print(RECOVERY.format(identity=identity), flush=True)
    recipient = str(identity.to_public())
    actions.found_organisation(
        now=clock.now(), name=name, origin=queries.origin(), recovery_recipient=recipient
    )
    print(f"Organisation: {name}")


def _invite(role: str | None, url: str) -> None:
    """Invite with the role that was asked for; without one, the first two while there is nobody."""
    from amanat.server.accounts import actions
    from amanat.server.accounts.models import Member

    if role is None and Member.objects.exists():
        print("People: there are some already; invite another with --role.")
        return
    for invited in [role] if role else FIRST_ROLES:
        token = actions.invite(by=None, now=clock.now(), role=invited)
        print(f"\nInvitation for one {invited} ({WHAT_THEY_DO[invited]}), to be opened once:")
        print(f"  {url}/staff/invitation/{token}/")
    print("\nNext: amanat serve. Reports can be sent as soon as the first worker has made a key.")
