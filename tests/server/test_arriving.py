"""Slow, broken and hostile senders against a real gunicorn: they wait, and nobody else does."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.cli.demonstration.processes import free_port
from amanat.cli.serve import gunicorn_command
from amanat.server.arriving import BODY_BYTES, is_whole

APPLICATION = """
def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", str(len(body) + 1)), ("Content-Type", "text/plain")])
    return [b"=" + body]
"""
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The pages as `amanat serve` starts them, with an application of one line and two seconds."""
    folder, port = tmp_path_factory.mktemp("pages"), free_port()
    (folder / "pages.py").write_text(APPLICATION)
    command = list(gunicorn_command(f"127.0.0.1:{port}"))
    command[command.index("--timeout") + 1] = "2"
    command[-1] = "pages:application"
    environment = os.environ | {"PYTHONPATH": str(folder)}
    with subprocess.Popen(command, env=environment, cwd=folder) as pages:
        try:
            wait(port)
            yield port
        finally:
            pages.terminate()


def wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), connect(port) as one:
            one.sendall(GET)
            assert answer(one).endswith(b"\r\n\r\n=")
            return
        time.sleep(0.1)
    raise AssertionError("no answer")


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def answer(one: socket.socket) -> bytes:
    """The first answer, head and body; or what came before the other side closed."""
    got = b""
    while not got.partition(b"\r\n\r\n")[2]:
        piece = one.recv(65_536)
        if not piece:
            break
        got += piece
    return got


def test_many_who_send_slowly_keep_nobody_out(port: int):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(port)) for _ in range(40)]
        for number, one in enumerate(slow):
            one.sendall(POST[: 20 + number % 20] if number % 2 else POST + b"abc")
        with connect(port) as quick:
            quick.sendall(GET)
            assert answer(quick).startswith(b"HTTP/1.1 200")
        slow[0].sendall(b"def")
        assert answer(slow[0]).endswith(b"=abcdef")


def test_who_never_ends_is_told_so_and_let_go(port: int):
    with connect(port) as one:
        one.sendall(POST + b"abc")
        assert answer(one).startswith(b"HTTP/1.1 408")
        assert one.recv(1) == b""


def test_a_connection_serves_one_request_after_another_also_when_they_arrive_together(port: int):
    with connect(port) as one:
        one.sendall(POST + b"abcdef")
        assert answer(one).endswith(b"=abcdef")
        one.sendall(POST + b"ghijkl" + POST + b"mno")
        assert answer(one).endswith(b"=ghijkl")
        one.sendall(b"pqr")
        assert answer(one).endswith(b"=mnopqr")


def test_a_body_by_single_bytes_arrives_whole(port: int):
    with connect(port) as one:
        for byte in POST + b"abcdef":
            one.sendall(bytes([byte]))
        assert answer(one).endswith(b"=abcdef")


@pytest.mark.parametrize(
    "head", [b"nonsense\r\n\r\n", b"GET /" + b"a" * 70_000, b"GET / HTTP/1.1\r\nX: " + b"b" * 70_000]
)
def test_what_is_no_request_is_refused(port: int, head: bytes):
    with connect(port) as one, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        one.sendall(head)
        assert answer(one)[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 414", b"HTTP/1.1 431"}


def test_a_sender_who_hangs_up_harms_nothing(port: int):
    for sent in (b"", POST[:10], POST, POST + b"abc"):
        with connect(port) as one:
            one.sendall(sent)
    with connect(port) as one:
        one.sendall(GET)
        assert answer(one).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("arrived", "whole"),
    [
        (b"", False),
        (GET[:-1], False),
        (GET, True),
        (POST, False),
        (POST + b"abcde", False),
        (POST + b"abcdef", True),
        (POST.replace(b"Content-Length:", b"content-LENGTH\t:"), False),
        (POST.replace(b": 6", f": {BODY_BYTES + 1}".encode()), True),
        (POST.replace(b"6\r\n", b"6\r\nContent-Length: 7\r\n"), True),
        (POST.replace(b"6", b"six"), True),
    ],
)
def test_what_is_whole(arrived: bytes, whole: bool):
    assert is_whole(arrived) is whole


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_is_whole_stays_whole(arrived: bytes, more: bytes):
    assert not is_whole(POST + arrived) or is_whole(POST + arrived + more)
