import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unavailable, Unverified
from amanat.tlog.timestamp import ask_for_timestamp, check_timestamp
from tlog.authority import authority, make_authority


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("authority") / "own"
    make_authority(place)
    return place


@pytest.fixture(scope="module")
def token(folder: Path) -> Iterator[bytes]:
    with authority(folder) as address:
        yield ask_for_timestamp(address, b"a checkpoint", timeout=20)


def test_a_time_stamp_holds_for_its_bytes_under_its_root(folder: Path, token: bytes) -> None:
    moment = check_timestamp(token, b"a checkpoint", roots_pem=(folder / "cert.pem").read_bytes())
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 600


def test_other_bytes_another_root_and_a_changed_token_do_not_hold(
    folder: Path, token: bytes, tmp_path: Path
) -> None:
    root = (folder / "cert.pem").read_bytes()
    other = make_authority(tmp_path / "other").read_bytes()
    with pytest.raises(Unverified):
        check_timestamp(token, b"another checkpoint", roots_pem=root)
    with pytest.raises(Unverified):
        check_timestamp(token, b"a checkpoint", roots_pem=other)
    digest, time = token.index(sha256(b"a checkpoint").digest()), re.search(rb"20\d{12}Z", token)
    assert time
    for at in (digest, time.start() + 3, len(token) - 1):
        changed = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
        with pytest.raises((Unverified, Malformed)):
            check_timestamp(changed, b"a checkpoint", roots_pem=root)


@given(st.binary(max_size=300))
def test_any_bytes_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        check_timestamp(data, b"x", roots_pem=b"")


def test_roots_that_are_none_are_malformed(token: bytes) -> None:
    with pytest.raises(Malformed, match="roots"):
        check_timestamp(token, b"a checkpoint", roots_pem=b"not a certificate")


def test_an_authority_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        ask_for_timestamp("http://127.0.0.1:1/", b"x", timeout=2)


def test_an_answer_to_another_question_is_refused(folder: Path, token: bytes, monkeypatch) -> None:
    monkeypatch.setattr("amanat.tlog.timestamp._post", lambda *_arguments: token)
    with pytest.raises(Unverified, match="another question"):
        ask_for_timestamp("http://127.0.0.1:1/", b"a checkpoint", timeout=2)
