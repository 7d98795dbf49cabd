"""`amanat read FILE…`: what the rules would put into a record, with its exact words and where they are.

Offline: nothing is fetched and nothing is sent. Nothing is stored either: a person confirms in the pages.
Exit codes: 0 done, 65 a file cannot be read (and what to do), 66 a file is missing, 69 a library is missing,
78 a language model that is not on this machine. Shown right by `tests/cli/test_read.py`.
"""

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.errors import Error, NotFound

if TYPE_CHECKING:
    from amanat.cli.reading.proposed import Proposed

__all__ = ["add_parser"]

_LONG = 30_000


def add_parser(nouns: Any) -> None:
    """Add `amanat read`."""
    text = (
        "Propose a record from public documents: a timeline, statements by speaker, figures by what they count, "  # noqa: E501
        "harm, and who was asked and what they answered. Reads plain text, wikitext, HTML, PDF and DOCX. Works offline."  # noqa: E501
    )
    parser = nouns.add_parser("read", help="propose a record from documents", description=text)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a document")
    parser.add_argument(
        "--as", dest="form", choices=("text", "json", "csv"), default="text", help="default: %(default)s"
    )
    parser.add_argument(
        "--published", type=_date, metavar="DATE", help="the date of the documents, YYYY-MM-DD"
    )
    parser.add_argument(
        "--encoding", default="", metavar="NAME", help="the encoding, where it is known better than guessed"
    )
    parser.add_argument("--no-parse", action="store_true", help="use the rules without the parser of English")
    text = "a language model on this machine, http://127.0.0.1:PORT/v1; it links and labels, and is off by default"  # noqa: E501
    parser.add_argument("--language-model", metavar="ADDRESS", help=text)
    parser.add_argument("--language-model-name", metavar="NAME", default="local", help="default: %(default)s")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read every file, then print all of it."""
    from amanat.cli.reading import printed
    from amanat.record.model import LocalModel

    model = None
    if options.language_model:
        model = LocalModel(options.language_model, options.language_model_name)
    found = [_propose(path, number, options, model) for number, path in enumerate(options.files, 1)]
    try:
        printed.PRINT[options.form](found)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; what Python still holds goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _propose(path: Path, number: int, options: argparse.Namespace, model: Any) -> "Proposed":
    from amanat.cli.progress import Progress
    from amanat.cli.reading.proposed import propose

    source = f"file {number}"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where=source) from error
    progress = Progress(len(data), "characters") if len(data) > _LONG else None
    try:
        return propose(path.name, data, options, progress, model)
    except Error as error:
        if len(options.files) > 1:
            error.where = f"{source}, {error.where}" if error.where else source
        raise
    finally:
        if progress:
            progress.clear()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a date is written YYYY-MM-DD") from error
