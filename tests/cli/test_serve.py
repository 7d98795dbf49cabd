"""`amanat serve` as real processes: it answers, closes epochs, and stops when told to."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from amanat.cli.serve import Supervisor, gunicorn_command, host_and_port
from amanat.errors import Malformed

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.mark.parametrize(
    ("text", "parts"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80)), ("localhost:1", ("localhost", 1))],
)
def test_an_address_to_listen_at(text: str, parts: tuple[str, int]):
    assert host_and_port(text) == parts


@pytest.mark.parametrize(
    "text", ["", "8000", "host", "host:", "host:x", "host:70000", "u@h:1", "h:1/path", ":1"]
)
def test_any_other_address_is_refused(text: str):
    with pytest.raises(Malformed):
        host_and_port(text)


def test_the_pages_keep_no_access_log():
    command = gunicorn_command("127.0.0.1:8000")
    assert not any("access" in word for word in command)
    assert "amanat.server.logs.Gunicorn" in command


def test_when_the_pages_end_the_worker_is_stopped_and_the_exit_code_is_theirs():
    supervisor = Supervisor((sys.executable, "-c", "raise SystemExit(7)"), SLEEP)
    assert supervisor.run() == 7
    assert supervisor.children["worker"].returncode is not None


def test_a_worker_that_dies_is_started_again(capsys: pytest.CaptureFixture[str]):
    pages = (sys.executable, "-c", "import time; time.sleep(3)")
    supervisor = Supervisor(pages, (sys.executable, "-c", "pass"))
    supervisor.run()
    assert "started again" in capsys.readouterr().err


@pytest.fixture
def restored_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


pytestmark = pytest.mark.usefixtures("restored_signals")


@pytest.mark.slow
def test_a_whole_server_from_set_up_to_stop(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    environment |= {"AMANAT_DATA": str(tmp_path / "data"), "AMANAT_EPOCH_SECONDS": "1"}
    amanat = [sys.executable, "-m", "amanat.cli.main"]
    subprocess.run([*amanat, "setup"], env=environment, check=True, capture_output=True)
    listen = f"127.0.0.1:{free_port()}"
    serve = [*amanat, "serve", "--listen", listen]
    with subprocess.Popen(serve, env=environment, stderr=subprocess.PIPE) as server:
        try:
            assert eventually(f"http://{listen}/healthz") == b"ok\n"
            checkpoint = eventually(f"http://{listen}/log/checkpoint")
            assert checkpoint.startswith(b"127.0.0.1:8000/log\n")
        finally:
            server.send_signal(signal.SIGTERM)
        _, complaints = server.communicate(timeout=40)
    assert server.returncode == 0
    assert b"127.0.0.1" not in complaints


@pytest.mark.slow
def test_a_server_that_was_not_set_up_does_not_start(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    environment |= {"AMANAT_DATA": str(tmp_path / "data")}
    command = [sys.executable, "-m", "amanat.cli.main", "serve"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 78
    assert "Run `amanat setup`" in done.stderr


def eventually(url: str) -> bytes:
    """What the address answers as soon as it does; a connection refused is not yet an answer."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as response:
            return response.read()
        time.sleep(0.2)
    raise AssertionError("no answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
