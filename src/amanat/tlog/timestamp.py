"""RFC 3161 time-stamps over a checkpoint, by an authority that need not know what a log is.

A second, independent kind of clock beside the witnesses, for readers whose law knows time-stamping
authorities. Through `rfc3161-client` (the extra `timestamp`). A token is verified at the time it states, so
it holds after the authority's certificate has expired. Shown right by `tests/tlog/test_timestamp.py`, where
`openssl ts` is the authority.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from amanat.errors import Malformed, Misconfigured, Unavailable, Unverified

__all__ = ["ask_for_timestamp", "check_timestamp"]

MAX_TOKEN_BYTES = 65_536
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


def ask_for_timestamp(url: str, message: bytes, *, timeout: float) -> bytes:
    """The authority's answer for these bytes, checked for nonce and digest; raises `Unavailable`."""
    client = _client()
    query = client.TimestampRequestBuilder().data(message).hash_algorithm(client.HashAlgorithm.SHA256).build()
    token = _post(url, query.as_bytes(), timeout)
    answer = _decode(client, token)
    if answer.tst_info.nonce != query.nonce:
        raise Unverified("the answer is to another question", where="time-stamp")
    if answer.tst_info.message_imprint.message != query.message_imprint.message:
        raise Unverified("the answer is about something else", where="time-stamp")
    return token


def check_timestamp(token: bytes, message: bytes, *, roots_pem: bytes) -> datetime:
    """When an authority under these roots saw the bytes; raises `Malformed` or `Unverified`."""
    from cryptography.x509 import load_pem_x509_certificates

    client = _client()
    answer = _decode(client, token)
    try:
        roots = load_pem_x509_certificates(roots_pem)
    except ValueError as error:
        raise Malformed("not certificates in PEM", where="roots") from error
    builder = client.VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(answer, message)
    except client.VerificationError as error:
        raise Unverified("the time-stamp does not hold", where="time-stamp") from error
    moment: datetime = answer.tst_info.gen_time
    return moment.astimezone(UTC)


def _client() -> Any:
    try:
        import rfc3161_client
    except ModuleNotFoundError as error:
        hint = "Install it: pip install 'amanat[timestamp]'."
        raise Misconfigured("the package rfc3161-client is missing", where="time-stamp", hint=hint) from error
    return rfc3161_client


def _decode(client: Any, token: bytes) -> Any:
    try:
        answer = client.decode_timestamp_response(token)
        if client.PKIStatus(answer.status) != client.PKIStatus.GRANTED:
            raise Unverified("the authority refused", where="time-stamp")
        # Read here, because they are decoded only when they are asked for.
        _ = (answer.tst_info.message_imprint.message, answer.tst_info.gen_time)
    except ValueError as error:
        raise Malformed("not an RFC 3161 answer", where="time-stamp") from error
    return answer


def _post(url: str, query: bytes, timeout: float) -> bytes:
    request = Request(url, query, _HEADERS)  # noqa: S310 - the administrator's own setting
    try:
        with urlopen(request, timeout=timeout) as answer:  # noqa: S310
            token: bytes = answer.read(MAX_TOKEN_BYTES)
    except (URLError, OSError) as error:
        raise Unavailable("the time-stamping authority does not answer", where="time-stamp") from error
    return token
