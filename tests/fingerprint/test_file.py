"""One file in, all that is known of it out."""

import hashlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from amanat.fingerprint.digests import CHUNK_BYTES, digest_bytes, digest_stream
from amanat.fingerprint.file import FileFingerprint, Still, Wanted, fingerprint_bytes, fingerprint_stream
from amanat.fingerprint.film import Film
from amanat.fingerprint.limits import Limits
from amanat.fingerprint.pdq import pdq
from fingerprint.makers import film, image_file, scene

SCENE = scene()
PNG = image_file(SCENE, "PNG")


def test_a_picture_has_digests_and_its_upright_print() -> None:
    found = fingerprint_bytes(PNG)
    assert found.digests.sha256 == hashlib.sha256(PNG).digest()
    assert found.digests.sha1 == hashlib.sha1(PNG).digest()
    assert found.digests.md5 == hashlib.md5(PNG).digest()
    assert found.digests.size_bytes == len(PNG)
    assert isinstance(found.media, Still)
    assert list(found.media.prints) == ["upright"]
    assert found.media.upright == pdq(np.asarray(SCENE))
    assert (found.media.width, found.media.height, found.refused) == (320, 240, "")


def test_more_is_made_only_when_it_is_wanted() -> None:
    bars = ((30, 30), (0, 0), (0, 0))
    barred = image_file(Image.fromarray(np.pad(np.asarray(SCENE), bars)), "PNG")
    found = fingerprint_bytes(barred, Wanted(turned=True, trimmed=True))
    assert isinstance(found.media, Still)
    assert len(found.media.prints) == 16
    assert found.media.prints["trimmed"].print == pdq(np.asarray(SCENE)).print


def test_a_film_has_digests_and_frames_from_memory_and_from_a_file() -> None:
    data = film([np.asarray(SCENE)])
    found = fingerprint_bytes(data)
    assert isinstance(found.media, Film)
    assert fingerprint_stream(io.BytesIO(data)) == found
    assert found.digests.sha256 == hashlib.sha256(data).digest()


@pytest.mark.parametrize("data", [b"", b"text", PNG[:300], PNG[:8]])
def test_a_file_without_a_print_has_digests_and_a_reason(data: bytes) -> None:
    found = fingerprint_bytes(data)
    assert found.media is None
    assert found.refused
    assert found.digests == digest_bytes(data)


@pytest.mark.filterwarnings("ignore")
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"\xff\xd8\xff\xe0" + tail))
def test_any_bytes_have_digests_and_no_error_comes_out(data: bytes) -> None:
    found = fingerprint_bytes(data)
    assert bool(found.refused) is (found.media is None)


def test_a_picture_above_the_limit_is_refused_without_being_read_whole() -> None:
    found = fingerprint_stream(io.BytesIO(PNG), Wanted(limits=Limits(picture_bytes=100)))
    assert found.refused.endswith("more than 100 bytes")


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_one_pass_over_a_stream_is_the_same_as_over_bytes(size: int) -> None:
    data = bytes(size)
    assert digest_stream(io.BytesIO(data)) == digest_bytes(data)


def test_the_repr_shows_neither_digest_nor_print() -> None:
    found: FileFingerprint = fingerprint_bytes(PNG)
    assert isinstance(found.media, Still)
    shown = repr(found)
    assert found.digests.sha256.hex()[:8] not in shown
    assert repr(found.digests.sha256)[2:8] not in shown
    assert repr(found.media.upright.print)[2:8] not in shown
