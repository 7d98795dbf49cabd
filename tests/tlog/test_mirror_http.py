"""A mirror serves the files of its log with the right types, and no other file of the folder."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from amanat.tlog.client import HttpReader
from amanat.tlog.mirror_http import MirrorServer
from amanat.tlog.store import FolderStore
from amanat.tlog.tile import format_bundle
from tlog.makers import entries, publish

SIZE = 600


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MirrorServer]:
    publish(tmp_path, SIZE)
    (tmp_path / ".mirror").mkdir()
    (tmp_path / ".mirror" / "secret").write_text("x")
    (tmp_path / "tile" / "note").write_text("x")
    with MirrorServer(FolderStore(tmp_path), ("127.0.0.1", 0)) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server
        server.shutdown()


def ask(server: MirrorServer, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "content_type", "caching"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/001", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/001", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/1/000.p/2", "application/octet-stream", "public, max-age=300"),
        ("tile/entries/002.p/88", "application/octet-stream", "public, max-age=300"),
    ],
)
def test_each_file_has_its_type_and_caching(server, tmp_path, path, content_type, caching):
    status, headers, body = ask(server, f"/{path}")
    assert (status, body) == (200, (tmp_path / path).read_bytes())
    assert (headers["Content-Type"], headers["Cache-Control"]) == (content_type, caching)
    assert headers["Access-Control-Allow-Origin"] == "*"
    status, headers, body = ask(server, f"/{path}", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == (tmp_path / path).stat().st_size


def test_a_partial_file_that_only_the_full_one_holds_is_cut_from_it(server):
    assert ask(server, "/tile/entries/001.p/3")[2] == format_bundle(entries(3, 256))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/checkpoint/",
        "/checkpoint?x",
        "/.mirror/secret",
        "/tile/note",
        "/tile",
        "/tile/0/../0/001",
        "/tile/0/%30%30%31",
        "/tile/0/1",
        "/tile/0/003",
        "/tile/0/002",
        "/../checkpoint",
        "/policy.txt",
    ],
)
def test_every_other_path_is_not_there(server, path):
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_only_reads(server, method):
    assert ask(server, "/checkpoint", method)[0] == 501


def test_a_file_that_was_spoilt_is_not_served_as_another(server, tmp_path):
    (tmp_path / "tile/0/001").write_bytes(b"short")
    assert ask(server, "/tile/0/001")[0] == 503


def test_the_reader_of_logs_can_read_it(server, tmp_path):
    reader = HttpReader(f"http://127.0.0.1:{server.server_port}/")
    assert reader.read("checkpoint") == (tmp_path / "checkpoint").read_bytes()
