"""The C2SP tlog-proof of an entry, from the published files, under the newest checkpoint.

Shown right by `tests/server/public/test_figures.py` and `tests/server/statements/test_deeds.py`.
"""

from amanat.errors import NotFound
from amanat.server.ledger.models import Entry
from amanat.server.ledger.queries import checkpoint_note, published_checkpoint, store
from amanat.tlog.proof import prove_inclusion_from
from amanat.tlog.prooffile import ProofFile, format_proof_file
from amanat.tlog.tile import TileHashes

__all__ = ["proof_of"]


def proof_of(entry: Entry, extra: bytes | None = None) -> bytes:
    """The file, with what its `extra` line says; raises `NotFound` before the entry is published."""
    published, index = published_checkpoint(), entry.index
    if published is None or index is None or index >= published.size:
        hint = "It comes with the next epoch: try again in some minutes."
        raise NotFound("not in the published log yet", where="the log", hint=hint)
    hashes = prove_inclusion_from(TileHashes(store(), published.size), published.size, index)
    return format_proof_file(ProofFile(extra, index, hashes, checkpoint_note()))
