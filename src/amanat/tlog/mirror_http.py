"""The HTTP door of a mirror: `GET /checkpoint`, `/tile/...` (C2SP tlog-tiles), `/updates`, and nothing else.

Paths are parsed strictly, so no other file can be reached. It only reads. Times and the number of callers are
bounded, nothing about a caller is logged, and any page in the world may read what it serves. TLS and
compression belong in front of it. Shown right by `tests/tlog/test_mirror_http.py` over real connections.
"""

import contextlib
import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from amanat.errors import Error, Malformed, NotFound
from amanat.tlog.store import Reader
from amanat.tlog.tile import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    format_bundle,
    parse_tile_path,
    read_entries,
    read_tile,
)

__all__ = ["MirrorServer"]

IDLE_SECONDS = 10
WHOLE_SECONDS = 120
MAX_CALLERS = 64
TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
FOREVER = "public, max-age=31536000, immutable"
MINUTES = "public, max-age=300"
ALWAYS_ASK = "no-cache"
_log = logging.getLogger(__name__)


class MirrorServer(ThreadingHTTPServer):
    """Serves the files of one log at an address until `shutdown`."""

    daemon_threads = True
    request_queue_size = MAX_CALLERS

    def __init__(self, reader: Reader, address: tuple[str, int]) -> None:
        self.reader = reader
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
    server: MirrorServer
    server_version = "amanat-mirror"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS

    def setup(self) -> None:
        super().setup()
        # The socket's own timeout is for each write, so a caller that reads slowly needs another end.
        self._end = threading.Timer(WHOLE_SECONDS, self._hang_up)
        self._end.daemon = True
        self._end.start()

    def finish(self) -> None:
        self._end.cancel()
        with contextlib.suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        try:
            self._reply(200, *_file(self.server.reader, self.path.removeprefix("/")))
        except NotFound:
            self._reply(404, b"no such file\n", TEXT, ALWAYS_ASK)
        except Error as error:
            _log.warning("a file of the copy cannot be served: %s", error)
            self._reply(503, b"cannot be read\n", TEXT, "no-store")

    do_HEAD = do_GET  # noqa: N815 (the library's name)

    def _reply(self, status: int, body: bytes, content_type: str, caching: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", caching)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        """Callers are not logged."""


def _file(reader: Reader, path: str) -> tuple[bytes, str, str]:
    """The body, content type and caching of a file of the log; raises `NotFound` for every other path."""
    if path in {"checkpoint", "updates"}:
        return reader.read(path), TEXT, ALWAYS_ASK
    try:
        tile = parse_tile_path(path)
    except Malformed as error:
        raise NotFound("no such file", where="path") from error
    return _tile_bytes(reader, tile), BINARY, FOREVER if tile.width == TILE_WIDTH else MINUTES


def _tile_bytes(reader: Reader, tile: Tile) -> bytes:
    """As many hashes or entries as were asked for, also where only the full tile is left."""
    if tile.level == ENTRIES:
        return format_bundle(read_entries(reader, tile))
    return b"".join(read_tile(reader, tile))
