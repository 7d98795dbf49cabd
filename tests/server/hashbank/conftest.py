"""Each test begins without the prints of the one before: tables are rolled back, and their numbers come again."""

import pytest

from amanat.server.hashbank import index


@pytest.fixture(autouse=True)
def _nothing_held() -> None:
    index._held.view = index._View()
