"""What a file may cost before it is refused. Every decoder is given these, and workers the seconds too."""

from dataclasses import dataclass

__all__ = ["DEFAULT", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings on one file; above any of them it is `Malformed`, never half done."""

    picture_bytes: int = 256_000_000
    declared_pixels: int = 250_000_000
    """Width times height as the file says, which its decoder may have to set memory aside for."""
    decoded_pixels: int = 100_000_000
    """What is really held, after the decoder's own downscaling."""
    film_prints: int = 200_000
    """Frames of a film that are fingerprinted: two days at one a second."""
    film_frames: int = 20_000_000
    """Frames of a film that are decoded."""
    idle_seconds: float = 60.0
    """How long a worker may go without a picture done or a frame decoded before it is killed."""


DEFAULT = Limits()
