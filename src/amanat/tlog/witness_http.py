"""The HTTP door of a witness: `POST /add-checkpoint`, and `GET /<origin hash>/checkpoint` for monitors.

C2SP tlog-witness 1.0. Bodies, times and the number of callers are bounded; nothing about a caller is logged.
It decides nothing; that is `witness.py`. Shown right by `tests/tlog/test_witness_http.py` over real
connections.
"""

import contextlib
import logging
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from amanat import clock
from amanat.errors import Error
from amanat.tlog.witness import TEXT, Answer, Witness

__all__ = ["WitnessServer"]

MAX_BODY_BYTES = 131_072
IDLE_SECONDS = 5
WHOLE_SECONDS = 20
MAX_CALLERS = 64
_MONITOR = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_log = logging.getLogger(__name__)


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness at an address until `shutdown`."""

    daemon_threads = True
    request_queue_size = MAX_CALLERS

    def __init__(self, witness: Witness, address: tuple[str, int]) -> None:
        self.witness = witness
        self._places = threading.BoundedSemaphore(MAX_CALLERS)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """As in the library, without asking the network for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the caller in a thread of its own, or hang up when too many are being served."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As in the library, and the caller's place is free again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Say that a connection failed, without whose it was."""
        _log.warning("a connection failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    server_version = "amanat-witness"
    sys_version = ""
    timeout = IDLE_SECONDS

    def setup(self) -> None:
        super().setup()
        # The socket's own timeout is for each read, so a caller that drips bytes needs another end.
        self._end = threading.Timer(WHOLE_SECONDS, self._hang_up)
        self._end.daemon = True
        self._end.start()

    def finish(self) -> None:
        self._end.cancel()
        with contextlib.suppress(OSError):
            super().finish()

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self._reply(_plain(404, "no such path"))
            return
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,9}", length, re.ASCII) or "Transfer-Encoding" in self.headers:
            self._reply(_plain(411, "a Content-Length is needed"))
        elif int(length) > MAX_BODY_BYTES:
            self._reply(_plain(413, f"more than {MAX_BODY_BYTES} bytes"))
        else:
            self._add(self.rfile.read(int(length)), int(length))

    def do_GET(self) -> None:
        match = _MONITOR.fullmatch(self.path)
        try:
            self._reply(
                Answer(200, TEXT, self.server.witness.latest(match[1]))
                if match
                else _plain(404, "no such path")
            )
        except Error as error:
            self._reply(_plain(error.http_status, str(error)))

    def _add(self, body: bytes, length: int) -> None:
        if len(body) != length:
            self._reply(_plain(400, "the body was cut off"))
            return
        try:
            answer = self.server.witness.add_checkpoint(body, now=clock.now())
        except Error as error:
            answer = _plain(error.http_status, str(error))
        if answer.status != 200:
            _log.warning("answered %d: %s", answer.status, answer.body.decode().strip())
        self._reply(answer)

    def _reply(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        if answer.retry_after:
            self.send_header("Retry-After", str(answer.retry_after))
        self.end_headers()
        self.wfile.write(answer.body)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        """Callers are not logged."""


def _plain(status: int, text: str) -> Answer:
    return Answer(status, TEXT, f"{text}\n".encode())
