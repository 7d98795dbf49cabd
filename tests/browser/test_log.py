"""A published log as the pages read it from its tiles, in a real Chromium: the same answers as in Python."""

import base64
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from playwright.sync_api import Page

from amanat.receipt.leaf import case_leaf, tag
from amanat.receipt.verify import verify_receipt
from amanat.tlog.audit import entries_of
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import ED25519, Signer, parse_note
from amanat.tlog.policy import parse_policy
from amanat.tlog.proof import prove_inclusion_from
from amanat.tlog.sequencer import integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tile import ENTRIES, Tile, TileHashes, format_bundle, format_tile_path, read_entries
from amanat.tlog.tree import Frontier
from browser.pages import STATIC, chromium, encoded, in_page, served

pytestmark = pytest.mark.browser

LOG = Signer("amanat.example/log", ED25519, bytes(32))
THREAD_KEY = bytes(range(32))
SIZES = (1, 5, 255, 256, 257, 600)
LARGE = 70_000


def planted(count: int, places: dict[int, int]) -> list[bytes]:
    """Leaves of a log; the event `seq` of the thread stands at the index `places[seq]`."""
    digests = [sha256(b"cover %d" % index).digest() for index in range(count)]
    leaves = [case_leaf(digest[:16], sha256(digest).digest()) for digest in digests]
    for seq, index in places.items():
        leaves[index] = case_leaf(tag(THREAD_KEY, seq), digests[index])
    return leaves


def publish(folder: Path, count: int) -> FolderStore:
    """A log in which the events 0 and 1 of the thread stand first and last."""
    store = FolderStore(folder)
    leaves = planted(count, {0: 0, 1: count - 1} if count > 1 else {0: 0})
    write_tiles(store, 0, leaves)
    store.write("checkpoint", sign_checkpoint(integrate(Frontier.empty(), leaves), LOG))
    return store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the logs lie, each in a folder named after its size."""
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def logs(folder: Path) -> dict[int, FolderStore]:
    return {size: publish(folder / str(size), size) for size in (*SIZES, LARGE)}


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
    with served(static=STATIC, logs=folder) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def some_of(size: int) -> list[int]:
    """A few places of a log of this size, the odd ones among them."""
    return sorted(
        {index for index in (0, 1, 127, 254, 255, 256, size // 2, size - 2, size - 1) if 0 <= index < size}
    )


@pytest.mark.parametrize("size", [*SIZES, LARGE])
def test_inclusion_proofs_from_tiles_are_those_of_python(page: Page, logs: dict[int, FolderStore], size: int):
    hashes = TileHashes(logs[size], size)
    expected = [
        [encoded(item) for item in prove_inclusion_from(hashes, size, index)] for index in some_of(size)
    ]
    script = """const reader = new log.LogReader(`/logs/${given.size}/`);
    const proofs = await Promise.all(given.indices.map((index) => reader.inclusionProof(index, given.size)));
    return proofs.map((proof) => proof.map(toBase64));"""
    assert in_page(page, script, {"size": size, "indices": some_of(size)}) == expected


@pytest.mark.parametrize("size", [5, 200, 256, 257, 300, 512])
def test_a_log_is_read_as_it_was_when_it_was_smaller(page: Page, logs: dict[int, FolderStore], size: int):
    """The partial tiles of the smaller tree are gone; the full ones that took their place serve."""
    hashes = TileHashes(logs[600], size)
    script = """const reader = new log.LogReader("/logs/600/");
    const found = await reader.findTags([fromBase64(given.tag)], given.size, 0, fromBase64(given.root));
    return [[...found.values()], (await reader.inclusionProof(0, given.size)).map(toBase64)];"""
    root = Frontier.empty().extend(map(leaf_hash, leaves_of(logs[600], 600)[:size])).root()
    given = {"size": size, "tag": encoded(tag(THREAD_KEY, 0)), "root": encoded(root)}
    assert in_page(page, script, given) == [
        [0],
        [encoded(item) for item in prove_inclusion_from(hashes, size, 0)],
    ]


def leaves_of(store: FolderStore, size: int) -> list[bytes]:
    return list(entries_of(store, size))


def root_of(store: FolderStore, size: int) -> str:
    return encoded(parse_checkpoint(parse_note(store.read("checkpoint")).text).root)


SCAN = """const reader = new log.LogReader(given.base);
const found = await reader.findTags(given.tags.map((tag) => fromBase64(tag)), given.size, given.from,
  given.root && fromBase64(given.root)).catch(refused);
