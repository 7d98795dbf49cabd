"""A whole living server for a story: set-up, a real witness, a real `amanat serve`, all as processes.

Everything it writes lies below one folder: data, what the processes print, and their temporary files.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from amanat.cli.demonstration.processes import free_port
from amanat.tlog.keys import parse_signer

AMANAT = [sys.executable, "-m", "amanat.cli.main"]
WITNESS = "witness.example"
HELPLINE = '[[helpline]]\nname = "Invented helpline"\nnumber = "000 0000"\nhours = "always"\n'


@dataclass
class Living:
    """A running server; `say` runs another `amanat` command against the same data folder."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    recovery: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def policy(self) -> Path:
        return self.data / "policy.txt"

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
        return kept | {
            "AMANAT_DATA": str(self.data),
            "AMANAT_URL": self.url,
            "AMANAT_EPOCH_SECONDS": "2",
            "AMANAT_HELPLINES": str(self.folder / "helplines.toml"),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def say(self, *arguments: str) -> str:
        done = subprocess.run(
            [*AMANAT, *arguments], env=self.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str, *arguments: str) -> None:
        command = [*AMANAT, *arguments]
        with (self.folder / f"{name}.out").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment(), stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.wait(150)
        self.processes.clear()

    def release_figures(self) -> None:
        """Look at the public figures of now, and release them."""
        digest = self.say("figures", "release").partition("digest")[2].split()[0]
        assert "released" in self.say("figures", "release", "--confirm", digest)

    def invitation(self, role: str) -> str:
        found = re.search(r"\S+/staff/invitation/\S+", self.say("setup", "--role", role))
        assert found
        return found.group()


@contextmanager
def living(folder: Path, **settings: str) -> Iterator[Living]:
    """A server that is set up, witnessed and answering; stopped when the story is over."""
    server = Living(folder, free_port(), settings)
    for name in ("data", "tmp"):
        (folder / name).mkdir(mode=0o700)
    (folder / "helplines.toml").write_text(HELPLINE)
    printed = server.say("setup", "--name", "Desk of the story", "--url", server.url)
    (server.recovery,) = re.findall(r"AGE-SECRET-KEY-1[0-9A-Z]+", printed)
    _add_witness(server)
    server.start("server", "serve", "--listen", f"127.0.0.1:{server.port}")
    try:
        wait_for(f"{server.url}/log/checkpoint")
        yield server
    finally:
        server.stop()


def _add_witness(server: Living) -> None:
    port, folder = free_port(), server.folder / "witness"
    server.say("witness", "init", "--data", str(folder), "--name", WITNESS)
    key = parse_signer((folder / "witness.skey").read_text().strip()).verifier
    log = parse_signer((server.data / "keys" / "log.skey").read_text().strip()).verifier
    server.policy.write_text(
        f"log {log} {server.url}/log\nwitness {WITNESS} {key} http://127.0.0.1:{port}\nquorum {WITNESS}\n"
    )
    listen = f"127.0.0.1:{port}"
    server.start("witness", "witness", "serve", "--data", str(folder), "--listen", listen, "--log", str(log))


def wait_for(url: str) -> None:
    """Return as soon as the address answers with 200."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError(f"no answer from {url}")
