"""Age identities of the people in the stories."""

import pyrage
import pytest


class Person:
    """Somebody with an age identity."""

    def __init__(self) -> None:
        key = pyrage.x25519.Identity.generate()
        self.identity = str(key)
        self.recipient = str(key.to_public())


@pytest.fixture
def bilal() -> Person:
    """A worker."""
    return Person()


@pytest.fixture
def chandni() -> Person:
    """A supervisor."""
    return Person()


@pytest.fixture
def dan() -> Person:
    """An outsider."""
    return Person()
