"""Writes docs/reference/openapi.json, the description of the API; a test says when it is out of date."""

import json
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs/reference/openapi.json"


def text() -> str:
    """The description as it is kept: sorted, so that a change shows as a change."""
    from amanat.server.referrals.api import api

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            AMANAT_DATA=folder, DJANGO_SETTINGS_MODULE="amanat.server.settings", AMANAT_SECRET_KEY="x" * 40
        )
        import django

        django.setup()
        FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
