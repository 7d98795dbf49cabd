"""Reads of the ledger: its keys, its policy, its store of published files, and the newest trees.

Keys are read from the data folder at each use and never cached, so a replaced file counts at once. It
writes nothing. Shown right by `tests/server/ledger/test_jobs.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from amanat.errors import Conflict, Malformed, Misconfigured
from amanat.server.ledger.models import Entry, SignedTree, WitnessSeen
from amanat.server.ledger.rules import urgent_before
from amanat.strict import encode_base64
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.note import COSIGNERS, Signer, Verifier, parse_note, parse_signer
from amanat.tlog.object_store import open_object_store
from amanat.tlog.policy import KnownWitness, Policy, parse_policy
from amanat.tlog.store import FolderStore, Store
from amanat.tlog.trust import check_signatures

__all__ = [
    "absent_witnesses",
    "checkpoint_note",
    "gone_back",
    "key_hash_of",
    "is_own_policy",
    "latest_published",
    "latest_tree",
    "log_signer",
    "next_log_signer",
    "signer_in",
    "leaves",
    "late_count",
    "standing",
    "agree_with_published",
    "Standing",
    "origin",
    "policy",
    "policy_text",
    "promise_signer",
    "promise_verifier",
    "published_checkpoint",
    "refuse_to_go_back",
    "store",
    "waiting_count",
]

CHECKPOINT = "checkpoint"
UPDATES = "updates"
NEXT_LOG_KEY = "log.next.skey"


def store() -> Store:
    """Where the published files lie (checkpoint, tiles, entry bundles): a folder, or a bucket."""
    if settings.AMANAT_LOG_STORE:
        return _bucket(settings.AMANAT_LOG_STORE)
    return FolderStore(settings.AMANAT_DATA / "log")


@cache
def _bucket(url: str) -> Store:
    # Kept, because it keeps its connections.
    return open_object_store(url)


def log_signer() -> Signer:
    """The log's signing key; its name is the origin."""
    return _signer("log.skey")


def next_log_signer() -> Signer | None:
    """The announced key that signs beside the present one; None when none is announced."""
    place = settings.AMANAT_DATA / "keys" / NEXT_LOG_KEY
    return signer_in(place) if place.exists() else None


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


def absent_witnesses(note_bytes: bytes) -> list[KnownWitness]:
    """The witnesses that the policy gives an address for and that have not cosigned this note."""
    note = parse_note(note_bytes)
    return [
        witness
        for witness in policy().witnesses
        if witness.url and witness.verifier.kind in COSIGNERS and not note.by(witness.verifier)
    ]


def latest_tree() -> SignedTree | None:
    """The largest tree that was signed, published or not."""
    return SignedTree.objects.order_by("-size").first()


def latest_published() -> SignedTree | None:
    """The largest tree whose checkpoint was published."""
    return SignedTree.objects.filter(published=True).order_by("-size").first()


def waiting_count() -> int:
    """How many leaves wait for an epoch."""
    return Entry.objects.filter(index__isnull=True).count()


def late_count(*, now: datetime) -> int:
    """How many leaves have waited for more than half of their promised delay."""
    before = urgent_before(now, settings.AMANAT_EPOCH_SECONDS)
    return Entry.objects.filter(index__isnull=True, epoch__lt=before, gives_way=False).count()


def leaves(start: int, end: int) -> list[bytes]:
    """The leaves with an index from `start` up to, not including, `end`."""
    rows = Entry.objects.filter(index__gte=start, index__lt=end).order_by("index")
    found = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
    if len(found) != end - start:
        raise Misconfigured(
            "leaves of the log are missing", where="database", hint="Restore the newest database."
        )
    return found


def checkpoint_note() -> bytes:
    """The checkpoint as it is published now; empty when there is none yet."""
    files = store()
    return files.read(CHECKPOINT) if files.exists(CHECKPOINT) else b""


def published_checkpoint() -> Checkpoint | None:
    """The published checkpoint, parsed; None when there is none yet."""
    note = checkpoint_note()
    return parse_checkpoint(parse_note(note).text) if note else None


def refuse_to_go_back(note: bytes | None, size: int) -> None:
    """Raise `Conflict` when the checkpoint of this note is larger than a tree about to be published."""
    if note is not None and parse_checkpoint(parse_note(note).text).size > size:
        raise Conflict("a larger tree is published already", where=CHECKPOINT)


def agree_with_published() -> Checkpoint | None:
    """The published checkpoint, if this database signed it; raises `Misconfigured` when it did not.

    Signing on from an older database would be a second history.
    """
    published = published_checkpoint()
    if published is None:
        return None
    tree = SignedTree.objects.filter(size=published.size).first()
    if tree is None or bytes(tree.root) != published.root:
        hint = "Restore the newest database. Without one this log has ended: found another."
        raise Misconfigured("the database is older than the published log", where="log/checkpoint", hint=hint)
    return published


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log stands: its newest published tree and who has cosigned it."""

    origin: str
    size: int
    root: str
    signed: datetime
    witnesses: tuple[str, ...]
    witnesses_known: int
    quorum_reached: bool
    gone_back: tuple[str, ...] = ()


def standing() -> Standing | None:
    """How the log stands; None when nothing is published yet."""
    tree = latest_published()
    if tree is None:
        return None
    known = policy()
    witnesses = tuple(check_signatures(bytes(tree.cosigned or tree.note), known).witnesses)
    return Standing(
        origin=origin(),
        size=tree.size,
        root=encode_base64(bytes(tree.root)),
        signed=tree.created,
        witnesses=witnesses,
        witnesses_known=len(known.witnesses),
        quorum_reached=known.satisfied(witnesses),
        gone_back=gone_back(known.witnesses),
    )


def gone_back(witnesses: Iterable[KnownWitness]) -> tuple[str, ...]:
    """The names in the policy of those that said they know less than they have cosigned."""
    names = {key_hash_of(witness.verifier): witness.name for witness in witnesses}
    rows = WitnessSeen.objects.filter(key_hash__in=list(names), went_back_to__isnull=False)
    return tuple(sorted(names[bytes(row.key_hash)] for row in rows))


def key_hash_of(verifier: Verifier) -> bytes:
    """What a witness's key is found by."""
    return sha256(str(verifier).encode()).digest()


def _signer(name: str) -> Signer:
    return signer_in(settings.AMANAT_DATA / "keys" / name)


def signer_in(place: Path) -> Signer:
    """The signing key in a file; raises `Misconfigured`."""
    try:
        return parse_signer(_read(place).strip())
    except Malformed as error:
        raise Misconfigured("not a key", where=place.name, hint="Restore it from the backup.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = "Run `amanat setup`; on a server that already ran, restore the data folder instead."
        raise Misconfigured("cannot be read", where=path.name, hint=hint) from error
