"""Variants of a picture that a search may ask with: the eight orientations, and the picture without its bars.

Made from pixels that are really turned and really cut, because prints turned in the frequency domain, as the
published code has them, are up to 100 bits away from those of turned pictures. A list holds the upright
print of a picture as it is; variants belong to the question. Shown right by
`tests/fingerprint/test_variants.py`.
"""

from collections.abc import Iterator

from amanat.fingerprint.compute import picture_pdq
from amanat.fingerprint.pdq import Pdq
from amanat.fingerprint.picture import ORIENTATIONS, Picture, Turn, trim_bars, turn

__all__ = ["TRIMMED", "variants"]

TRIMMED = "trimmed"


def variants(picture: Picture, *, turned: bool = False, trimmed: bool = False) -> Iterator[tuple[str, Pdq]]:
    """The upright print first, then those asked for, by name; a picture without bars has none trimmed.

    With both, the trimmed picture is turned too: a mirrored copy may have bars.
    """
    turns = ORIENTATIONS if turned else (Turn.UPRIGHT,)
    for how in turns:
        yield how.value, picture_pdq(turn(picture, how))
    inner = trim_bars(picture) if trimmed else None
    if inner is not None:
        for how in turns:
            name = TRIMMED if how is Turn.UPRIGHT else f"{TRIMMED}-{how}"
            yield name, picture_pdq(turn(inner, how))
