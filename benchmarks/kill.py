"""Kills a working server's process thousands of times at random moments, and counts what was lost.

    python benchmarks/kill.py [--kills 10000] [--seed N] [--database postgres://…]

Each round a fresh process receives reports and sequences the log as fast as it can, until SIGKILL. What it
had promised by then came to us through a pipe; what it had published was there to be seen. At the end the log
is finished once and everything is held against it: every promise must be in the tree, no size may ever have
been seen with two roots, and the published files must be exactly those that the leaves make.
"""

import argparse
import base64
import os
import platform
import random
import re
import select
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST_SECONDS = 0.12


def prepare(folder: Path, database: str, *, epoch_seconds: int = 1) -> None:
    """A founded log in a new folder; Django is loaded, and no connection stays open for the children."""
    for name in [name for name in os.environ if name.startswith("AMANAT_")]:
        del os.environ[name]
    os.environ |= {
        "AMANAT_DATA": str(folder),
        "AMANAT_DATABASE": database,
        "AMANAT_SECRET_KEY": "only-for-this-benchmark-and-long-enough",
        "AMANAT_EPOCH_SECONDS": str(epoch_seconds),
        "DJANGO_SETTINGS_MODULE": "amanat.server.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from amanat.server.ledger.actions import found_log

    found_log(folder, origin="amanat.example/log", url="http://127.0.0.1")
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    connections.close_all()


def work(pipe: int, rounds_before: int) -> None:
    """In the child: receive, promise, sequence, for ever; time runs a second each turn."""
    import pyrage

    from amanat.receipt.chain import Chain, Fresh
    from amanat.sealing.keys import locator_hash
    from amanat.server.intake.actions import receive_report
    from amanat.server.ledger.jobs import sequence
    from amanat.tlog.hashing import EMPTY_ROOT

    reader = str(pyrage.x25519.Identity.generate().to_public())
    now = START + timedelta(seconds=1000 * rounds_before)
    while True:
        chain = Chain()
        sealed, event = chain.report({"text": "x"}, [reader], now=now, fresh=Fresh(0, EMPTY_ROOT))
        promise = receive_report(
            by=None,
            now=now,
            report_id=chain.report_id,
            locator_hash=locator_hash(chain.keys.locator),
            sealed=sealed,
            leaf=event.leaf,
            record=event.record,
        )
        os.write(pipe, base64.b64encode(promise) + b"\n")
        now += timedelta(seconds=1)
        sequence(now=now)


def one_round(number: int, seconds: float) -> list[bytes]:
    """Fork, let it work, kill it; the promises that came out."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(writing, number)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise SystemExit(f"round {number}: the server ended by itself")
    data = b""
    while select.select([reading], [], [], 0)[0] and (part := os.read(reading, 65536)):
        data += part
    os.close(reading)
    return [base64.b64decode(line) for line in data.split(b"\n")[:-1]]


def look(folder: Path, seen: dict[int, bytes]) -> None:
    """See the checkpoint as the world does."""
    from amanat.tlog.checkpoint import parse_checkpoint
    from amanat.tlog.note import parse_note

    file = folder / "log" / "checkpoint"
    if file.exists():
        checkpoint = parse_checkpoint(parse_note(file.read_bytes()).text)
        if seen.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
            raise SystemExit(f"two roots at size {checkpoint.size}")
        if checkpoint.size < max(seen):
            raise SystemExit("the log went back in size")


def check(promises: list[bytes], seen: dict[int, bytes], kills: int) -> Counter[str]:
    """Finish the log and hold everything against it; counts of what is wrong."""
    from amanat.receipt.promise import open_promise
    from amanat.server.ledger import queries
    from amanat.server.ledger.jobs import sequence
    from amanat.tlog.audit import audit, entries_of
    from amanat.tlog.hashing import leaf_hash
    from amanat.tlog.tree import root

    for turn in range(1, 200):
        sequence(now=START + timedelta(seconds=1000 * (kills + 1) + turn))
        if not queries.waiting_count():
            break
    published = queries.published_checkpoint()
    assert published is not None
    audit(queries.store(), published)
    hashes = [leaf_hash(leaf) for leaf in entries_of(queries.store(), published.size)]
    present, verifier = set(hashes), queries.promise_verifier()
    lost = sum(open_promise(promise, verifier).leaf_hash not in present for promise in promises)
    forked = sum(root(hashes[:size]) != seen_root for size, seen_root in seen.items())
    return Counter({"promised": len(promises), "lost": lost, "sizes": len(seen), "forked": forked})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="of the moments (default: a new one)")
    help_text = "the longest that a server lives; more on a busy machine (default: %(default)s)"
    parser.add_argument("--longest", type=float, default=LONGEST_SECONDS, metavar="SECONDS", help=help_text)
    parser.add_argument("--database", default="", help="a PostgreSQL address (default: SQLite)")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    moments, seen, promises = random.Random(seed), {}, []
    with tempfile.TemporaryDirectory(prefix="amanat-kill-") as name:
        folder = Path(name)
        prepare(folder, options.database)
        begun = time.monotonic()
        for number in range(options.kills):
            promises += one_round(number, moments.uniform(0.005, options.longest))
            look(folder, seen)
            if sys.stderr.isatty() and number % 50 == 49:
                rate = (number + 1) / (time.monotonic() - begun)
                left = (options.kills - number - 1) / rate
                print(f"\r{number + 1} kills, {left / 60:.0f} min left ", end="", file=sys.stderr)
        found = check(promises, seen, options.kills)
    print(f"{options.kills} kills in {time.monotonic() - begun:.0f} s, seed {seed}")
    print(f"{found['promised']} promises, {found['lost']} lost")
    print(f"{found['sizes']} checkpoints seen, {found['forked']} with another root than the log has")
    processor = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {processor[1] if processor else '?'}")
    return 1 if found["lost"] or found["forked"] else 0


if __name__ == "__main__":
    sys.exit(main())
