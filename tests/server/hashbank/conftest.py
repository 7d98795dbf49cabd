"""Each test begins without the prints of the one before: tables are rolled back, and their numbers recur."""

import pytest


@pytest.fixture(autouse=True)
def _nothing_held() -> None:
    # Imported here: a conftest is read before Django is ready.
    from amanat.server.hashbank import index

    for held in index._held.values():
        held.view = index._View()