return typeof found === "string" ? found : Object.fromEntries(found);"""


def scan(page: Page, store: FolderStore, size: int, *seqs: int, first: int = 0, base: str = "") -> Any:
    """What a scan for the tags of these events finds, held against the signed root."""
    given = {
        "base": base or f"/logs/{size}/",
        "tags": [encoded(tag(THREAD_KEY, seq)) for seq in seqs],
        "size": size,
        "from": first,
        "root": root_of(store, size),
    }
    return in_page(page, SCAN, given)


@pytest.mark.parametrize("size", [*SIZES, LARGE])
def test_a_scan_finds_what_is_there_and_proves_what_is_not(
    page: Page, logs: dict[int, FolderStore], size: int
):
    expected = {tag(THREAD_KEY, 0).hex(): 0}
    if size > 1:
        expected[tag(THREAD_KEY, 1).hex()] = size - 1
    assert scan(page, logs[size], size, 0, 1, 2) == expected
    assert scan(page, logs[size], size, 2) == {}


@pytest.mark.parametrize("first", [1, 255, 256, 511, 512, 599, 600])
def test_a_scan_from_a_later_leaf_on_is_held_against_the_whole_tree(
    page: Page, logs: dict[int, FolderStore], first: int
):
    expected = {tag(THREAD_KEY, 1).hex(): 599}
    if first < 256:
        expected[tag(THREAD_KEY, 0).hex()] = 0
    assert scan(page, logs[600], 600, 0, 1, first=first) == expected


@pytest.mark.parametrize("bundle", [0, 1, 2])
def test_a_log_that_shows_a_scan_another_leaf_is_found_out(
    page: Page, logs: dict[int, FolderStore], folder: Path, bundle: int
):
    hiding = f"hiding-{bundle}"
    copytree(folder / "600", folder / hiding)
    place = Tile(ENTRIES, bundle, min(256, 600 - 256 * bundle))
    path = folder / hiding / format_tile_path(place)
    entries = list(read_entries(logs[600], place))
    entries[-1] = case_leaf(bytes(16), bytes(32))
    path.write_bytes(format_bundle(entries))
    assert scan(page, logs[600], 600, 1, base=f"/logs/{hiding}/") == "unverified"
    path.write_bytes(format_bundle(entries[:-1]))
    assert scan(page, logs[600], 600, 1, base=f"/logs/{hiding}/") == "malformed"


def test_a_leaf_is_found_by_its_hash(page: Page, logs: dict[int, FolderStore]):
    leaves = leaves_of(logs[600], 600)
    hashes = [encoded(leaf_hash(leaf)) for leaf in (leaves[0], leaves[300], leaves[599], b"absent")]
    script = """const reader = new log.LogReader("/logs/600/");
    return Promise.all(given.map((hash) => reader.findLeaf(fromBase64(hash), 600)));"""
    assert in_page(page, script, hashes) == [0, 300, 599, None]


def test_a_receipt_made_in_the_page_holds_in_python(page: Page, logs: dict[int, FolderStore]):
    leaf = leaves_of(logs[600], 600)[-1]
    script = """const reader = new log.LogReader("/logs/600/");
    const policy = log.parsePolicy(given.policy);
    const checkpoint = await reader.checkpointBytes();
    const { size } = await log.verifyCheckpoint(checkpoint, policy);
    const opening = openingFor(1, { leaf: fromBase64(given.leaf) });
    const hashes = await reader.inclusionProof(599, size);
    return toBase64(formatReceipt({ opening, index: 599, hashes, checkpoint }));"""
    policy = f"log {LOG.verifier}\nquorum none\n"
    made = base64.b64decode(in_page(page, script, {"policy": policy, "leaf": encoded(leaf)}))
    verdict = verify_receipt(made, parse_policy(policy))
    assert (verdict.index, verdict.size, verdict.leaf_hash) == (599, 600, leaf_hash(leaf))
