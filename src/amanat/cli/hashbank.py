"""`amanat hashbank`: the match service apart from the rest, its tokens, and files taken into its lists.

Shown right by `tests/cli/test_hashbank.py`.
"""

import argparse
import os
from pathlib import Path
from typing import Any

from amanat import clock
from amanat.cli import exchange_files
from amanat.cli.apps import prepare
from amanat.errors import Misconfigured

__all__ = ["add_parser"]

DEFAULT_LISTEN = "127.0.0.1:9876"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def add_parser(nouns: Any) -> None:
    """Add `amanat hashbank`."""
    text = "Lists of fingerprints that this server matches against: serve them, let programs in, take files."
    parser = nouns.add_parser(
        "hashbank", help="match files against lists for other programs", description=text
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_serve(verbs)
    _add_tokens(verbs)
    _add_import(verbs)


def _add_serve(verbs: Any) -> None:
    verb = verbs.add_parser(
        "serve",
        help="serve the match service alone",
        description="Serve the match service alone, with the same data folder and database. A worker runs"
        " elsewhere: `amanat serve` or `amanat worker`.",
    )
    verb.add_argument("--listen", default=DEFAULT_LISTEN, metavar="HOST:PORT", help="default: %(default)s")
    verb.add_argument(
        "--compatible",
        metavar="TOKEN-NAME",
        default="",
        help="for a client of HMA without a token that asks by GET: it acts as this one; on loopback only",
    )
    verb.set_defaults(run=_serve)


def _add_tokens(verbs: Any) -> None:
    verb = verbs.add_parser(
        "token",
        help="let a program in",
        description="Make a token. It is shown this once; only its hash is kept. An owner sees lists, entries"
        " and distances of its banks; a partner is told match or no match.",
    )
    verb.add_argument("name", metavar="NAME", help="what to call it")
    verb.add_argument("--role", choices=("owner", "partner"), required=True, help="what it may ask")
    verb.add_argument(
        "--bank", action="append", default=[], metavar="BANK", help="for this bank; repeat it for more"
    )
    verb.add_argument("--every-bank", action="store_true", help="for every bank, also those to come")
    verb.set_defaults(run=_token)
    verb = verbs.add_parser(
        "revoke", help="end a token", description="End a token: it is refused from now on."
    )
    verb.add_argument("name", metavar="NAME", help="what it is called")
    verb.set_defaults(run=_revoke)


def _add_import(verbs: Any) -> None:
    from amanat.exchange.formats import FORMATS

    verb = verbs.add_parser(
        "import",
        help="take files of a partner, or a list, into a bank",
        description="Take files into a bank, which is made if it is not there. What they take back is"
        " withdrawn at once. Stopped in the middle, give the same files again.",
    )
    verb.add_argument("bank", metavar="BANK", help="capital letters, digits and underscores")
    verb.add_argument(
        "format", metavar="FORMAT", choices=["list", *FORMATS], help="list, or of amanat exchange"
    )
    verb.add_argument("files", type=Path, nargs="+", metavar="FILE", help="the files, in order")
    verb.add_argument("--source", default="", help="whose list it is, where the files do not say")
    verb.add_argument("--complete", action="store_true", help="the files are all it lists: withdraw the rest")
    verb.add_argument("--identity", type=Path, help="the file of the key that opens a list")
    verb.set_defaults(run=_import)


def _serve(options: argparse.Namespace) -> int:
    from amanat.cli import serve

    host, _ = serve.host_and_port(options.listen)
    if options.compatible and host not in LOOPBACK:
        hint = "Listen on 127.0.0.1, and let the client's machine reach it through a tunnel."
        raise Misconfigured("--compatible lets in whoever can connect", where="--listen", hint=hint)
    os.environ["AMANAT_HASHBANK_ALONE"] = "1"
    if options.compatible:
        os.environ["AMANAT_HASHBANK_AS"] = options.compatible
        os.environ["AMANAT_HASHBANK_GET"] = "1"
    prepare()
    serve.refuse_mistakes()
    serve.refuse_old_tables()
    if options.compatible:
        from amanat.server.hashbank.queries import token_named

        token_named(options.compatible)
    print(f"The match service is at http://{options.listen}/", flush=True)
    return serve.Supervisor(serve.gunicorn_command(options.listen), ()).run()


def _token(options: argparse.Namespace) -> int:
    prepare()
    from amanat.server.hashbank.actions import make_token

    print(
        make_token(
            now=clock.now(),
            name=options.name,
            role=options.role,
            banks=options.bank,
            every_bank=options.every_bank,
        )
    )
    return 0


def _revoke(options: argparse.Namespace) -> int:
    prepare()
    from amanat.server.hashbank.actions import revoke_token

    revoke_token(now=clock.now(), name=options.name)
    print("ended")
    return 0


def _import(options: argparse.Namespace) -> int:
    prepare()
    from amanat.server.hashbank import actions
    from amanat.server.hashbank.models import Bank
    from amanat.server.hashbank.taking import take

    now = clock.now()
    found = Bank.objects.filter(name=options.bank).first()
    bank = found or actions.create_bank(by=None, now=now, name=options.bank)
    lines = _lines(options)
    taken = take(by=None, now=now, bank=bank, lines=lines, form=options.format, complete=options.complete)
    print(f"added {taken.added:,}, withdrawn {taken.withdrawn:,}, left out {taken.refused:,}")
    return 0


def _lines(options: argparse.Namespace) -> Any:
    from amanat.exchange.formats import format_named
    from amanat.exchange.sealed import open_list

    for path in options.files:
        if options.format == "list":
            if options.identity is None:
                raise Misconfigured("a list needs the key that opens it", hint="Give --identity FILE.")
            identity = exchange_files.read_identity(options.identity)
            yield from open_list(exchange_files.read(path), identity).items
        else:
            with exchange_files.opened(path) as file:
                yield from format_named(options.format).lines(file, now=clock.now(), source=options.source)
