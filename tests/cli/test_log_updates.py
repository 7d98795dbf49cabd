"""`amanat log fsck` and `log mirror` hold the updates file against the entries and the key beside it."""

from pathlib import Path

import pytest

from amanat.receipt.leaf import cover_leaf
from amanat.receipt.promise import promise_key_name
from amanat.receipt.updates import sign_updates, updates_of
from amanat.tlog.mirror_http import _file
from amanat.tlog.store import FolderStore
from cli.follower import published, serving, written_policy
from tlog.makers import ORIGIN, amanat, signer

KEY = signer(promise_key_name(ORIGIN))
LEAVES = [cover_leaf() for _ in range(300)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    published(tmp_path / "log", LEAVES)
    tell(tmp_path / "log", LEAVES)
    (tmp_path / "log/promise-key.txt").write_text(f"{KEY.verifier}\n")
    return tmp_path / "log"


def tell(log: Path, leaves: list[bytes], *, size: int = 300, key=KEY, origin: str = ORIGIN) -> None:
    updates = updates_of(origin, size=size, leaves=leaves[-50:])
    (log / "updates").write_bytes(sign_updates(updates, key))


def mirror(tmp_path: Path, log: object):
    policy, copy = written_policy(tmp_path), tmp_path / "copy"
    return amanat("log", "mirror", log, "--policy", policy, "--into", copy, "--once")


def test_right_updates_are_right_and_no_strange_file(log, tmp_path):
    with serving(log) as url:
        for place in (log, url):
            result = amanat("log", "fsck", place)
            assert result.returncode == 0, result.stdout
            assert "updates     right: the tags of 50 entries, up to 300" in result.stdout
            assert "strange" not in result.stdout
            assert "was not checked" not in result.stdout.split("updates  ")[1]
    (log / "promise-key.txt").unlink()
    result = amanat("log", "fsck", log)
    assert result.returncode == 0
    assert "unverified  promise-key.txt is not there" in result.stdout
    (log / "updates").unlink()
    assert "updates     there are none" in amanat("log", "fsck", log).stdout


def test_updates_with_a_false_tag_signature_or_log_are_named_and_not_copied(log, tmp_path):
    false = [*LEAVES[:-1], cover_leaf()]
    elsewhere = "other.example/log"
    for arguments, code in (
        ({"leaves": false}, 3),
        ({"leaves": LEAVES, "key": type(KEY)(KEY.name, KEY.kind, b"\x07" * 32)}, 3),
        ({"leaves": LEAVES, "key": signer(promise_key_name(elsewhere)), "origin": elsewhere}, 65),
    ):
        tell(log, **arguments)
        result = amanat("log", "fsck", log)
        assert result.returncode == code, result.stdout
        assert "FIRST BAD   updates: " in result.stdout
        assert mirror(tmp_path, log).returncode == code
        assert not (tmp_path / "copy/updates").exists()
    (log / "updates").write_bytes(b"plain words\n")
    assert amanat("log", "fsck", log).returncode == 65


def test_a_mirror_copies_and_serves_what_holds_and_newer_ones_wait(log, tmp_path):
    assert mirror(tmp_path, log).returncode == 0
    copy = FolderStore(tmp_path / "copy")
    first = copy.read("updates")
    assert first == (log / "updates").read_bytes()
    assert _file(copy, "updates") == (first, "text/plain; charset=utf-8", "no-cache")
    assert "updates     right" in amanat("log", "fsck", tmp_path / "copy").stdout
    # Written for a tree that the witnesses have not seen yet.
    tell(log, [*LEAVES, cover_leaf()], size=301)
    assert mirror(tmp_path, log).returncode == 0
    assert copy.read("updates") == first
