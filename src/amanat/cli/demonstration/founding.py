"""The folder of a demonstration: settings, keys, tables, the organisation, and a policy with its own witness.

It uses what `amanat setup` and `amanat witness init` use. A witness on the same machine shows how the parts
work and proves nothing to anybody, and the screen says so. Shown right by `tests/cli/test_demo.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

from amanat import clock
from amanat.cli.apps import prepare
from amanat.cli.demonstration import story
from amanat.cli.setup import make_secret_key, origin_of
from amanat.tlog.note import Signer, parse_signer
from amanat.tlog.policy import Group, KnownWitness, Policy, format_policy

__all__ = [
    "EPOCH_SECONDS",
    "WITNESS_NAME",
    "choose_settings",
    "found",
    "log_key",
    "make_witness",
    "name_witness",
]

EPOCH_SECONDS = 2
URL = "http://demonstration.example"
WITNESS_NAME = "witness.demonstration.example"
LOOPBACK = "localhost,127.0.0.1,[::1]"


def choose_settings(folder: Path, host: str, url: str) -> None:
    """Set the AMANAT_* variables of this process and its children, and keep none of the caller's."""
    for name in [name for name in os.environ if name.startswith("AMANAT_")]:
        del os.environ[name]
    os.environ |= {
        "AMANAT_DATA": str(folder),
        "AMANAT_DEMO": "1",
        "AMANAT_EPOCH_SECONDS": str(EPOCH_SECONDS),
        "AMANAT_HELPLINES": str(folder / "helplines.toml"),
        "AMANAT_HOSTS": f"{LOOPBACK},{_bracketed(host)}",
        "AMANAT_URL": url,
    }


def found(folder: Path, recovery_recipient: str) -> None:
    """Make keys, tables and the organisation, as `amanat setup` does, but without an invitation."""
    os.umask(0o077)
    make_secret_key(folder)
    (folder / "helplines.toml").write_text(story.HELPLINES, encoding="utf-8")
    prepare()
    from django.core.management import call_command

    from amanat.server.accounts.actions import found_organisation
    from amanat.server.ledger import queries
    from amanat.server.ledger.actions import found_log

    found_log(folder, origin=origin_of(URL), url=URL)
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    found_organisation(
        now=clock.now(),
        name=story.ORGANISATION,
        origin=queries.origin(),
        recovery_recipient=recovery_recipient,
    )


def make_witness(folder: Path) -> None:
    """A real witness with a key and a memory of its own."""
    verb = ["witness", "init", "--data", str(folder / "witness"), "--name", WITNESS_NAME]
    command = [sys.executable, "-m", "amanat.cli.main", *verb]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def name_witness(folder: Path, url: str, port: int) -> None:
    """Write the policy anew: the keys stay, the addresses are those of this run."""
    verifier = _signer(folder / "witness" / "witness.skey")
    witness = KnownWitness(WITNESS_NAME, verifier.verifier, f"http://127.0.0.1:{port}")
    group = Group("everybody", 1, (WITNESS_NAME,))
    logs = {_signer(folder / "keys" / "log.skey").verifier: f"{url}/log"}
    text = format_policy(Policy(logs, (witness,), (group,), group.name))
    (folder / "policy.txt").write_text(text, encoding="utf-8")


def log_key(folder: Path) -> str:
    """The log's key, as a witness is told it."""
    return str(_signer(folder / "keys" / "log.skey").verifier)


def _signer(path: Path) -> Signer:
    return parse_signer(path.read_text(encoding="utf-8").strip())


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
