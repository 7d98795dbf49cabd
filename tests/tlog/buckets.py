"""A real S3-compatible server for the tests: another process, emptied by making a new bucket each time."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from amanat.cli.demonstration.processes import free_port


@contextmanager
def object_server() -> Iterator[str]:
    """The address of a server that keeps objects in its memory."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urlopen(f"{address}/moto-api/", timeout=2):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def new_bucket(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty bucket, with the variables that lead to it set."""
    name = f"log-{uuid4().hex}"
    with urlopen(Request(f"{address}/{name}", method="PUT")):
        pass
    for variable, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "invented",
        "AWS_SECRET_ACCESS_KEY": "invented",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(variable, value)
    return f"s3://{name}/log"
