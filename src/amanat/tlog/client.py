"""Talking to witnesses and to logs over HTTP: submit a checkpoint, gather cosignatures, read published files.

C2SP tlog-witness and tlog-tiles. An absent witness never blocks: all are asked at once and have one common
time limit. What comes back is checked against the keys the caller gives; a line by the other key of a witness
that answered rightly is kept unchecked, for those who know that key. It follows no redirect. Shown right by
`tests/tlog/test_client.py` against real witness processes.
"""

import http.client
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from amanat.errors import (
    Conflict,
    Error,
    Malformed,
    Misconfigured,
    NotAllowed,
    NotFound,
    Unavailable,
    Unverified,
)
from amanat.strict import parse_decimal
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.cosignature import SIGNATURE_BYTES, TIME_BYTES, check_cosignature
from amanat.tlog.note import COSIGNERS, Signature, add_signatures, format_note, parse_note, parse_signature
from amanat.tlog.policy import KnownWitness
from amanat.tlog.proof import prove_consistency_from
from amanat.tlog.store import Reader
from amanat.tlog.submission import Submission, format_submission
from amanat.tlog.tile import TileHashes

__all__ = ["Behind", "Cosigned", "HttpReader", "WentBack", "cosign_all", "submit"]

MAX_ANSWER_BYTES = 65_536
READ_BYTES = 65_536
PATIENCE = 4
"""A whole answer may take so many times as long as the wait for its next bytes."""
MAX_FILE_BYTES = 17_000_000
"""An entry bundle of 256 entries of 65535 bytes fits."""


_Lines = tuple[Signature, ...]


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


_opener = build_opener(_NoRedirect)


@dataclass(frozen=True, slots=True)
class Behind:
    """The witness has last cosigned another size than the one submitted from."""

    size: int


