"""A data folder and its database for processes that are killed, and what must hold whatever happened."""

import base64
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from amanat.receipt.promise import open_promise
from amanat.tlog import tree
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import parse_note, parse_signer
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.store import FolderStore

REHEARSAL = str(Path(__file__).parent / "ledger" / "rehearsal.py")
POSTGRES = os.environ.get("AMANAT_TEST_DATABASE", "")
DATABASES = ["postgresql" if POSTGRES else "sqlite"]


@dataclass
class Place:
    """A data folder, its database, and every checkpoint the outside world could have seen."""

    folder: Path
    database: str
    seen: dict[int, bytes] = field(default_factory=dict)
    time: int = 1_800_000_000

    def run(self, *command: str, crash_at: str = "") -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
        environment |= {
            "AMANAT_DATA": str(self.folder),
            "AMANAT_DATABASE": self.database,
            "AMANAT_SECRET_KEY": "only-for-tests-and-long-enough-to-pass",
            "AMANAT_EPOCH_LEAVES": "4",
            "AMANAT_DEBUG": "1",
            "AMANAT_CRASH_AT": crash_at,
        }
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done

    def accept(self, *leaves: bytes, crash_at: str = "") -> list[bytes]:
        """The promises that came back."""
        done = self.run(
            REHEARSAL, "accept", str(self.time), *(leaf.hex() for leaf in leaves), crash_at=crash_at
        )
        assert (done.returncode != 0) is bool(crash_at)
        return [base64.b64decode(line) for line in done.stdout.split()]

    def work(self, crash_at: str = "") -> None:
        """One round of the worker in a later epoch than anything before."""
        self.time += 600
        done = self.run(REHEARSAL, "work", str(self.time), crash_at=crash_at)
        assert (done.returncode != 0) is bool(crash_at), done.stderr
        self.look()

    def look(self) -> None:
        """See the checkpoint as the world does; a size never comes with two roots."""
        file = self.folder / "log" / "checkpoint"
        if file.exists():
            checkpoint = parse_checkpoint(parse_note(file.read_bytes()).text)
            assert self.seen.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root
            assert checkpoint.size == max(self.seen)

    def dump(self) -> dict[str, list[list[object]]]:
        return json.loads(self.run(REHEARSAL, "dump").stdout)


def check_everything(place: Place, promises: list[bytes]) -> None:
    """The laws of the module docstring."""
    state = place.dump()
    placed = sorted((index, bytes.fromhex(leaf)) for leaf, index, _ in state["entries"] if index is not None)
    assert [index for index, _ in placed] == list(range(len(placed)))
    hashes = [leaf_hash(leaf) for _, leaf in placed]
    check_trees(place, state, hashes)
    check_tiles(place, [leaf for _, leaf in placed])
    verifier = parse_signer((place.folder / "keys" / "promise.skey").read_text().strip()).verifier
    assert {open_promise(promise, verifier).leaf_hash for promise in promises} <= set(hashes)


def check_trees(place: Place, state: dict, hashes: list[bytes]) -> None:
    roots = {size: bytes.fromhex(root) for size, root, _ in state["trees"]}
    assert len(roots) == len(state["trees"])
    assert all(tree.root(hashes[:size]) == root for size, root in roots.items())
    assert place.seen.items() <= roots.items()
    assert all(published for _, _, published in state["trees"])
    assert max(place.seen) == len(hashes)


def check_tiles(place: Place, leaves: list[bytes]) -> None:
    """Tiles of the whole log, computed anew in an empty folder, are byte for byte the published ones."""
    again = place.folder / "again"
    write_tiles(FolderStore(again), 0, leaves)
    files = [file for file in again.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert file.read_bytes() == (place.folder / "log" / file.relative_to(again)).read_bytes()


def new_database(template: str = "") -> str:
    """The address of a new PostgreSQL database, empty or a copy."""
    name = f"kills_{uuid4().hex}"
    copy = f' TEMPLATE "{name_of(template)}"' if template else ""
    administer(f'CREATE DATABASE "{name}"{copy}')
    return urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    if url:
        administer(f'DROP DATABASE "{name_of(url)}" WITH (FORCE)')


def administer(statement: str) -> None:
    with psycopg.connect(
        urlunsplit(urlsplit(POSTGRES)._replace(path="/postgres")), autocommit=True
    ) as connection:
        connection.execute(statement)


def name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
