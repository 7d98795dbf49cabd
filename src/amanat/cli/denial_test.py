"""`amanat denial-test`: an insider with root attacks a live server, and outsiders look.

It founds servers of its own in a temporary folder; nothing of yours is touched. Exit code 1 when an attack
stays hidden, or when an honest server is taken for a dishonest one. Shown right by
`tests/cli/test_denial.py`.
"""

import argparse
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from amanat.cli.denial.attacks import ATTACKS, Attack
from amanat.cli.denial.honest import honest
from amanat.cli.denial.stage import stage
from amanat.cli.progress import Progress

__all__ = ["add_parser", "run"]

AT_ONCE = 2
"""Attacks wait for epochs and witnesses most of the time."""


def add_parser(nouns: Any) -> None:
    """Add the sub-command."""
    text = "Attack servers of its own as an insider with root would, and print what exposes each attack."
    parser = nouns.add_parser(
        "denial-test", help="try what insiders could do, and who notices", description=text
    )
    help_text = "operations of the honest run that must raise no alarm; 0 for none (default: %(default)s)"
    parser.add_argument("--honest", type=int, default=50, metavar="N", help=help_text)
    parser.add_argument("--no-attacks", action="store_true", help="the honest run only")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Every attack on a fresh server, some at a time, then an honest run."""
    attacks = () if options.no_attacks else ATTACKS
    with tempfile.TemporaryDirectory(prefix="amanat-denial-") as folder:
        hidden = _attack_all(Path(folder), attacks)
        alarmed = options.honest > 0 and _stay_honest(Path(folder) / "honest", options.honest)
    told = "an" if alarmed else "no"
    print(
        f"{len(attacks) - hidden} of {len(attacks)} attacks detected; "
        f"{told} alarm in {options.honest:,} honest operations"
    )
    return 1 if hidden or alarmed else 0


def _attack_all(folder: Path, attacks: Sequence[Attack]) -> int:
    """How many attacks stayed hidden."""
    hidden = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        places = (folder / str(number) for number in range(len(attacks)))
        for attack, exposed in zip(attacks, pool.map(_attack, places, attacks), strict=True):
            print(f"{'detected    ' if exposed else 'NOT DETECTED'}  {attack.name}", flush=True)
            if exposed:
                print(f"                by: {exposed}", flush=True)
            hidden += exposed is None
    return hidden


def _attack(folder: Path, attack: Attack) -> str | None:
    with stage(folder) as server:
        return attack.run(server)


def _stay_honest(folder: Path, operations: int) -> bool:
    progress = Progress(operations, "honest operations")
    # Epochs of a size that many reporters at once need; the attacks have the ordinary one.
    with stage(folder, epoch_leaves=128) as server:
        alarm = honest(server, operations, after_each=progress)
    progress.clear()
    if alarm:
        print(f"FALSE ALARM   among {operations:,} honest operations: {alarm}", flush=True)
    return alarm is not None
