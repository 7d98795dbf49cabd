"""How fast the log is: durable leaves a second, and the time to prove and verify one leaf.

    python benchmarks/log.py                                  # 1,000, 100,000 and 1,000,000 leaves
    python benchmarks/log.py --sizes 1000 --leaves 5000       # smaller
    python benchmarks/log.py --folder /somewhere              # on the disk that matters
    python benchmarks/log.py --bucket s3://bucket/prefix      # in the object store of the AWS_* variables
    python benchmarks/log.py --bucket own                     # in one of moto's server, a process of its own

Goals: 10,000 durable leaves a second in batches; verifying a leaf with its checkpoint in under 5 ms. A write
counts when file and folder were synced, so the first number is only as good as the disk's word: the time of
one bare fsync is printed above it. Proofs are made through tiles read from the folder, each time with nothing
kept.
"""

import argparse
import os
import platform
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from urllib.request import Request, urlopen

import cryptography

from amanat.cli.demonstration.processes import free_port
from amanat.tlog.checkpoint import format_checkpoint
from amanat.tlog.cosignature import cosign
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import COSIGNATURE, ED25519, Signer, add_signatures, format_note, parse_note, sign_note
from amanat.tlog.object_store import open_object_store
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.proof import check_inclusion, prove_inclusion_from
from amanat.tlog.sequencer import Batch, integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore, Store
from amanat.tlog.tile import TileHashes
from amanat.tlog.tree import Frontier
from amanat.tlog.trust import verify_checkpoint

LOG = Signer("amanat.example/log", ED25519, bytes(32))
WITNESSES = [Signer(f"witness-{n}.example", COSIGNATURE, bytes([n]) * 32) for n in (1, 2, 3, 4)]
LEAF_BYTES = 64
ROUNDS = 200


class UnsyncedFolder(FolderStore):
    """Only to build the large trees that proofs are timed on; no write that is timed goes through it."""

    def write(self, path: str, data: bytes) -> None:
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def main() -> None:
    """Run both parts and print one table."""
    options = read_options()
    print_machine()
    with tempfile.TemporaryDirectory(prefix="amanat-bench-", dir=options.folder) as folder:
        time_syncing(Path(folder) / "synced")
        for size in options.batches:
            time_writing(FolderStore(Path(folder) / f"batch-{size}"), options.leaves, size)
        if options.bucket:
            time_bucket(options)
        for size in options.sizes:
            time_proofs(Path(folder) / f"tree-{size}", size, options.rounds)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[1_000, 100_000, 1_000_000], help="trees to prove in"
    )
    parser.add_argument("--leaves", type=int, default=50_000, help="leaves to write durably")
    parser.add_argument(
        "--batches", type=int, nargs="*", default=[256, 1_000, 10_000], help="leaves in a batch"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="proofs a tree")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to write (default: the temporary folder)"
    )
    parser.add_argument("--bucket", default="", help="also write to this object store (s3://…, or own)")
    return parser.parse_args()


def time_bucket(options: argparse.Namespace) -> None:
    """The same writes in an object store, each batch below a prefix of its own."""
    with own_bucket() if options.bucket == "own" else nullcontext(options.bucket) as url:
        for size in options.batches:
            store = open_object_store(f"{url}/{secrets.token_hex(8)}")
            time_writing(store, options.leaves, size, where=" in the object store")


