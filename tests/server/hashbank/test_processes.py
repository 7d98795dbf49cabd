"""Two real processes on one database: what one withdraws, the other no longer finds; and nothing in the
database, the logs or the data folder holds a print."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.hashbank.lists import hexed, pdq
from server.place import Place

pytestmark = pytest.mark.slow
CLI = (sys.executable, "-m", "amanat.cli.main", "hashbank")


def environment(place: Place) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    return kept | {
        "AMANAT_DATA": str(place.folder),
        "AMANAT_DATABASE": place.database,
        "AMANAT_SECRET_KEY": "only-for-tests-and-long-enough-to-pass",
    }


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def command(place: Place, *words: str) -> str:
    done = subprocess.run([*CLI, *words], env=environment(place), capture_output=True, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def serving(place: Place, log: Path, *words: str) -> Iterator[str]:
    """The address of a service of its own."""
    listen = f"127.0.0.1:{free_port()}"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*CLI, "serve", "--listen", listen, *words], env=environment(place), stdout=file, stderr=file
        )
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://{listen}/status/live").close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield f"http://{listen}"
        finally:
            process.terminate()
            process.wait()


def ask(url: str, token: str, *, method: str = "POST", value: dict | None = None) -> dict:
    data = None if value is None else json.dumps(value).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def test_a_withdrawal_in_one_process_counts_in_the_other(place: Place, tmp_path: Path) -> None:
    (place.folder / "keys").chmod(0o700)
    listed = tmp_path / "list.csv"
    listed.write_text(f"pdq,{hexed(1)}\npdq,{hexed(2)}\n")
    assert "added 2" in command(place, "import", "DESK", "csv", str(listed))
    token = command(place, "token", "coop", "--role", "owner", "--every-bank")
    asked = {"signal": hexed(1, flipped=9), "signal_type": "pdq"}
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with serving(place, logs[0]) as one, serving(place, logs[1], "--compatible", "coop") as two:
        query = f"{two}/m/lookup?signal={hexed(1)}&signal_type=pdq"
        assert ask(query, "", method="GET")["DESK"]
        (found,) = ask(f"{one}/m/lookup", token, value=asked)["DESK"]
        assert found["distance"] == "9"
        ask(f"{one}/c/bank/DESK/content/{found['bank_content_id']}", token, method="DELETE")
        assert ask(query, "", method="GET") == {}
        assert ask(f"{two}/m/lookup", token, value=asked | {"signal": hexed(2)})["DESK"]
    files = [file for file in place.folder.rglob("*") if file.is_file()] + logs
    assert len(files) > 3
    for file in files:
        data = file.read_bytes()
        for seed in (1, 2):
            assert pdq(seed).data not in data, file.name
            assert hexed(seed).encode() not in data.lower(), file.name
        assert token.encode() not in data, file.name
