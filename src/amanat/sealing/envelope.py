"""An age v1 binary file to X25519 recipients, for reports and grants: protocol.md section 3.

It only seals. Opening is in `unseal`. Shown right by `tests/sealing/test_report.py` and `test_grant.py`.
"""

from collections.abc import Sequence

import pyrage

from amanat.errors import Malformed

__all__ = ["AGE_HEADER", "check_recipient", "seal"]

AGE_HEADER = b"age-encryption.org/v1\n"


def seal(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """An age file that each of `recipients` ("age1...") can open."""
    if not recipients:
        raise Malformed("nobody to seal to", where="recipients")
    sealed: bytes = pyrage.encrypt(plaintext, [check_recipient(text) for text in recipients])
    return sealed


def check_recipient(text: str) -> pyrage.x25519.Recipient:
    """The recipient written `age1...`, or `Malformed`."""
    try:
        recipient = pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise Malformed("not an age recipient", where="recipient") from error
    if str(recipient) != text:
        raise Malformed("recipient is not canonical", where="recipient")
    return recipient