@contextmanager
def own_bucket() -> Iterator[str]:
    """A bucket of moto's server on this machine, which keeps it in memory."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.environ |= {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ALLOW_HTTP": "true"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
    try:
        for _ in range(300):
            with suppress(OSError), urlopen(Request(f"http://127.0.0.1:{port}/bench", method="PUT")):
                break
            time.sleep(0.1)
        yield "s3://bench"
    finally:
        server.terminate()
        server.wait()


def print_machine() -> None:
    print(f"machine   {platform.machine()}, {os.cpu_count()} processors, {processor()}")
    print(f"system    {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}")
    print(f"versions  Python {platform.python_version()}, cryptography {cryptography.__version__}")


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown processor"
    )


def time_syncing(path: Path) -> None:
    """One block written and synced, over and over: what the disk says it does."""
    with path.open("wb") as file:

        def sync(_number: int) -> None:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())

        print(f"fsync     {describe(timed(sync, range(ROUNDS)))} for 4,096 bytes")


def time_writing(store: Store, leaves: int, batch_size: int, *, where: str = "") -> None:
    """Integrate, sign, write tiles and publish the checkpoint, batch after batch, every write durable."""
    frontier = Frontier.empty()
    batches = [random_leaves(min(batch_size, leaves - at)) for at in range(0, leaves, batch_size)]
    started = time.perf_counter()
    for batch_leaves in batches:
        batch = integrate(frontier, batch_leaves)
        note = sign_checkpoint(batch, LOG)
        write_tiles(store, batch.first_index, batch.leaves)
        store.write("checkpoint", note)
        frontier = batch.frontier
    seconds = time.perf_counter() - started
    speed = f"{leaves / seconds:>10,.0f} durable leaves/s"
    print(f"write     {speed} in batches of {batch_size:,}{where} ({leaves:,} leaves)")


def time_proofs(folder: Path, size: int, rounds: int) -> None:
    store, batch = build(folder, size)
    note, policy = cosigned(batch), policy_of_three()
    indices = [random.randrange(size) for _ in range(rounds)]
    proofs: list[tuple[bytes, ...]] = []

    def prove(index: int) -> None:
        proofs.append(prove_inclusion_from(TileHashes(store, size), size, index))

    def verify(number: int) -> None:
        signed = verify_checkpoint(note, policy)
        leaf = leaf_hash(deterministic_leaf(indices[number]))
        check_inclusion(leaf, indices[number], size, proofs[number], signed.checkpoint.root)

    proving, verifying = timed(prove, indices), timed(verify, range(rounds))
    print(f"prove     {describe(proving)} in a tree of {size:,}")
    print(f"verify    {describe(verifying)} in a tree of {size:,} (1 signature, 4 cosignatures, path)")


def build(folder: Path, size: int) -> tuple[FolderStore, Batch]:
    store, batch = UnsyncedFolder(folder), integrate(Frontier.empty(), ())
    step = 65_536
    for first in range(0, size, step):
        leaves = [deterministic_leaf(index) for index in range(first, min(first + step, size))]
        batch = integrate(batch.frontier, leaves)
        write_tiles(store, batch.first_index, batch.leaves)
    return store, batch


def cosigned(batch: Batch) -> bytes:
    text = format_checkpoint(batch.checkpoint(LOG.name))
    lines = [cosign(text, witness, 1_777_777_777) for witness in WITNESSES]
    return format_note(add_signatures(parse_note(sign_note(text, LOG)), lines))


def policy_of_three() -> Policy:
    lines = [f"witness w{number} {key.verifier}" for number, key in enumerate(WITNESSES)]
    return parse_policy("\n".join([f"log {LOG.verifier}", *lines, "group g 3 w0 w1 w2 w3", "quorum g", ""]))


def timed(work: Callable[[int], object], items: list[int] | range) -> list[float]:
    """Milliseconds for each item."""
    times = []
    for item in items:
        started = time.perf_counter()
        work(item)
        times.append((time.perf_counter() - started) * 1000)
    return times


def describe(times: list[float]) -> str:
    worst = sorted(times)[max(0, len(times) * 99 // 100 - 1)]
    return f"{statistics.median(times):>10.3f} ms median, {worst:.3f} ms for 99 of 100"


def random_leaves(count: int) -> list[bytes]:
    return [secrets.token_bytes(LEAF_BYTES) for _ in range(count)]


def deterministic_leaf(index: int) -> bytes:
    digest = sha256(index.to_bytes(8, "big")).digest()
    return digest + digest


if __name__ == "__main__":
    main()
