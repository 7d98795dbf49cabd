"""The vectors of receipts. See make_vectors.py."""

from typing import Any


def documents() -> dict[str, Any]:
    """Each file by its name."""
    return {}
