"""A witness in a second process answers over HTTP as specified, and outlives what callers do to it."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from amanat.tlog.cosignature import check_cosignature
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import parse_note, parse_signature
from amanat.tlog.proof import prove_consistency
from amanat.tlog.submission import Submission, format_submission
from tlog.makers import LOG, ORIGIN, Running, entries, running_witness, signed, signer

pytestmark = pytest.mark.slow
OTHER = signer("other.example/log")


@pytest.fixture(scope="module")
def witness(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("witness") / "north"
    with running_witness(folder, "north.example", LOG.verifier, OTHER.verifier) as running:
        yield running


def call(
    witness: Running, method: str, path: str, body: bytes | None = None, headers=None
) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(urlsplit(witness.url).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()
    finally:
        connection.close()


def body(old: int, size: int, *, key=LOG, first: int = 0, hashes=None) -> bytes:
    leaves = entries(size, first)
    proof = (
        prove_consistency([leaf_hash(leaf) for leaf in leaves], min(old, size)) if hashes is None else hashes
    )
    return format_submission(Submission(old, tuple(proof), signed(leaves, key)))


def add(witness: Running, *arguments, **options) -> tuple[int, str, bytes]:
    return call(witness, "POST", "/add-checkpoint", body(*arguments, **options))


def raw(witness: Running, data: bytes) -> bytes:
    host, port = urlsplit(witness.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(data)
        return connection.makefile("rb").read()


def test_every_answer_comes_in_the_order_of_the_specification(witness):
    plain = "text/plain; charset=utf-8"
    monitor = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert call(witness, "GET", monitor)[0] == 404
    assert add(witness, 9, 5, key=signer("dan.example/log"))[0] == 404
    assert add(witness, 9, 5, key=type(LOG)(ORIGIN, LOG.kind, bytes(32)))[0] == 403
    assert add(witness, 9, 5)[0] == 400
    assert add(witness, 3, 5)[::2] == (409, b"0\n")
    assert add(witness, 0, 5, hashes=[bytes(32)])[0] == 422
    status, content_type, answer = add(witness, 0, 5)
    assert (status, content_type) == (200, plain)
    line = parse_signature(answer.decode().removesuffix("\n"))
    moment = check_cosignature(parse_note(signed(entries(5))).text, line, witness.verifier)
    assert abs(moment - time.time()) < 60
    assert add(witness, 0, 9) == (409, "text/x.tlog.size", b"5\n")
    assert add(witness, 5, 9, first=1)[0] == 422
    assert add(witness, 5, 5, first=1)[0] == 422
    assert add(witness, 5, 9)[0] == 200
    status, content_type, note = call(witness, "GET", monitor)
    assert (status, content_type) == (200, plain)
    assert parse_note(note).by(witness.verifier)


@pytest.mark.parametrize("path", ["/", "/add-checkpoint/", "/x/add-checkpoint", "/add-checkpoint?x"])
def test_other_paths_are_404(witness, path):
    assert call(witness, "POST", path, b"x")[0] == 404
    assert call(witness, "GET", path)[0] == 404


def test_a_body_without_a_length_or_too_long_is_refused_unread(witness):
    head = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n"
    assert b" 411 " in raw(witness, head + b"\r\n")
    assert b" 411 " in raw(witness, head + b"Content-Length: -1\r\n\r\n")
    assert b" 411 " in raw(
        witness, head + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    assert b" 413 " in raw(witness, head + b"Content-Length: 131073\r\n\r\n")


def test_a_caller_who_says_nothing_is_hung_up_on_and_others_are_served(witness):
    host, port = urlsplit(witness.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as silent:
        silent.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        started = time.monotonic()
        assert call(witness, "GET", "/")[0] == 404
        assert time.monotonic() - started < 4
        assert silent.recv(1000) == b""
        assert time.monotonic() - started < 12


def test_the_answers_say_nothing_about_the_software_versions(witness):
    assert b"Python" not in raw(witness, b"GET / HTTP/1.0\r\n\r\n")


def test_a_killed_witness_goes_on_where_it_was(tmp_path: Path):
    """What was answered was persisted before: a kill straight after the answer loses nothing."""
    for size in (3, 7, 12):
        with running_witness(tmp_path / "south", "south.example", LOG.verifier) as running:
            old = {3: 0, 7: 3, 12: 7}[size]
            assert add(running, old, size)[0] == 200
            os.kill(running.process.pid, signal.SIGKILL)
            running.process.wait(30)
    with running_witness(tmp_path / "south", "south.example", LOG.verifier) as running:
        assert add(running, 0, 12, first=1)[::2] == (409, b"12\n")
        assert add(running, 12, 12, first=1)[0] == 422


def test_sigterm_stops_it_at_once(tmp_path: Path):
    with running_witness(tmp_path / "east", "east.example", LOG.verifier) as running:
        running.process.terminate()
        assert running.process.wait(10) == 0
