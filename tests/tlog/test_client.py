"""Cosignatures are gathered from real witness processes, and whatever a witness does never stops the log."""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

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
from amanat.tlog.client import Behind, HttpReader, cosign_all, submit
from amanat.tlog.cosignature import cosign
from amanat.tlog.note import COSIGNERS, Signature, Verifier, format_signature, parse_note
from amanat.tlog.policy import KnownWitness, parse_policy
from amanat.tlog.store import FolderStore
from amanat.tlog.submission import Submission
from amanat.tlog.trust import verify_checkpoint
from tlog.makers import (
    LOG,
    NORTH,
    NORTH_PQ,
    SOUTH,
    SOUTH_PQ,
    Running,
    entries,
    publish,
    running_witness,
    signed,
    signer,
)

NOTE = signed(entries(5))
TEXT = parse_note(NOTE).text


@pytest.fixture(scope="module")
def witnesses(tmp_path_factory) -> Iterator[list[Running]]:
    folder = tmp_path_factory.mktemp("witnesses")
    other = signer("other.example/log")
    with (
        running_witness(folder / "a", "a.example", LOG.verifier, other.verifier) as first,
        running_witness(folder / "b", "b.example", LOG.verifier, other.verifier) as second,
    ):
        yield [first, second]


@contextmanager
def answering(
    status: int, body: bytes, content_type: str = "text/plain", *, wait: float = 0
) -> Iterator[str]:
    """A server that gives every caller the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            time.sleep(wait)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 (the library's name)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def known(key, url: str | None, name: str = "n") -> KnownWitness:
    return KnownWitness(name, key.verifier, url)


def ask(url: str) -> object:
    return submit(url, Submission(0, (), NOTE), timeout=10)


def absent(store: FolderStore, witness: KnownWitness, *, old_size: int = 0, timeout: float = 10) -> Error:
    """Why the only witness did not cosign; the note is then as it was."""
    result = cosign_all([witness], NOTE, store, old_size=old_size, timeout=timeout)
    assert result.note == NOTE
    return result.absent[witness.name]


@pytest.mark.slow
def test_two_witness_processes_make_a_quorum_and_a_log_that_lags_is_told_the_size(witnesses, tmp_path: Path):
    lines = "".join(
        f"witness {name} {item.verifier} {item.url}\n" for name, item in zip("ab", witnesses, strict=True)
    )
    policy = parse_policy(f"log {LOG.verifier}\n{lines}group both all a b\nquorum both\n")
    # Each growth is sent from a wrong old size, so every second submission has to learn the right one.
    for old, size, guess in ((0, 300, 0), (300, 700, 0), (700, 701, 5), (701, 701, 701)):
        store = publish(tmp_path, size, old)
        result = cosign_all(policy.witnesses, store.read("checkpoint"), store, old_size=guess, timeout=30)
        assert result.absent == {}
        assert set(verify_checkpoint(result.note, policy).witnesses) == {"a", "b"}


def test_the_line_of_a_second_key_is_kept_and_no_more_than_that(tmp_path: Path):
    store = publish(tmp_path, 5)
    first, other = cosign(TEXT, NORTH, 9), cosign(TEXT, NORTH_PQ, 9)
    stranger = cosign(TEXT, SOUTH_PQ, 9)
    odd = Signature(NORTH.name, b"odd!", bytes(100))
    third = Signature(NORTH.name, b"more", other.blob)
    body = "".join(f"{format_signature(line)}\n" for line in (stranger, odd, other, first, third))
    with answering(200, body.encode()) as url:
        for key, kept in ((NORTH, (first, other)), (NORTH_PQ, (other, first))):
            result = cosign_all([known(key, url)], NOTE, store, old_size=0, timeout=10)
            assert (parse_note(result.note).signatures[1:], result.absent) == (kept, {})


@pytest.mark.slow
def test_a_second_history_gets_no_cosignature_and_the_first_goes_on(witnesses, tmp_path: Path):
    other = signer("other.example/log")
    first, fork = entries(9), [b"fork", *entries(8)]
    assert submit(witnesses[0].url, Submission(0, (), signed(first, other)), timeout=30)
    with pytest.raises(Unverified):
        submit(witnesses[0].url, Submission(9, (), signed(fork, other)), timeout=30)
    assert submit(witnesses[0].url, Submission(0, (), signed(fork, other)), timeout=30) == Behind(9)


def test_an_absent_slow_or_wrong_witness_never_blocks_the_others(tmp_path: Path):
    store = publish(tmp_path, 5)
    line = f"{format_signature(cosign(TEXT, NORTH, 7))}\n".encode()
    started = time.monotonic()
    with answering(200, line) as good, answering(200, line, wait=8) as slow, answering(500, b"") as broken:
        asked = [
            known(NORTH, good, "good"),
            known(SOUTH, slow, "slow"),
            known(SOUTH, broken, "broken"),
            known(SOUTH, "http://127.0.0.1:1", "gone"),
            known(SOUTH, None, "nowhere"),
        ]
        result = cosign_all(asked, NOTE, store, old_size=0, timeout=1.5)
        assert time.monotonic() - started < 6
    assert parse_note(result.note).by(NORTH.verifier)
    kinds = {name: type(error) for name, error in result.absent.items()}
    assert kinds == {
        "slow": Unavailable,
        "broken": Unavailable,
        "gone": Unavailable,
        "nowhere": Misconfigured,
    }


def test_cosignatures_that_are_there_stay(tmp_path: Path):
    store = publish(tmp_path, 5)
    with answering(200, f"{format_signature(cosign(TEXT, NORTH, 7))}\n".encode()) as url:
        first = cosign_all([known(NORTH, url)], NOTE, store, old_size=0, timeout=10).note
    with answering(200, f"{format_signature(cosign(TEXT, SOUTH, 8))}\n".encode()) as url:
        both = parse_note(cosign_all([known(SOUTH, url)], first, store, old_size=0, timeout=10).note)
    assert len(both.signatures) == 3


def test_lines_of_others_bad_signatures_and_other_texts_are_not_taken(tmp_path: Path):
    store = publish(tmp_path, 5)
    good = cosign(TEXT, NORTH, 7)
    other_text = cosign(TEXT + "more\n", NORTH, 7)
    for body in (cosign(TEXT, SOUTH, 7), other_text, type(good)(good.name, good.key_id, bytes(72))):
        with answering(200, f"{format_signature(body)}\n".encode()) as url:
            assert isinstance(absent(store, known(NORTH, url)), Unverified)


@pytest.mark.parametrize(
    "body", [b"", b"\n", b"nonsense\n", b"\xff\n", "— north.example AAAA".encode(), b"x" * 70_000]
)
def test_an_answer_that_is_not_whole_lines_is_malformed(tmp_path: Path, body):
    with answering(200, body) as url:
        assert isinstance(absent(publish(tmp_path, 5), known(NORTH, url)), Malformed)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Malformed),
        (403, NotAllowed),
        (404, NotFound),
        (422, Unverified),
        (500, Unavailable),
        (307, Unavailable),
        (302, Unavailable),
        (409, Unavailable),
    ],
)
def test_each_refusal_is_an_error_of_its_own_and_redirects_are_not_followed(status, error):
    with answering(status, b"") as url, pytest.raises(error):
        ask(url)


def test_409_with_a_size_tells_the_size_and_with_anything_else_is_malformed():
    with answering(409, b"7\n", "text/x.tlog.size") as url:
        assert ask(url) == Behind(7)
    for body in (b"7", b"07\n", b"-1\n", b"\xff\n", b""):
        with answering(409, body, "text/x.tlog.size") as url, pytest.raises(Malformed):
            ask(url)


def test_a_witness_that_has_seen_a_larger_tree_is_reported_as_such(tmp_path: Path):
    store = publish(tmp_path, 5)
    with answering(409, b"9\n", "text/x.tlog.size") as url:
        assert isinstance(absent(store, known(NORTH, url)), Conflict)
    with answering(409, b"3\n", "text/x.tlog.size") as url:
        assert isinstance(absent(store, known(NORTH, url)), Unavailable)


def test_a_witness_with_a_key_of_another_type_is_not_asked(tmp_path: Path):
    later = KnownWitness("x", Verifier("later.example", 0x07, bytes(range(1, 200))), "http://127.0.0.1:1")
    assert isinstance(absent(publish(tmp_path, 5), later), Misconfigured)
    assert later.verifier.kind not in COSIGNERS


@pytest.mark.parametrize(
    "url", ["file:///etc", "ftp://x", "amanat.example/log", "", "javascript:x", "http://", "http://["]
)
def test_only_http_addresses_are_called(url):
    with pytest.raises(Misconfigured):
        ask(url)
    with pytest.raises(Misconfigured):
        HttpReader(url).read("checkpoint")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999", "http://127.0.0.1:x", "http://127.0.0.1:1", "http://a b/"]
)
def test_an_address_that_cannot_be_is_unavailable(url):
    with pytest.raises(Unavailable):
        HttpReader(url).read("checkpoint")


def test_a_log_that_answers_in_drops_is_not_waited_for(tmp_path: Path):
    class Drips(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(600):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Drips) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        with pytest.raises(Unavailable):
            HttpReader(f"http://127.0.0.1:{server.server_port}", timeout=0.5).read("checkpoint")
        server.shutdown()
        thread.join()
