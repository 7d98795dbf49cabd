"""A whole server on this machine to attack: set-up, a witness, `amanat serve`, all real processes, in a
folder of its own; and a reporter who talks to it over HTTP as a browser does.

Nothing of the attacks is here. Shown right by `tests/cli/test_denial.py`.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from amanat.cli.demonstration.processes import free_port
from amanat.cli.denial.sending import JSON, Report, as_body, new_report
from amanat.errors import Error, Unavailable
from amanat.receipt.chain import Made, Opened
from amanat.receipt.opening import open_leaf
from amanat.receipt.receipt import Receipt, format_receipt
from amanat.tlog.audit import entries_of
from amanat.tlog.client import HttpReader
from amanat.tlog.keys import Signer, Verifier, parse_signer, parse_verifier
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.proof import prove_inclusion_from
from amanat.tlog.tile import TileHashes
from amanat.tlog.trust import SignedCheckpoint, check_signatures, verify_checkpoint

__all__ = ["Stage", "stage", "wait_until"]

WITNESS = "witness.example"
WAIT_SECONDS = 60


@dataclass
class Stage:
    """A running server; `data` is what an insider with root can reach."""

    folder: Path
    port: int
    witness_port: int
    epoch_leaves: int = 8
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def policy(self) -> Policy:
        """The policy that the public keeps."""
        return parse_policy((self.folder / "policy.txt").read_text(encoding="utf-8"))

    @property
    def log_key(self) -> Signer:
        """The log's signing key: root can read it."""
        return parse_signer((self.data / "keys" / "log.skey").read_text(encoding="utf-8").strip())

    @property
    def reader(self) -> HttpReader:
        return HttpReader(f"{self.url}/log")

    def say(self, *arguments: str) -> str:
        """Run another `amanat` command on the same data."""
        command = [sys.executable, "-m", "amanat.cli.main", *arguments]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(done.stderr.strip(), where=arguments[0])
        return done.stdout

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
        return kept | {
            "AMANAT_DATA": str(self.data),
            "AMANAT_URL": self.url,
            "AMANAT_EPOCH_SECONDS": "1",
            "AMANAT_EPOCH_LEAVES": str(self.epoch_leaves),
            "AMANAT_WITNESS_SECONDS": "2",
        }

    def start(self, name: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "amanat.cli.main", *arguments]
        with (self.folder / f"{name}.out").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment(), stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )

    def serve(self) -> None:
        """Start the pages and the worker, and wait until they answer."""
        self.start("server", "serve", "--listen", f"127.0.0.1:{self.port}")
        wait_until(lambda: bool(self.get("/healthz")))

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(60)

    def get(self, path: str) -> bytes:
        with urlopen(f"{self.url}{path}", timeout=10) as answer:  # noqa: S310 - an address of this machine
            data: bytes = answer.read()
            return data

    def send(self, path: str, fields: dict[str, Any]) -> bytes:
        """POST JSON with bytes in base64, as a browser does."""
        request = Request(f"{self.url}{path}", as_body(fields), JSON)  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            data: bytes = answer.read()
            return data

    def report(self) -> Report:
        """Send a report and keep what its reporter keeps."""
        report, fields = new_report()
        report.promise = self.send("/report/sealed", fields)
        return report

    def thread(self, report: Report) -> dict[str, Any]:
        """What the server shows to whoever comes back with the words of this report."""
        shown: dict[str, Any] = json.loads(
            self.send("/return/thread", {"locator": report.chain.keys.locator})
        )
        return shown

    def promise_key(self) -> Verifier:
        return parse_verifier(self.get("/log/promise-key.txt").decode().strip())

    def checkpoint(self) -> SignedCheckpoint:
        """The newest checkpoint under the public's policy, witnessed or not."""
        return check_signatures(self.get("/log/checkpoint"), self.policy)

    def wait_for_witnessed(self, holds: Callable[[SignedCheckpoint], bool] = lambda _signed: True) -> bytes:
        """The first witnessed checkpoint that fulfils `holds` too, as its note."""
        kept: list[bytes] = []

        def is_there() -> bool:
            note = self.get("/log/checkpoint")
            signed = verify_checkpoint(note, self.policy)
            kept.append(note)
            return holds(signed)

        wait_until(is_there)
        return kept[-1]

    def wait_for_leaf(self, leaf: bytes) -> int:
        """The index of a leaf in the witnessed log."""
        found: list[int] = []

        def is_there() -> bool:
            size = verify_checkpoint(self.get("/log/checkpoint"), self.policy).checkpoint.size
            found.extend(index for index, entry in enumerate(entries_of(self.reader, size)) if entry == leaf)
            return bool(found)

        wait_until(is_there)
        return found[0]

    def receipt(self, event: Made, index: int, shown: Opened | None = None) -> bytes:
        """A receipt of level 1, or 2, for an event at an index under the newest witnessed checkpoint."""
        note = self.wait_for_witnessed()
        size = verify_checkpoint(note, self.policy).checkpoint.size
        path = prove_inclusion_from(TileHashes(self.reader, size), size, index)
        content = {} if shown is None else {name: getattr(shown, name) for name in shown.__slots__}
        opening = open_leaf(1 if shown is None else 2, event.leaf, **content)
        return format_receipt(Receipt(opening, index, path, note))

    def copy_data(self, name: str) -> Path:
        """A copy of everything the server holds, as a backup would be."""
        return shutil.copytree(self.data, self.folder / name)


def wait_until(holds: Callable[[], bool]) -> None:
    """Return once it holds; raises `Unavailable` after a minute."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with contextlib.suppress(OSError, Error):
            if holds():
                return
        if time.monotonic() > deadline:
            raise Unavailable("what should have happened did not", where="denial-test")
        time.sleep(0.2)


@contextmanager
def stage(folder: Path, *, epoch_leaves: int = 8) -> Iterator[Stage]:
    """A server that is set up, witnessed and answering."""
    folder.mkdir()
    server = Stage(folder, free_port(), free_port(), epoch_leaves)
    server.say("setup", "--url", server.url)
    _add_witness(server)
    try:
        server.serve()
        yield server
    finally:
        for name in list(server.processes):
            server.stop(name)


def _add_witness(server: Stage) -> None:
    folder = server.folder / "witness"
    server.say("witness", "init", "--data", str(folder), "--name", WITNESS)
    key = parse_signer((folder / "witness.skey").read_text(encoding="utf-8").strip()).verifier
    log, listen = server.log_key.verifier, f"127.0.0.1:{server.witness_port}"
    text = f"log {log} {server.url}/log\nwitness {WITNESS} {key} http://{listen}\nquorum {WITNESS}\n"
    for place in (server.data, server.folder):
        (place / "policy.txt").write_text(text, encoding="utf-8")
    server.start("witness", "witness", "serve", "--data", str(folder), "--listen", listen, "--log", str(log))