class WentBack(Conflict):
    """A witness says that the last tree it cosigned is smaller (`size`) than one that bears its line."""

    def __init__(self, size: int, known: int) -> None:
        what = f"it has cosigned a tree of {known} entries and now knows of {size}: it has lost its memory"
        hint = "It could sign a second history, and must retire. Put its new key into the policy."
        super().__init__(what, where="witness", hint=hint)
        self.size = size


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The note with the cosignatures that came, and by name in the policy why the others did not."""

    note: bytes
    absent: Mapping[str, Error]


class HttpReader:
    """A `Reader` of the log published at an address."""

    def __init__(self, url: str, *, timeout: float = 30) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout

    def read(self, path: str) -> bytes:
        """As in `Reader`."""
        status, _, body = _call(_request(f"{self._url}/{path}"), self._timeout, MAX_FILE_BYTES)
        if status == 404:
            raise NotFound("the log has no such file", where=path)
        if status != 200:
            raise Unavailable(f"the log answered {status}", where=path)
        return body


def submit(url: str, submission: Submission, *, timeout: float) -> tuple[Signature, ...] | Behind:
    """Submit to the witness at this submission prefix; its lines, not yet verified.

    Raises `NotFound` (it does not follow this log), `NotAllowed`, `Unverified` (it refuses the proof),
    `Malformed` or `Unavailable`.
    """
    request = _request(f"{url.rstrip('/')}/add-checkpoint", format_submission(submission))
    status, content_type, body = _call(request, timeout, MAX_ANSWER_BYTES)
    if status == 409 and content_type == "text/x.tlog.size":
        return Behind(_parse_size(body))
    if status != 200:
        raise _REFUSALS.get(status, Unavailable)(f"the witness answered {status}", where="witness")
    return _parse_lines(body)


def cosign_all(
    witnesses: Iterable[KnownWitness],
    note: bytes,
    reader: Reader,
    *,
    old_size: int,
    timeout: float,
    known: Mapping[str, int] = MappingProxyType({}),
) -> Cosigned:
    """Ask all witnesses at once, within `timeout` seconds together, to cosign the checkpoint note.

    `reader` is the log's store, for consistency proofs; `old_size` is what they most likely saw last; `known`
    is the largest tree that each is known to have cosigned, by name in the policy: one that says less is
    `WentBack`. Cosignatures already on the note stay. Never raises for what a witness does.
    """
    asked = [
        _Asked(witness, note, reader, old_size, timeout, known.get(witness.name, 0)) for witness in witnesses
    ]
    deadline = time.monotonic() + timeout
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join(max(0, deadline - time.monotonic()))
    outcomes = {thread.witness.name: thread.outcome for thread in asked}
    lines = [line for outcome in outcomes.values() if isinstance(outcome, tuple) for line in outcome]
    absent = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, Error)}
    return Cosigned(format_note(add_signatures(parse_note(note), lines)), absent)


class _Asked(threading.Thread):
    """One witness being asked. One that is too late is left alone, and what it still finds is not used."""

    def __init__(self, witness: KnownWitness, note: bytes, reader: Reader, *numbers: Any) -> None:
        super().__init__(daemon=True)
        self.witness = witness
        self.outcome: _Lines | Error = Unavailable("no answer in time", where="witness")
        self._work = (note, reader, *numbers)

    def run(self) -> None:
        try:
            self.outcome = _cosign(self.witness, *self._work)
        except Error as error:
            self.outcome = error


def _cosign(
    witness: KnownWitness, note: bytes, reader: Reader, old_size: int, timeout: float, known: int
) -> _Lines:
    if witness.url is None or witness.verifier.kind not in COSIGNERS:
        raise Misconfigured(
            "it has no address, or a type of key that cannot be checked here", where="witness"
        )
    text = parse_note(note).text
    answer = submit(witness.url, _submission(note, reader, old_size), timeout=timeout)
    if isinstance(answer, Behind):
        if answer.size < known:
            raise WentBack(answer.size, known)
        answer = submit(witness.url, _submission(note, reader, answer.size), timeout=timeout)
    if isinstance(answer, Behind):
        raise Unavailable("somebody else submits to it at the same time", where="witness")
    for line in answer:
        if (line.name, line.key_id) == (witness.verifier.name, witness.verifier.key_id):
            check_cosignature(text, line, witness.verifier)
            return (line, *_by_its_other_key(answer, line))
    raise Unverified("it answered without a cosignature by its key", where="witness")


def _by_its_other_key(answer: _Lines, checked: Signature) -> _Lines:
    """At most one more line of this witness, as long as a cosignature; without its key nobody reads it."""
    lengths = {TIME_BYTES + length for length in SIGNATURE_BYTES.values()}
    others = (line for line in answer if line.name == checked.name and line.key_id != checked.key_id)
    return tuple(line for line in others if len(line.blob) in lengths)[:1]


def _submission(note: bytes, reader: Reader, old_size: int) -> Submission:
    size = parse_checkpoint(parse_note(note).text).size
    if old_size > size:
        hint = "The log went back, by an old backup perhaps. Stop, and restore the newest database."
        raise Conflict("it has cosigned a larger tree than this log has", where="witness", hint=hint)
    return Submission(old_size, prove_consistency_from(TileHashes(reader, size), size, old_size), note)


_REFUSALS: Mapping[int, type[Error]] = {400: Malformed, 403: NotAllowed, 404: NotFound, 422: Unverified}


def _parse_size(body: bytes) -> int:
    text = body.decode("ascii", errors="replace")
    if not text.endswith("\n"):
        raise Malformed("a size without its newline", where="witness")
    return parse_decimal(text[:-1], where="witness")


def _parse_lines(body: bytes) -> tuple[Signature, ...]:
    try:
        *lines, last = body.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="witness") from error
    if last or not lines:
        raise Malformed("not whole signature lines", where="witness")
    return tuple(parse_signature(line) for line in lines)


def _request(url: str, data: bytes | None = None) -> Request:
    headers = {} if data is None else {"Content-Type": "application/octet-stream"}
    try:
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
            return Request(url, data, headers)  # noqa: S310 (the scheme is checked)
    except ValueError:
        pass
    raise Misconfigured("not an http or https address", where="address")


def _call(request: Request, timeout: float, limit: int) -> tuple[int, str, bytes]:
    """The status, media type and body of the answer; raises `Unavailable`."""
    try:
        with _open(request, timeout) as response:
            body = _read(response, limit, deadline=time.monotonic() + PATIENCE * timeout)
            status, content_type = int(response.status or 0), response.headers.get_content_type()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable("no answer", where="address") from error
    if len(body) > limit:
        raise Malformed(f"an answer of more than {limit} bytes", where="address")
    return status, content_type, body


def _read(response: http.client.HTTPResponse | HTTPError, limit: int, *, deadline: float) -> bytes:
    """The body, or a byte more than `limit`: whoever sends it in drops is not waited for."""
    body = b""
    while len(body) <= limit and (part := response.read1(READ_BYTES)):
        body += part
        if time.monotonic() > deadline:
            raise TimeoutError("too slow")
    return body


def _open(request: Request, timeout: float) -> http.client.HTTPResponse | HTTPError:
    try:
        answer: http.client.HTTPResponse = _opener.open(request, timeout=timeout)
    except HTTPError as error:
        return error
    return answer
