"""Reads of the ledger: its keys, its policy, its store of published files, and the newest trees.

Keys are read from the data folder at each use and never cached, so a replaced file counts at once. It writes nothing.
Shown right by `tests/server/ledger/test_queries.py`.
"""

from pathlib import Path

from django.conf import settings

from amanat.errors import Malformed, Misconfigured
from amanat.server.ledger.models import Entry, SignedTree
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.note import Signer, Verifier, parse_note, parse_signer
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.store import FolderStore

__all__ = [
    "checkpoint_note",
    "is_own_policy",
    "latest_published",
    "latest_tree",
    "log_signer",
    "oldest_unpublished",
    "origin",
    "policy",
    "policy_text",
    "promise_signer",
    "promise_verifier",
    "published_checkpoint",
    "store",
    "waiting_count",
]

CHECKPOINT = "checkpoint"


def store() -> FolderStore:
    """The folder of published files: checkpoint, tiles and entry bundles."""
    return FolderStore(settings.AMANAT_DATA / "log")


def log_signer() -> Signer:
    """The log's signing key; its name is the origin."""
    return _signer("log.skey")


def promise_signer() -> Signer:
    """The key that signs promises; its name is `<origin>/promise`."""
    return _signer("promise.skey")


def promise_verifier() -> Verifier:
    """What anybody needs to check a promise."""
    return promise_signer().verifier


def origin() -> str:
    """The log's name, as its key has it."""
    return log_signer().name


def policy_text() -> str:
    """The policy file as it is published."""
    return _read(settings.AMANAT_DATA / "policy.txt")


def policy() -> Policy:
    """The policy file, parsed."""
    try:
        return parse_policy(policy_text())
    except Malformed as error:
        raise Misconfigured(str(error), where="policy.txt", hint="Mend the line, or take it out.") from error


def is_own_policy(policy: Policy) -> bool:
    """Whether the policy names this log with this key."""
    return log_signer().verifier in policy.logs


def latest_tree() -> SignedTree | None:
    """The largest tree that was signed, published or not."""
    return SignedTree.objects.order_by("-size").first()


def latest_published() -> SignedTree | None:
    """The largest tree whose checkpoint was published."""
    return SignedTree.objects.filter(published=True).order_by("-size").first()


def oldest_unpublished() -> SignedTree | None:
    """The first tree that still has to be written, cosigned and published."""
    return SignedTree.objects.filter(published=False).order_by("size").first()


def waiting_count() -> int:
    """How many leaves wait for an epoch."""
    return Entry.objects.filter(index__isnull=True).count()


def checkpoint_note() -> bytes:
    """The checkpoint as it is published now; empty when there is none yet."""
    files = store()
    return files.read(CHECKPOINT) if files.exists(CHECKPOINT) else b""


def published_checkpoint() -> Checkpoint | None:
    """The published checkpoint, parsed; None when there is none yet."""
    note = checkpoint_note()
    return parse_checkpoint(parse_note(note).text) if note else None


def _signer(name: str) -> Signer:
    return parse_signer(_read(settings.AMANAT_DATA / "keys" / name).strip())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "Run `amanat setup`; on a server that already ran, restore the data folder instead."
        raise Misconfigured("cannot be read", where=path.name, hint=hint) from error
