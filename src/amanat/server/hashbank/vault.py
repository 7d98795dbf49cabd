"""The key of the lists, and prints sealed under it: AES-256-GCM a print, and a keyed mark to find equal ones.

    nonce (12) | ciphertext and tag              bound to kind and row by additional data
    mark = HMAC-SHA256(key', kind | bytes)       equal for equal prints; without the key it says nothing

The key is `keys/hashbank` in the data folder, 0600, made by the first use and never in the database: a stolen
database, or a backup of it, has no prints. It opens lists, never reports. Shown right by
`tests/server/hashbank/test_vault.py`.
"""

import hmac
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from amanat.errors import Malformed, Misconfigured, Unverified
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.sealing.keys import KEY_BYTES, expand
from amanat.server.hashbank.models import Signal
from amanat.server.ledger.actions import write_once
from amanat.strict import decode_hex, length_prefixed

__all__ = ["MARK_BYTES", "mark", "mark_of_id", "open_print", "seal_print"]

NONCE_BYTES = 12
MARK_BYTES = 32


def seal_print(fingerprint: Fingerprint, row: str) -> bytes:
    """The bytes to store for a print in the row of this id."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, fingerprint.data, _address(fingerprint.kind, row))


def open_print(sealed: bytes, kind: Kind, row: str) -> Fingerprint:
    """The inverse of `seal_print`; raises `Unverified` for other bytes, another row or another key."""
    try:
        data = _cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _address(kind, row))
    except (InvalidTag, ValueError) as error:
        hint = "Restore keys/hashbank from the backup."
        raise Unverified("a print cannot be opened with this key", where="hashbank", hint=hint) from error
    return Fingerprint(kind, data)


def mark(fingerprint: Fingerprint) -> bytes:
    """The same 32 bytes for the same print, and for nothing else."""
    return _mark(b"print", fingerprint.kind.value.encode(), fingerprint.data)


def mark_of_id(source: str, source_id: str) -> bytes:
    """The same for an id of a source, which may tell a partner's case."""
    return _mark(b"id", source.encode(), source_id.encode())


def _mark(*parts: bytes) -> bytes:
    key = expand(_key(_path()), b"amanat/v1/hashbank-mark")
    return hmac.digest(key, b"".join(map(length_prefixed, parts)), "sha256")


def _cipher() -> AESGCM:
    return AESGCM(expand(_key(_path()), b"amanat/v1/hashbank-print"))


def _address(kind: Kind, row: str) -> bytes:
    return b"".join(length_prefixed(part.encode()) for part in (kind.value, row))


def _path() -> Path:
    return Path(settings.AMANAT_DATA) / "keys" / "hashbank"


@lru_cache(maxsize=4)
def _key(path: Path) -> bytes:
    """Made by whoever comes first, unless there are prints: they were sealed with one that is lost."""
    if not path.exists() and Signal.objects.exists():
        raise _lost()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_once(path)
        return decode_hex(path.read_text(encoding="ascii").strip(), length=KEY_BYTES, where="keys/hashbank")
    except (OSError, UnicodeDecodeError, Malformed) as error:
        raise _lost() from error


def _lost() -> Misconfigured:
    hint = "Restore keys/hashbank from the backup: without it the lists cannot be read."
    return Misconfigured("the key of the lists cannot be read", where="hashbank", hint=hint)


def _make_once(path: Path) -> None:
    """Write a new key unless there is one."""
    try:
        write_once(path, lambda: f"{secrets.token_bytes(KEY_BYTES).hex()}\n")
    except FileExistsError:
        return
