"""The JSON schema of a release of figures, for other people's programs; ours reads more strictly.

Shown to agree with what is released by `tests/server/public/test_figures_rules.py`.
"""

import json
from typing import Any

from amanat.server.public.rules.lines import THRESHOLD
from amanat.server.public.rules.release import FORMAT, MAX_NOTE

__all__ = ["SCHEMA", "schema_bytes"]

_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


_WORDS = _object(name=_TEXT, text=_TEXT)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Public figures of an organisation that runs Amanat",
    **_object(
        format={"const": FORMAT},
        threshold={"const": THRESHOLD},
        number={"type": "integer", "minimum": 1},
        corrects=_COUNT,
        note={"type": "string", "maxLength": MAX_NOTE},
        made={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        origin=_TEXT,
        covers=_object(epoch_seconds=_COUNT, until_epoch=_COUNT, tree_size=_COUNT),
        districts={"type": "object", "additionalProperties": _object(en=_TEXT, ur=_TEXT)},
        definitions={"type": "object", "additionalProperties": _object(en=_WORDS, ur=_WORDS)},
        lines={"type": "array", "items": _object(figure=_TEXT, kind=_TEXT, district=_TEXT, value=_COUNT)},
    ),
}


def schema_bytes() -> bytes:
    """The schema as a file."""
    return f"{json.dumps(SCHEMA, indent=2)}\n".encode()
