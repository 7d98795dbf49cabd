"""Fixtures of the kill tests: a log that was set up once, and a copy of it for each test.

On PostgreSQL only the tests that meet a database run: the others gave their answer on SQLite.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.place import DATABASES, POSTGRES, Place, drop_database, new_database


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, on PostgreSQL, what asks no database."""
    if not POSTGRES:
        return
    idle = [item for item in items if not _meets_a_database(item)]
    items[:] = [item for item in items if _meets_a_database(item)]
    config.hook.pytest_deselected(items=idle)


def _meets_a_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "founded"}
    return item.get_closest_marker("django_db") is not None or bool(
        asked & set(getattr(item, "fixturenames", ()))
    )


@pytest.fixture(scope="module", params=DATABASES)
def founded(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A log that was set up once, to be copied for each test."""
    from amanat.server.ledger.actions import found_log

    folder = tmp_path_factory.mktemp("founded") / "data"
    found_log(folder, origin="amanat.example/log", url="http://127.0.0.1")
    database = new_database() if request.param == "postgresql" else ""
    place = Place(folder, database)
    place.run("-m", "django", "migrate", "--skip-checks", "-v0")
    yield place
    drop_database(database)


@pytest.fixture
def place(founded: Place, tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "data"
    shutil.copytree(founded.folder, folder)
    database = new_database(founded.database) if founded.database else ""
    yield Place(folder, database)
    drop_database(database)
