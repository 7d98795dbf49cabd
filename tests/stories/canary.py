"""Looking for planted words in bytes, however they were written down on the way."""

import base64
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

__all__ = ["forms_of", "hits", "hits_below", "hits_in_tables"]


def forms_of(text: str) -> set[bytes]:
    """The text as it would look plain, lower-case, UTF-16, URL-encoded, JSON-escaped, hex and base64."""
    raw = text.encode()
    forms = {raw, raw.lower(), raw.upper(), text.encode("utf-16-le"), quote(text).encode()}
    forms |= {text.replace(" ", "+").encode(), text.encode("unicode_escape"), raw.hex().encode()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            # The characters that depend on the neighbours of the text are cut off on both sides.
            encoded = encode(bytes(shift) + raw)
            forms.add(encoded[(0, 2, 3)[shift] : len(encoded) // 4 * 4 - 4])
    return {form for form in forms if len(form) >= 5}


def hits(data: bytes, planted: Iterable[str]) -> list[str]:
    """Which planted texts are in the bytes in any form."""
    lowered = data.lower()
    return [
        text for text in planted if any(form in data or form.lower() in lowered for form in forms_of(text))
    ]


def hits_below(folder: Path, planted: Iterable[str]) -> list[tuple[str, str]]:
    """Every file below the folder, sockets left out, that holds a planted text: (file, text)."""
    planted = list(planted)
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += [(str(path.relative_to(folder)), text) for text in hits(path.read_bytes(), planted)]
    return found


def hits_in_tables(database: Path, planted: Iterable[str]) -> list[tuple[str, str]]:
    """Every value of every table that holds a planted text, also where a row is spread over pages."""
    planted = list(planted)
    found = []
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    data = value if isinstance(value, bytes) else str(value).encode()
                    found += [(name, text) for text in hits(data, planted)]
    return found
