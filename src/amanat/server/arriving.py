"""A thread of the pages gets a request only when all of it has arrived, so that slow senders cost none.

Gunicorn's `gthread` gives each connection that has data to one of its few threads, which then waits for the
rest: eight people, or one who means harm, who send a byte a minute would keep everybody out. Here the loop
that accepts gathers the bytes, in memory, and a connection has `--timeout` seconds for a whole request.

What is gathered goes to gunicorn's own parser as it came, and a head that makes no sense here goes there at
once, to be refused. Shown right by `tests/server/test_arriving.py`.
"""

import contextlib
import re
import selectors
import time
from functools import partial
from typing import Any

from gunicorn.workers import gthread

__all__ = ["Worker", "is_whole"]

BODY_BYTES = 1_048_576
"""A longer body is given on at its head: `Bodies` refuses it, or the match service asks for a token."""
HEAD_BYTES = 65_536
_PIECE = 65_536
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([0-9]{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TOO_LARGE = _TOO_SLOW.replace(b"408 Request Timeout", b"431 Request Header Fields Too Large")


def is_whole(arrived: bytes | bytearray) -> bool:
    """Whether a thread can answer this without waiting for more."""
    head, blank, body = arrived.partition(b"\r\n\r\n")
    if not blank:
        return False
    lengths = {int(found) for found in _LENGTH.findall(head)}
    if len(lengths) != 1:
        return True
    (length,) = lengths
    return length > BODY_BYTES or len(body) >= length


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """`gthread` whose threads never wait for a sender."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.arriving: dict[Any, float] = {}

    def enqueue_req(self, conn: Any) -> None:
        """Gather the connection's next request; a thread gets it when it is whole."""
        # What came behind the request before this one is no longer at the socket.
        conn.arrived = bytearray(conn.parser.unreader.take_buffered() if conn.parser else b"")
        conn.sock.setblocking(False)
        patience = self.cfg.timeout if conn.arrived else self.cfg.keepalive
        self.arriving[conn] = time.monotonic() + patience
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._gather, conn))
        self._gather(conn, conn.sock)

    def handle(self, conn: Any) -> Any:
        """In a thread: gunicorn's own handling, of what was gathered."""
        conn.data_ready = True
        try:
            conn.init()
            conn.parser.unreader.unread(bytes(conn.arrived))
        except OSError:
            return False
        conn.arrived = bytearray()
        return super().handle(conn)

    def murder_pending(self) -> None:
        """Called every second by the loop: end what has had its time."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, end in self.arriving.items() if end < now]:
            self._end(conn, _TOO_SLOW if conn.arrived else b"")

    def _gather(self, conn: Any, sock: Any) -> None:
        try:
            piece = sock.recv(_PIECE)
        except BlockingIOError:
            piece = None
        except OSError:
            piece = b""
        if piece and not conn.arrived:
            self.arriving[conn] = time.monotonic() + self.cfg.timeout
        conn.arrived += piece or b""
        # An end of the sending side is a whole request, or none: the parser says which.
        if piece == b"" or is_whole(conn.arrived):
            self._forget(conn)
            super().enqueue_req(conn)
        elif len(conn.arrived) > HEAD_BYTES and b"\r\n\r\n" not in conn.arrived[:HEAD_BYTES]:
            self._end(conn, _TOO_LARGE)

    def _end(self, conn: Any, said: bytes) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        with contextlib.suppress(OSError):
            conn.sock.send(said)
        conn.close()

    def _forget(self, conn: Any) -> None:
        del self.arriving[conn]
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
