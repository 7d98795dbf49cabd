"""The prints of a film: vPDQ with libav, one frame at a time, so memory does not grow with its length.

After the vPDQ of the ThreatExchange repository: of every `int(seconds * rate)`-th frame the PDQ print, its
quality and its time. Frames are upright, as a player shows them. With `keyframes` only the frames that
need no other are decoded, which is many times faster, and the answer says how much was not looked at.
Containers are opened by what their first bytes say, and never open another file or address. Shown right by
`tests/fingerprint/test_film.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, BinaryIO, NoReturn

import av
import av.error
from PIL import Image

from amanat.errors import Malformed
from amanat.fingerprint.compute import picture_pdq
from amanat.fingerprint.image import reduced
from amanat.fingerprint.limits import DEFAULT, Limits
from amanat.fingerprint.picture import Turn, turn
from amanat.fingerprint.sniff import HEAD_BYTES, film_container
from amanat.fingerprint.vpdq import Frame

__all__ = ["Film", "Looked", "hash_film"]

_WHERE = "film"
_TURNS = {90: Turn.ROTATE_90, 180: Turn.ROTATE_180, 270: Turn.ROTATE_270}
Beat = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """How closely a film was looked at."""

    packets: int = 0
    """Coded frames in the file."""
    decoded: int = 0
    """Frames that were decoded, whether or not a print was made."""
    damaged: int = 0
    """Coded frames that could not be decoded."""
    longest_gap_ms: int = 0
    """The longest time between two prints next to each other, or from the last to the end."""


@dataclass(frozen=True, slots=True)
class Film:
    """What is known of a film: its prints in the order of time, and how it was looked at."""

    frames: tuple[Frame, ...]
    width: int
    height: int
    keyframes_only: bool
    looked: Looked


def hash_film(
    stream: BinaryIO,
    *,
    seconds: float = 1.0,
    keyframes: bool = False,
    limits: Limits = DEFAULT,
    beat: Beat = lambda: None,
) -> Film:
    """The prints of a film, one for each of so many seconds; raises `Malformed`.

    `beat` is called for every frame that is decoded, so that whoever waits knows that something happens.
    """
    stream.seek(0)
    container = film_container(stream.read(HEAD_BYTES))
    stream.seek(0)
    if container is None:
        raise Malformed("not a film in a known container", where=_WHERE)
    try:
        with av.open(stream, format=container, io_open=_no_other_file) as opened:
            return _Reading(opened, seconds, keyframes, limits, beat).film()
    except Malformed:
        raise
    except Exception as error:  # libav's own, and whatever its bindings stumble over
        raise Malformed("damaged, cut off, or of an unknown coding", where=_WHERE) from error


def _no_other_file(*_: object) -> NoReturn:
    raise PermissionError("a film may not open other files")


class _Reading:
    """One pass over one film. It owns the counts while it runs."""

    def __init__(self, opened: Any, seconds: float, keyframes: bool, limits: Limits, beat: Beat) -> None:
        if not opened.streams.video:
            raise Malformed("no pictures in it", where=_WHERE)
        self._opened = opened
        self._track = opened.streams.video[0]
        self._keyframes = keyframes
        self._limits = limits
        self._beat = beat
        self._rate = Fraction(self._track.average_rate or self._track.guessed_rate or 25)
        self._every = max(1, int(seconds * self._rate))
        self._seconds = seconds
        self._looked = Looked()
        self._size = (0, 0)
        self._started: float | None = None
        self._end = 0.0
        if keyframes:
            self._track.codec_context.skip_frame = "NONKEY"

    def film(self) -> Film:
        frames = tuple(self._prints())
        if not frames:
            raise Malformed("no frame can be decoded", where=_WHERE)
        times = [frame.time_ms for frame in frames]
        end_ms = max(times[-1], round((self._end - (self._started or 0)) * 1000))
        gap = max(after - before for before, after in pairwise([*times, end_ms]))
        return Film(frames, *self._size, self._keyframes, replace(self._looked, longest_gap_ms=gap))

    def _prints(self) -> Iterator[Frame]:
        made, due_ms = 0, 0
        for frame in self._decoded():
            number = self._looked.decoded - 1
            time_ms = self._time_ms(frame, number)
            if self._keyframes:
                number = round(time_ms * self._rate / 1000)
            if (time_ms < due_ms) if self._keyframes else (number % self._every):
                continue
            made += 1
            if made > self._limits.film_prints:
                raise Malformed(f"more than {self._limits.film_prints:,} prints", where=_WHERE)
            due_ms = time_ms + round(self._seconds * 1000)
            yield self._print(frame, number, time_ms)

    def _decoded(self) -> Iterator[Any]:
        for packet in self._opened.demux(self._track):
            self._count(packets=1 if packet.size else 0)
            self._reach(packet)
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                self._count(damaged=1)
                continue
            for frame in frames:
                self._count(decoded=1)
                self._beat()
                yield frame

    def _reach(self, packet: Any) -> None:
        if packet.pts is not None:
            self._end = max(self._end, float(packet.pts * packet.time_base))

    def _count(self, *, packets: int = 0, decoded: int = 0, damaged: int = 0) -> None:
        seen = self._looked
        self._looked = replace(
            seen,
            packets=seen.packets + packets,
            decoded=seen.decoded + decoded,
            damaged=seen.damaged + damaged,
        )
        if self._looked.decoded > self._limits.film_frames:
            raise Malformed(f"more than {self._limits.film_frames:,} frames", where=_WHERE)

    def _time_ms(self, frame: Any, number: int) -> int:
        at = float(number / self._rate) if frame.time is None else frame.time
        if self._started is None:
            self._started = at
        return max(0, round((at - self._started) * 1000))

    def _print(self, frame: Any, number: int, time_ms: int) -> Frame:
        if frame.width * frame.height > self._limits.decoded_pixels:
            raise Malformed(f"more than {self._limits.decoded_pixels:,} pixels a frame", where=_WHERE)
        picture = reduced(Image.fromarray(frame.to_ndarray(format="gray")))
        picture = turn(picture, _TURNS.get(frame.rotation % 360, Turn.UPRIGHT))
        self._size = (picture.width, picture.height)
        found = picture_pdq(picture)
        return Frame(number, found.quality, found.print, time_ms)
