"""The keys of a case in the page: the first to open decides them, everybody else takes what is there.

What the server shows is made in Python, and what the page makes is opened in Python.
"""

from collections.abc import Iterator
from typing import Any

import pyrage
import pytest
from playwright.sync_api import Page

from amanat.receipt.chain import Chain
from amanat.sealing.grant import Grant, seal_grant
from amanat.sealing.unseal import open_grant
from amanat.strict import decode_base64
from browser.pages import STATIC, chromium, encoded, in_page, served
from server.makers import sealed_report

pytestmark = pytest.mark.browser
FILE_KEY = bytes(range(32))
OPEN_CASE = """
const { openCase } = await import("/static/amanat/grants.js");
const loads = [...given.loads], sent = [];
const keep = async (grants) => {
  sent.push(grants);
  return { ok: given.status === 201, status: given.status };
};
try {
  const { keys } = await openCase({ identity: given.identity, load: async () => loads.shift(), keep });
  if (keys === null) return { keys, sent };
  const { fileKey, threadKey, salt0 } = keys;
  const [file, thread, first] = [fileKey, threadKey, salt0].map((key) => key && toBase64(key));
  return { keys: { file, thread, salt0: first }, sent };
} catch (error) { return { refused: error.name, sent }; }
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


class Case:
    """A report to some readers, as the server would show it to each of them."""

    def __init__(self, *readers: str) -> None:
        self.identities = {name: pyrage.x25519.Identity.generate() for name in (*readers, "recovery")}
        self.chain, self.sent = sealed_report(*(self.recipient(name) for name in self.identities))
        self.readers = list(readers)

    def recipient(self, name: str) -> str:
        return str(self.identities[name].to_public())

    def join(self, name: str) -> None:
        self.identities[name] = pyrage.x25519.Identity.generate()
        self.readers.append(name)

    def grant(self, name: str, chain: Chain | None = None) -> bytes:
        of = chain or self.chain
        return seal_grant(Grant(of.report_id, FILE_KEY, of.keys.thread_key), self.recipient(name))

    def shown(self, holders: tuple[str, ...] = (), grant: bytes | None = None) -> dict[str, Any]:
        return {
            "report_id": self.chain.report_id,
            "sealed": encoded(self.sent["sealed"]),
            "grant": grant and encoded(grant),
            "readers": [
                {"member": name, "recipient": self.recipient(name), "has_grant": name in holders}
                for name in self.readers
            ],
            "recovery_recipient": self.recipient("recovery"),
            "recovery_has_grant": "recovery" in holders,
        }

    def opened(self, page: Page, name: str, *loads: dict[str, Any], status: int = 201) -> dict[str, Any]:
        given = {"identity": str(self.identities[name]), "loads": loads, "status": status}
        found: dict[str, Any] = in_page(page, OPEN_CASE, given)
        return found


def test_the_first_to_open_makes_one_file_key_for_every_reader_and_for_recovery(page: Page) -> None:
    case = Case("bilal", "farah")
    found = case.opened(page, "bilal", case.shown())
    (grants,) = found["sent"]
    assert [grant["member"] for grant in grants] == ["bilal", "farah", "recovery"]
    for grant in grants:
        opened = open_grant(decode_base64(grant["sealed"]), str(case.identities[grant["member"]]))
        assert (opened.case_id, opened.thread_key) == (case.chain.report_id, case.chain.keys.thread_key)
        assert encoded(opened.file_key) == found["keys"]["file"]
    assert found["keys"]["salt0"] == encoded(case.chain.keys.salt_0)


def test_the_second_of_two_drops_their_file_key_and_takes_the_grant_that_is_there(page: Page) -> None:
    case = Case("bilal", "farah")
    everybody = ("bilal", "farah", "recovery")
    found = case.opened(page, "farah", case.shown(), case.shown(everybody, case.grant("farah")), status=409)
    assert len(found["sent"]) == 1
    assert found["keys"]["file"] == encoded(FILE_KEY)


def test_a_holder_passes_the_same_keys_to_whoever_joined_later(page: Page) -> None:
    case = Case("bilal")
    case.join("farah")
    found = case.opened(page, "bilal", case.shown(("bilal", "recovery"), case.grant("bilal")))
    ((grant,),) = found["sent"]
    opened = open_grant(decode_base64(grant["sealed"]), str(case.identities["farah"]))
    assert (grant["member"], opened.file_key) == ("farah", FILE_KEY)


def test_a_grant_alone_opens_the_thread_without_the_first_salt(page: Page) -> None:
    case = Case("bilal")
    case.join("farah")
    found = case.opened(page, "farah", case.shown(("bilal", "farah", "recovery"), case.grant("farah")))
    assert found["keys"] == {
        "file": encoded(FILE_KEY), "thread": encoded(case.chain.keys.thread_key), "salt0": None
    }  # fmt: skip
    assert found["sent"] == []


def test_whoever_has_neither_grant_nor_report_opens_nothing_and_sends_nothing(page: Page) -> None:
    case = Case("bilal")
    case.join("farah")
    assert case.opened(page, "farah", case.shown()) == {"keys": None, "sent": []}


@pytest.mark.parametrize("holders", [("bilal", "recovery"), ("recovery",)])
def test_no_second_file_key_is_made_where_somebody_holds_a_grant(
    page: Page, holders: tuple[str, ...]
) -> None:
    case = Case("bilal", "farah")
    assert case.opened(page, "farah", case.shown(holders)) == {"keys": None, "sent": []}


def test_the_grant_of_another_case_is_refused(page: Page) -> None:
    case, other = Case("bilal"), Chain()
    grant = case.grant("bilal", other)
    assert case.opened(page, "bilal", case.shown(("bilal",), grant)) == {"refused": "Unverified", "sent": []}


def test_the_report_of_another_case_is_refused(page: Page) -> None:
    case = Case("bilal")
    shown = case.shown() | {"report_id": "ab" * 16}
    assert case.opened(page, "bilal", shown) == {"refused": "Unverified", "sent": []}


def test_a_grant_with_another_thread_key_than_the_report_is_refused(page: Page) -> None:
    case = Case("bilal")
    grant = seal_grant(Grant(case.chain.report_id, FILE_KEY, bytes(32)), case.recipient("bilal"))
    assert case.opened(page, "bilal", case.shown(("bilal",), grant)) == {"refused": "Unverified", "sent": []}


def test_grants_that_were_not_kept_open_nothing(page: Page) -> None:
    case = Case("bilal")
    assert "keys" not in case.opened(page, "bilal", case.shown(), status=500)
