"""Benign pictures and films as files, made in memory."""

import io
import struct
from typing import Any

import av
import numpy as np
from PIL import Image

from amanat.fingerprint.pdq import Pixels
from fingerprint.drawing import draw

__all__ = ["film", "heic", "image_file", "scene"]


def scene(seed: int = 61, rows: int = 240, columns: int = 320) -> Image.Image:
    """A drawn RGB picture."""
    return Image.fromarray(draw("scene", seed, rows, columns, 3))


def image_file(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of an image in a format."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def film(
    pictures: list[Pixels],
    *,
    each: int = 25,
    rate: int = 25,
    container: str = "mp4",
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    tuning: dict[str, str] | None = None,
) -> bytes:
    """A film that shows each picture for so many frames."""
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=options or {}) as opened:
        track = opened.add_stream(codec, rate=rate)
        track.height, track.width = pictures[0].shape[:2]
        track.pix_fmt = "yuv420p"
        track.codec_context.options = tuning or {}
        for picture in pictures:
            for _ in range(each):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
                for packet in track.encode(frame):
                    opened.mux(packet)
        for packet in track.encode():
            opened.mux(packet)
    return out.getvalue()


def heic(picture: Pixels, *, turned: int = 0) -> bytes:
    """A minimal HEIC file (ISO 23008-12) around one HEVC frame; turned by quarters counter-clockwise."""
    config, coded = _hevc(picture)
    height, width = picture.shape[:2]
    properties = [
        _box(b"hvcC", config),
        _full(b"ispe", struct.pack(">II", width, height)),
        *([_box(b"irot", bytes([turned]))] if turned else []),
    ]
    numbers = range(1, len(properties) + 1)
    links = struct.pack(">IHB", 1, 1, len(properties)) + bytes(0x80 | number for number in numbers)
    item = _full(b"infe", struct.pack(">HH", 1, 0) + b"hvc1\0", version=2)

    def meta(offset: int) -> bytes:
        place = struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, len(coded))
        return _full(
            b"meta",
            _full(b"hdlr", bytes(4) + b"pict" + bytes(13))
            + _full(b"pitm", struct.pack(">H", 1))
            + _full(b"iloc", place)
            + _full(b"iinf", struct.pack(">H", 1) + item)
            + _box(b"iprp", _box(b"ipco", b"".join(properties)) + _full(b"ipma", links)),
        )

    head = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + _box(b"mdat", coded)


def _hevc(picture: Pixels) -> tuple[bytes, bytes]:
    """The configuration record and the one frame, both as an MP4 has them."""
    quiet = {"x265-params": "log-level=none:crf=6:keyint=1:bframes=0:pools=none"}
    with av.open(io.BytesIO(film([picture], each=2, codec="libx265", tuning=quiet))) as opened:
        track = opened.streams.video[0]
        packet = next(opened.demux(track))
        return bytes(track.codec_context.extradata or b""), bytes(packet)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, body: bytes, *, version: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24) + body)
