"""`amanat demo`: a whole invented organisation on this machine, to look at and to learn with.

In an empty folder it founds a log with a real witness, makes people and reports through the ordinary actions,
and serves them with epochs of two seconds. In the folder of an earlier demonstration it serves what is there.
It never touches another data folder or database: every AMANAT_* variable of the caller is left out. Shown
right by `tests/cli/test_demo.py`.
"""

import argparse
import contextlib
import select
import signal
import sys
from pathlib import Path
from typing import Any

from amanat.cli.demonstration import founding
from amanat.cli.demonstration.processes import Processes, free_port, wait_for_page, wait_for_port
from amanat.cli.serve import host_and_port
from amanat.errors import Misconfigured

__all__ = ["add_parser", "run"]

DEFAULT_DATA = "var/demo"
DEFAULT_LISTEN = "127.0.0.1:8000"
PEOPLE_FILE = "demo-people.txt"
SCREEN = """
--- Amanat, demonstration. Everything here is invented. -------------------------------------------------

  Report and return   {url}/
  Staff               {url}/staff/login/
  Public log          {url}/log/

{people}
The witness runs on this machine too: it shows how the parts work and proves nothing to anybody.
Kept in {file} (readable by you only). Six-digit codes: press Enter. Stop: Ctrl-C.
"""


def add_parser(nouns: Any) -> None:
    """Add the sub-command."""
    text = "Serve an invented organisation. Ctrl-C stops it; with the same folder it goes on where it was."
    parser = nouns.add_parser("demo", help="serve an invented organisation, to look at", description=text)
    parser.add_argument(
        "--data", default=DEFAULT_DATA, metavar="DIR", help="empty folder (default: %(default)s)"
    )
    parser.add_argument("--listen", default=DEFAULT_LISTEN, metavar="HOST:PORT", help="default: %(default)s")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the demonstration unless it is there, and serve it until Ctrl-C."""
    folder = Path(options.data).absolute()
    host, port = host_and_port(options.listen)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    first = _is_first(folder)
    founding.choose_settings(folder, host, url)
    # Both, because a shell starts its background commands with Ctrl-C ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), Processes() as processes:
        _begin(folder, url, first, processes)
        processes.start("server", ["serve", "--listen", options.listen])
        wait_for_page(f"{url}/healthz", processes)
        people = (folder / PEOPLE_FILE).read_text(encoding="utf-8")
        print(SCREEN.format(url=url, people=people, file=options.data + "/" + PEOPLE_FILE), flush=True)
        _watch(processes)
    print("amanat: the demonstration has stopped")
    return 0


def _is_first(folder: Path) -> bool:
    if (folder / PEOPLE_FILE).is_file():
        return False
    if folder.is_dir() and any(folder.iterdir()):
        hint = "Name an empty folder with --data. One that was left half made can be removed."
        raise Misconfigured(
            "the folder is not empty and holds no whole demonstration", where="--data", hint=hint
        )
    return True


def _begin(folder: Path, url: str, first: bool, processes: Processes) -> None:
    """The witness runs before anything is sequenced; the file of people comes last and marks the whole."""
    from amanat.cli.apps import prepare
    from amanat.cli.demonstration import seed

    if first:
        print("Making an invented organisation with people and reports: half a minute.", flush=True)
        recovery = seed.new_identity()
        founding.found(folder, recovery.recipient)
        founding.make_witness(folder)
    else:
        prepare()
    port = free_port()
    founding.name_witness(folder, url, port)
    listen = ["--listen", f"127.0.0.1:{port}", "--log", founding.log_key(folder)]
    processes.start("witness", ["witness", "serve", "--data", str(folder / "witness"), *listen])
    wait_for_port(port, processes)
    if first:
        seed.write_people(folder / PEOPLE_FILE, seed.make(recovery))


def _watch(processes: Processes) -> None:
    """Until Ctrl-C; Enter prints the codes of this moment."""
    typing = sys.stdin.isatty()
    while True:
        processes.check()
        ready, _, _ = select.select([sys.stdin] if typing else [], [], [], 0.5)
        if ready:
            typing = bool(sys.stdin.readline())
            _print_codes()


def _print_codes() -> None:
    from amanat.cli.demonstration import seed

    print("  ".join(f"{name} {code}" for name, code in seed.codes()), flush=True)
