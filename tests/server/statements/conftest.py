"""Two workers and a supervisor, and a log to enter leaves in."""

from pathlib import Path
from typing import Any

import pytest

from server.makers import found, make_person


@pytest.fixture
def organisation(db: None, data_folder: Path) -> None:
    found()


@pytest.fixture
def bilal(organisation: None) -> Any:
    return make_person("bilal").member


@pytest.fixture
def chandni(organisation: None) -> Any:
    return make_person("chandni", "supervisor").member


@pytest.fixture
def dan(organisation: None) -> Any:
    return make_person("dan").member
