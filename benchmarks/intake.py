"""How many sealed reports a second one server takes over HTTP, and how long each reporter waits.

    python benchmarks/intake.py [--reports 1000] [--clients 8]

It founds a server in a temporary folder (SQLite, synchronous=FULL), starts the ordinary `amanat serve`, sends
reports that were sealed beforehand from concurrent clients with kept connections, and checks the signature of
every promise. Goals: 100 reports a second, 99th percentile under 500 ms. The clients share the machine with
the server, so their own work is in the figures.
"""

import argparse
import base64
import http.client
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pyrage

from amanat import clock
from amanat.cli.demonstration.processes import free_port
from amanat.receipt.chain import Chain, Fresh
from amanat.receipt.promise import open_promise
from amanat.sealing.keys import locator_hash
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.keys import Verifier, parse_verifier

AMANAT = [sys.executable, "-m", "amanat.cli.main"]
JSON = {"Content-Type": "application/json"}
ANSWERS = dict.fromkeys(("where", "when", "relation", "known_by", "come_back"), "")


def sealed_report(recipients: list[str]) -> tuple[bytes, bytes]:
    """The body of a request and the hash of its leaf."""
    chain = Chain()
    text = {"text": "An invented report of ordinary length. " * 20, **ANSWERS}
    sealed, event = chain.report(text, recipients, now=clock.now(), fresh=Fresh(0, EMPTY_ROOT))
    fields = {
        "locator_hash": locator_hash(chain.keys.locator),
        "sealed": sealed,
        "leaf": event.leaf,
        "record": event.record,
    }
    body = {name: base64.b64encode(value).decode() for name, value in fields.items()}
    return json.dumps({"report_id": chain.report_id, **body}).encode(), leaf_hash(event.leaf)


def send(port: int, share: list[tuple[bytes, bytes]], verifier: Verifier) -> list[float]:
    """Send one client's share over one connection; seconds of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seconds = []
    for body, expected in share:
        begun = time.perf_counter()
        connection.request("POST", "/report/sealed", body, JSON)
        answer = connection.getresponse()
        promise = answer.read()
        seconds.append(time.perf_counter() - begun)
        if answer.status != 201 or open_promise(promise, verifier).leaf_hash != expected:
            raise SystemExit(f"no promise: {answer.status} {promise[:300]!r}")
    return seconds


@contextmanager
def server(folder: Path):
    """A founded server with one reader; yields its port."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    environment |= {"AMANAT_DATA": str(folder), "AMANAT_URL": f"http://127.0.0.1:{port}"}
    subprocess.run([*AMANAT, "setup"], env=environment, check=True, stdout=subprocess.DEVNULL)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    seed = (
        "import django; django.setup()\n"
        "from amanat import clock\n"
        "from amanat.server.accounts import actions\n"
        "token = actions.invite(by=None, now=clock.now(), role='worker')\n"
        "member = actions.accept_invitation(now=clock.now(), token=token, sign_in_name='bench',"
        " pseudonym='Bench', password='unused-and-long-enough')\n"
        f"actions.keep_key(by=member, now=clock.now(), recipient={recipient!r}, wrapped='')\n"
    )
    django = environment | {"DJANGO_SETTINGS_MODULE": "amanat.server.settings"}
    subprocess.run([sys.executable, "-c", seed], env=django, check=True)
    serve = subprocess.Popen([*AMANAT, "serve", "--listen", f"127.0.0.1:{port}"], env=environment)
    try:
        for _ in range(300):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                break
            time.sleep(0.1)
        yield port
    finally:
        serve.terminate()
        serve.wait(40)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=8, help="how many at a time (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as port:
        with urlopen(f"http://127.0.0.1:{port}/report/intake.json") as answer:
            intake = json.load(answer)
        verifier = parse_verifier(intake["promise_key"].strip())
        print(f"sealing {options.reports} reports …", flush=True)
        reports = [sealed_report(intake["recipients"]) for _ in range(options.reports)]
        shares = [reports[number :: options.clients] for number in range(options.clients)]
        begun = time.perf_counter()
        with ThreadPoolExecutor(options.clients) as pool:
            waits = [w for share in pool.map(lambda s: send(port, s, verifier), shares) for w in share]
        wall = time.perf_counter() - begun
    cuts = statistics.quantiles(waits, n=100)
    processor = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    print(f"{len(waits)} reports, {options.clients} clients, every promise checked")
    print(f"{len(waits) / wall:.0f} reports/s   p50 {cuts[49] * 1000:.0f} ms   p99 {cuts[98] * 1000:.0f} ms")
    model = processor[1] if processor else platform.machine()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {model}")


if __name__ == "__main__":
    main()
