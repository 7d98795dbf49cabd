"""The signals of an uploaded file, from its bytes in memory; nothing of it is kept.

What is decoded is so in a process of its own, which may write nothing and is killed when it hangs.

`photo` has a PDQ print, empty when its quality is too poor to match; `video` its MD5, as HMA makes it, and,
when a decoder reads it, the vPDQ of a frame a second. Shown right by `tests/server/hashbank/test_api.py`.
"""

import hashlib
from collections.abc import Callable
from importlib.util import find_spec

from amanat.errors import Malformed, Unavailable
from amanat.exchange.hma import signal_of
from amanat.fingerprint.value import MIN_QUALITY, Fingerprint
from amanat.fingerprint.vpdq import film_of, format_json
from amanat.fingerprint.workers import Failed, run_in_workers
from amanat.server.hashbank.rules import usable

__all__ = ["prints", "signals"]

IDLE_SECONDS = 20.0
MOST_FRAMES = 100_000
"""An hour of film at 25 a second; of a longer one the prints are made elsewhere."""


def signals(field: str, data: bytes) -> dict[str, str]:
    """The signals by HMA's names; raises `Malformed` for a photo that is no picture."""
    if field == "video":
        exact = {"video_md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
        vpdq = _made(_film, data) if find_spec("av") is not None else None
        return exact | {"vpdq": vpdq} if isinstance(vpdq, str) else exact
    return {"pdq": _pdq(data)}


def prints(found: dict[str, str]) -> list[Fingerprint]:
    """Those of them that are prints; raises `Malformed` for a name or a text that is none."""
    if not all(isinstance(text, str) for text in found.values()):
        raise Malformed("a signal that is not text", where="signals")
    return [signal_of(name, text) for name, text in found.items() if text]


def _pdq(data: bytes) -> str:
    if find_spec("PIL") is None:
        hint = "pip install 'amanat[media]', or send prints that were made elsewhere."
        raise Unavailable("pictures cannot be read here", where="hashbank", hint=hint)
    found = _made(_picture, data)
    if isinstance(found, Failed):
        raise Malformed(found.why, where="photo")
    if found is None:
        raise Malformed("not a picture that can be read", where="photo")
    return found


def _made(step: Callable[[bytes, Callable[[], None]], str | None], data: bytes) -> str | Failed | None:
    ((_, found),) = run_in_workers(step, [data], workers=1, idle_seconds=IDLE_SECONDS)
    return found


def _picture(data: bytes, _beat: Callable[[], None]) -> str | None:
    """In the worker: hex of the print, empty for poor quality, None for no picture."""
    from amanat.fingerprint.file import Still, fingerprint_bytes

    media = fingerprint_bytes(data).media
    if not isinstance(media, Still):
        return None
    return media.upright.print.hex() if media.upright.quality >= MIN_QUALITY else ""


def _film(data: bytes, beat: Callable[[], None]) -> str | None:
    """In the worker: vPDQ as JSON, empty when no frame says enough, None for no film."""
    from amanat.fingerprint.file import Wanted, fingerprint_bytes
    from amanat.fingerprint.film import Film
    from amanat.fingerprint.limits import Limits

    media = fingerprint_bytes(data, Wanted(limits=Limits(film_frames=MOST_FRAMES)), beat=beat).media
    if not isinstance(media, Film):
        return None
    kept = [frame for frame in media.frames if frame.quality >= MIN_QUALITY]
    return format_json(kept).decode("ascii") if kept and len(usable(film_of(kept))) else ""
