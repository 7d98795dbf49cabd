"""What the tests in a browser stand on: one Chromium, and a server for folders of files."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Page

from chromium import chromium as chromium

STATIC = Path(__file__).parents[2] / "src" / "amanat" / "server" / "static"
PRELUDE = """
const log = await import("/static/amanat/log.js");
const { verifyReceipt, formatReceipt, openingFor } = await import("/static/amanat/receipt.js");
const { Malformed, Unverified, fromBase64, toBase64, formatTime } = await import("/static/amanat/bytes.js");
const refused = (error) => {
  if (error instanceof Malformed || error instanceof Unverified) return error.name.toLowerCase();
  throw error;
};
"""


@contextmanager
def served(**folders: Path) -> Iterator[str]:
    """The address of a server that gives `/<name>/…` from the folder of that name; an empty page at `/`."""
    handler = partial(_Files, folders=folders)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def encoded(data: bytes) -> str:
    """Standard base64, as the scripts take bytes."""
    return base64.b64encode(data).decode()


def in_page(page: Page, body: str, argument: Any = None) -> Any:
    """The value of a script that has the modules at hand and `given`."""
    return page.evaluate(f"async (given) => {{ {PRELUDE} {body} }}", argument)


class _Files(SimpleHTTPRequestHandler):
    """Gives files of several folders."""

    extensions_map = {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        "": "text/plain",
    }

    def __init__(self, *args: Any, folders: dict[str, Path], **kwargs: Any) -> None:
        self._folders = folders
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        """The file of a path, or one that is nowhere."""
        name, _, rest = path.lstrip("/").partition("?")[0].partition("/")
        return str(self._folders.get(name, Path("/nowhere")) / rest)

    def do_GET(self) -> None:
        """An empty page at the root."""
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>empty</title>")

    def end_headers(self) -> None:
        """Nothing is kept: a test may change a file within the second that its date counts in."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
