"""Banks, tokens and prints for these tests; the prints are random bits that no picture gave."""

import random
from typing import Any

from django.test import Client

from amanat import clock
from amanat.exchange.hashlist import Item
from amanat.fingerprint.value import Fingerprint, Kind
from server.makers import NOW


def pdq(seed: int, *, flipped: int = 0) -> Fingerprint:
    """A print of balanced weight, with some of its bits flipped."""
    number = random.Random(seed).getrandbits(256)
    return Fingerprint(Kind.PDQ, (number ^ ((1 << flipped) - 1)).to_bytes(32, "big"))


def hexed(seed: int, *, flipped: int = 0) -> str:
    return pdq(seed, flipped=flipped).data.hex()


def film(*seeds: int, flipped: int = 0) -> Fingerprint:
    """A film of such prints."""
    return Fingerprint(Kind.VPDQ, b"".join(pdq(seed, flipped=flipped).data for seed in seeds))


def item(seed: int, **parts: Any) -> Item:
    return Item(**({"fingerprint": pdq(seed), "source": "amna", "first_seen": NOW.replace(second=0)} | parts))


def make_bank(name: str = "DESK", *prints: Fingerprint) -> Any:
    from amanat.server.hashbank import actions

    bank = actions.create_bank(by=None, now=NOW, name=name)
    for one in prints:
        actions.add_content(by=None, now=NOW, bank=bank, prints=[one])
    bank.refresh_from_db()
    return bank


def token(role: str = "owner", *banks: str, name: str = "", every_bank: bool | None = None) -> str:
    from amanat.server.hashbank.actions import make_token

    every = not banks if every_bank is None else every_bank
    return make_token(now=clock.now(), name=name or role, role=role, banks=banks, every_bank=every)


class Caller:
    """A program with a token."""

    def __init__(self, text: str) -> None:
        self._headers = {"Authorization": f"Bearer {text}"}
        self._client = Client()

    def get(self, path: str, query: dict[str, str] | None = None) -> Any:
        return self._client.get(f"/hashbank/{path}", query, headers=self._headers)

    def post(self, path: str, value: Any) -> Any:
        return self._client.post(
            f"/hashbank/{path}", value, content_type="application/json", headers=self._headers
        )

    def send(self, path: str, **fields: Any) -> Any:
        """A multipart form."""
        return self._client.post(f"/hashbank/{path}", fields, headers=self._headers)

    def put(self, path: str, value: Any) -> Any:
        return self._client.put(
            f"/hashbank/{path}", value, content_type="application/json", headers=self._headers
        )

    def delete(self, path: str) -> Any:
        return self._client.delete(f"/hashbank/{path}", headers=self._headers)

    def lookup(self, seed: int, *, flipped: int = 0) -> Any:
        asked = {"signal": hexed(seed, flipped=flipped), "signal_type": "pdq"}
        return self.post("m/lookup", asked).json()
