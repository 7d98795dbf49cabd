"""An age file under a passphrase with the work factor of the pages (2^16), for the invented people only.

Real identities are made and wrapped in the browser. pyrage can do the same but chooses a work factor by
the speed of this machine, and a telephone would then need half a gigabyte to open it. age v1 with one scrypt
stanza. Shown right by `tests/cli/demonstration/test_wrapping.py`, which opens it with pyrage.
"""

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

__all__ = ["LOG_N", "wrap_identity"]

LOG_N = 16
CHUNK_BYTES = 65_536


def wrap_identity(identity: str, passphrase: str) -> bytes:
    """The binary age file that the passphrase opens; the identity must fit one chunk."""
    if len(identity) >= CHUNK_BYTES:
        raise ValueError("an identity is one line")
    file_key, salt = secrets.token_bytes(16), secrets.token_bytes(16)
    scrypt = Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2**LOG_N, r=8, p=1)
    body = _seal(scrypt.derive(passphrase.encode()), bytes(12), file_key)
    head = f"age-encryption.org/v1\n-> scrypt {_b64(salt)} {LOG_N}\n{_b64(body)}\n---".encode()
    mac = HMAC(_expand(file_key, b"", b"header"), SHA256())
    mac.update(head)
    nonce = secrets.token_bytes(16)
    # One chunk, so counter 0 and the flag of the last chunk.
    payload = _seal(_expand(file_key, nonce, b"payload"), bytes(11) + b"\x01", identity.encode())
    return head + f" {_b64(mac.finalize())}\n".encode() + nonce + payload


def _seal(key: bytes, nonce: bytes, plaintext: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, None)


def _expand(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
