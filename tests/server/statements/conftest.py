"""Two workers and a supervisor, and a log to enter leaves in."""

from pathlib import Path
from typing import Any

import pytest

from server.makers import found, make_person


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


@pytest.fixture
def bilal() -> Any:
    return make_person("bilal").member


@pytest.fixture
def chandni() -> Any:
    return make_person("chandni", "supervisor").member


@pytest.fixture
def dan() -> Any:
    return make_person("dan").member
