"""Throws bytes at one parser of outside bytes until it breaks its law: a value that writes back to the same
bytes, or `Malformed`, and nothing else.

    python tools/fuzz.py TARGET [-max_total_time=60 …]     options are libFuzzer's

It begins with valid examples and what `tests/vectors` holds. Needs `atheris` (pip install atheris; it has no
wheels for every Python, so it is no dependency). The same laws run under Hypothesis in the tests.
"""

import base64
import contextlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "vectors"
MODULES = {
    "bundle": ("amanat.tlog.tile", "bundle", bytes),
    "checkpoint": ("amanat.tlog.checkpoint", "checkpoint", str),
    "header": ("amanat.receipt.header", "header", bytes),
    "leaf": ("amanat.receipt.leaf", "leaf", bytes),
    "note": ("amanat.tlog.note", "note", bytes),
    "policy": ("amanat.tlog.policy", "policy", str),
    "promise": ("amanat.receipt.promise", "promise", str),
    "proof_file": ("amanat.tlog.prooffile", "proof_file", bytes),
    "receipt": ("amanat.receipt.receipt", "receipt", bytes),
    "statement": ("amanat.receipt.statement", "statement", str),
    "submission": ("amanat.tlog.submission", "submission", bytes),
    "tile_path": ("amanat.tlog.tile", "tile_path", str),
    "verifier": ("amanat.tlog.keys", "verifier", str),
}


READERS = ("plain", "wikitext", "html")
"""Documents whose reader is ours: text whose sentences lie inside it, the same each time, or `Malformed`."""


def law_of(target: str) -> Callable[[bytes], None]:
    """The law of a target, from its parse_… and format_… functions."""
    from importlib import import_module

    from amanat.errors import Malformed

    if target in READERS:
        return law_of_reader(target)
    module, name, kind = MODULES[target]
    parse, write = (getattr(import_module(module), f"{verb}_{name}") for verb in ("parse", "format"))

    def law(data: bytes) -> None:
        given = data if kind is bytes else data.decode("utf-8", "surrogateescape")
        try:
            value = parse(given)
        except Malformed:
            return
        # White space and comments mean nothing in a policy: what is written must read as the same policy.
        assert parse(write(value)) == value
        assert target == "policy" or write(value) == given

    return law


def law_of_reader(name: str) -> Callable[[bytes], None]:
    """The law of a reader of documents."""
    from amanat.errors import Malformed
    from amanat.record import source
    from amanat.record.reading import read_source
    from amanat.record.sentences import sentences_of

    kind = getattr(source, name.upper())

    def law(data: bytes) -> None:
        given = source.Source(data=data, media_type=kind)
        try:
            doc = read_source(given)
        except Malformed:
            return
        assert read_source(given) == doc
        assert all(0 <= start < end <= len(doc.text) for start, end in sentences_of(doc))

    return law


def examples() -> Iterator[bytes]:
    """Everything well formed that the vectors hold, and the parts of it."""
    receipts = json.loads((VECTORS / "receipts.json").read_text())
    yield from (text.encode() for text in receipts["policies"].values())
    for case in receipts["verified"]:
        whole = base64.b64decode(case["receipt"])
        head, _, note = whole.partition(b"\n\n")
        yield from (whole, note, note.partition(b"\n\n")[0] + b"\n", b"old 3\n\n" + note)
        with contextlib.suppress(ValueError, IndexError):
            yield base64.b64decode(head.split(b"\n")[1].split(b" ")[1])
    for name in ("headers", "json"):
        for text in json.loads((VECTORS / f"{name}.json").read_text())["accepted"]:
            yield text.encode()
    for case in json.loads((VECTORS / "commitments.json").read_text())["leaves"]:
        yield (leaf := base64.b64decode(case["leaf"]))
        yield b"\0\x40" + leaf
    for case in json.loads((VECTORS / "promises.json").read_text()):
        yield (note := base64.b64decode(case["note"]))
        yield note.partition(b"\n\n")[0] + b"\n"
        yield case["promise"]["vkey"].encode()
    yield from (b"tile/0/x001/x234/067.p/8", b"tile/entries/000")


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in (*MODULES, *READERS):
        print(f"one of: {', '.join((*MODULES, *READERS))}")
        return 2
    import atheris

    with atheris.instrument_imports(include=["amanat"]):
        law: Any = law_of(sys.argv.pop(1))
    with tempfile.TemporaryDirectory() as folder:
        for number, example in enumerate(examples()):
            (Path(folder) / str(number)).write_bytes(example)
        atheris.Setup([*sys.argv, folder], law)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
