"""Whether the catalogue has every text of the templates and sources, translated, and is compiled.

Used by `check.py`. Texts are read as `makemessages` reads them, but by Babel: gettext need not be installed.
"""

import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / "src/amanat/server"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]|</?\w+>")

Key = tuple[str, str]


def translations() -> list[str]:
    """What is wrong with the catalogues."""
    wrong = []
    for po in sorted(SERVER.glob("locale/*/LC_MESSAGES/django.po")):
        catalogue = read_po(io.BytesIO(po.read_bytes()))
        found = [*_missing(catalogue), *_unfinished(catalogue), *_not_compiled(catalogue, po)]
        wrong += [f"{po.relative_to(ROOT)}: {what}" for what in found]
    return wrong


def _missing(catalogue: Catalog) -> Iterator[str]:
    texts, known = set(_texts()), {_key(message) for message in catalogue if message.id}
    yield from (f"not in it, run makemessages: {text!r}" for _context, text in sorted(texts - known))
    yield from (f"no source has it, run makemessages: {text!r}" for _context, text in sorted(known - texts))


def _unfinished(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if message.id and message.fuzzy:
            yield f"fuzzy: {_key(message)[1]!r}"
        elif message.id and not all(_forms(message.string)):
            yield f"not translated: {_key(message)[1]!r}"
        elif message.id:
            wanted = set(PLACEHOLDER.findall(_forms(message.id)[-1]))
            if any(set(PLACEHOLDER.findall(form)) != wanted for form in _forms(message.string)):
                yield f"other placeholders: {_key(message)[1]!r}"


def _not_compiled(catalogue: Catalog, po: Path) -> Iterator[str]:
    """The compiled texts against the written ones, whatever tool compiled them."""
    mo = po.with_suffix(".mo")
    compiled = gettext.GNUTranslations(io.BytesIO(mo.read_bytes())) if mo.is_file() else None
    wanted: dict[object, str] = {}
    for message in catalogue:
        if message.id:
            context, text = _key(message)
            key = f"{context}\x04{text}" if context else text
            if isinstance(message.id, tuple):
                wanted |= {(key, number): form for number, form in enumerate(message.string)}
            else:
                wanted[key] = message.string
    held = dict(compiled._catalog) if compiled else {}  # type: ignore[attr-defined]
    held.pop("", None)
    if held != wanted:
        yield "django.mo is not what it compiles to: run compilemessages"


def _texts() -> Iterator[Key]:
    """Every text marked for translation, with its context."""
    from django.utils.translation.template import templatize

    for path in sorted([*SERVER.rglob("*.py"), *SERVER.glob("templates/**/*.html")]):
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # What Babel reads is Python, and Python minds how a line begins.
            source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
        found = extract(
            "python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        )
        for _line, text, _comments, context in found:
            yield context or "", _forms(text)[0]


def _key(message: Message) -> Key:
    return message.context or "", _forms(message.id)[0]


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)
