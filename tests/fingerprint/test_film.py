"""The prints of films, read one frame at a time."""

import io
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.fingerprint.film import Film, hash_film
from amanat.fingerprint.limits import Limits
from amanat.fingerprint.pdq import pdq
from amanat.fingerprint.value import distance
from fingerprint.drawing import draw
from fingerprint.makers import film

PICTURES = [draw("scene", seed, 144, 208, 3) for seed in (81, 82, 83)]
KEYS = {"g": "25", "keyint_min": "25", "sc_threshold": "0"}


def hashed(data: bytes, **options: Any) -> Film:
    return hash_film(io.BytesIO(data), **options)


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp4", "libx264"),
        ("matroska", "libx264"),
        ("webm", "libvpx"),
        ("mpegts", "mpeg2video"),
        ("avi", "mpeg4"),
        ("flv", "libx264"),
        ("mpeg", "mpeg1video"),
        ("asf", "msmpeg4"),
    ],
)
def test_every_container_gives_a_print_a_second_of_what_it_shows(container: str, codec: str) -> None:
    found = hashed(film(PICTURES, container=container, codec=codec))
    assert [frame.number for frame in found.frames] == [0, 25, 50]
    assert [frame.time_ms for frame in found.frames] == pytest.approx([0, 1000, 2000], abs=2)
    assert (found.width, found.height) == (208, 144)
    for frame, picture in zip(found.frames, PICTURES, strict=True):
        exact = pdq(picture)
        assert distance(frame.print, exact.print) <= 31
        assert abs(frame.quality - exact.quality) <= 15
    assert found.looked.packets == found.looked.decoded == 75


@pytest.mark.parametrize(
    ("seconds", "numbers"), [(0.5, [0, 12, 24, 36, 48, 60, 72]), (2, [0, 50]), (0.001, list(range(75)))]
)
def test_a_print_is_made_of_every_so_many_frames(seconds: float, numbers: list[int]) -> None:
    assert [frame.number for frame in hashed(film(PICTURES), seconds=seconds).frames] == numbers


def test_keyframes_are_those_frames_and_the_rest_is_said_to_be_skipped() -> None:
    data = film([picture for picture in PICTURES for _ in range(2)], tuning=KEYS)
    whole, quick = hashed(data), hashed(data, keyframes=True)
    assert quick.keyframes_only
    assert quick.frames == whole.frames
    assert quick.looked.packets == 150
    assert quick.looked.decoded == 6
    assert quick.looked.longest_gap_ms == 1000
    rare = hashed(film(PICTURES, tuning={"g": "500", "sc_threshold": "0"}), keyframes=True)
    assert len(rare.frames) == 1
    assert rare.looked.longest_gap_ms == pytest.approx(2960, abs=50)


def test_a_film_that_lies_on_its_side_is_turned_upright(monkeypatch: pytest.MonkeyPatch) -> None:
    real = av.VideoFrame
    data = film([np.rot90(PICTURES[0])])
    assert hashed(data).width == 144
    at = data.index(b"tkhd") + 4 + 40
    lying = bytearray(data)
    lying[at : at + 36] = b"".join(
        int(x).to_bytes(4, "big", signed=True) for x in (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    )
    found = hashed(bytes(lying))
    assert (found.width, found.height) == (208, 144)
    turned = {distance(found.frames[0].print, pdq(np.rot90(PICTURES[0], k)).print) <= 31 for k in (0, 2)}
    assert turned == {True, False}
    assert real is av.VideoFrame


def test_the_limits_are_the_callers_and_every_frame_is_a_sign_of_life() -> None:
    data = film(PICTURES)
    beats: list[None] = []
    hashed(data, beat=lambda: beats.append(None))
    assert len(beats) == 75
    with pytest.raises(Malformed, match="2 prints"):
        hashed(data, limits=Limits(film_prints=2))
    with pytest.raises(Malformed, match="70 frames"):
        hashed(data, limits=Limits(film_frames=70))
    with pytest.raises(Malformed, match="pixels a frame"):
        hashed(data, limits=Limits(decoded_pixels=1000))


def test_a_film_that_is_cut_off_gives_what_is_there() -> None:
    data = film(PICTURES, container="matroska")
    found = hashed(data[: len(data) * 2 // 3])
    assert 25 < found.looked.decoded < 75


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>",
        b"\0\0\0\x18ftypmp42" + bytes(90),
    ],
)
def test_playlists_and_empty_containers_are_no_films(data: bytes) -> None:
    with pytest.raises(Malformed):
        hashed(data)


def test_a_file_with_sound_only_is_no_film() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as opened:
        track = opened.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.rate = 8000
        for packet in [*track.encode(frame), *track.encode()]:
            opened.mux(packet)
    with pytest.raises(Malformed, match="no pictures"):
        hashed(out.getvalue())


SMALL = {
    kind: film([draw("scene", 90, 48, 64, 3)], each=12, container=kind)
    for kind in ("mp4", "matroska", "mpegts")
}


@pytest.mark.parametrize("kind", SMALL)
@settings(max_examples=15)
@given(places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_film_with_changed_bytes_is_a_film_or_malformed(kind: str, places: list[tuple[float, int]]) -> None:
    data = bytearray(SMALL[kind])
    for place, value in places:
        data[int(place * len(data))] = value
    try:
        found = hashed(bytes(data), limits=Limits(film_frames=200))
    except Malformed:
        return
    assert found.frames
