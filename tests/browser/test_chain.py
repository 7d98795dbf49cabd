"""The chain of a referral in the page: what Python makes is opened, and what the page makes Python opens."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from amanat.receipt.chain import Fresh
from amanat.receipt.header import header_from_object
from amanat.receipt.referral import SealedStep, check_signature, leaf_of_head
from amanat.receipt.referring import Referring
from amanat.sealing.field import FieldAddress
from amanat.sealing.padding import unpad
from amanat.sealing.referral import body_address, head_address
from amanat.sealing.unseal import open_field
from amanat.strict import decode_base64
from browser.pages import STATIC, chromium, encoded, in_page, served

pytestmark = pytest.mark.browser
NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
FRESH = Fresh(0, b"\0" * 32)
OPEN = """
const C = await import("/static/amanat/chain.js");
const { referralKeys } = await import("/static/amanat/referral.js");
const keys = referralKeys(fromBase64(given.parent), given.id);
const chain = await C.openChain(keys, given.id, given.steps);
"""
READ = f"""{OPEN}
return chain.events.map(({{ header, payload, problem, withheld }}) =>
  [header?.kind ?? null, payload?.text ?? null, problem, withheld]);
"""
CONTINUE = f"""{OPEN}
const fresh = {{ size: 0, root: new Uint8Array(32) }};
const text = "Written in the page.";
const made = await C.nextStep({{ keys, id: given.id, chain, text, fresh, ...given.made }});
return C.toSend(made);
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def steps_of(referring: Referring, *kinds: str) -> list[SealedStep]:
    return [referring.step(kind, f"Invented {kind}.", now=NOW, fresh=FRESH) for kind in kinds]


def shown(step: SealedStep, **changed: Any) -> dict[str, Any]:
    given = {"seq": step.seq, "head": encoded(step.head), "body": encoded(step.body), "index": None}
    return given | changed


def unsealed(referring: Referring, address: FieldAddress, sealed: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpad(open_field(referring.keys.key, address, decode_base64(sealed))))
    return found


def run(page: Page, script: str, referring: Referring, steps: list[Any], **more: Any) -> Any:
    given = {"parent": encoded(referring.parent_key), "id": referring.referral_id, "steps": steps, **more}
    return in_page(page, script, given)


def test_the_steps_of_an_institution_are_opened_and_words_may_be_withheld(page: Page) -> None:
    referring = Referring(b"\x01" * 32)
    first, second = steps_of(referring, "delivered", "answered")
    assert run(page, READ, referring, [shown(first), shown(second, body=None)]) == [
        ["delivered", "Invented delivered.", None, False],
        ["answered", None, None, True],
    ]


def test_a_step_that_is_missing_moved_or_of_another_chain_is_named(page: Page) -> None:
    referring = Referring(b"\x01" * 32)
    first, second, third = steps_of(referring, "delivered", "acknowledged", "answered")

    def problems(*steps: dict[str, Any]) -> list[str | None]:
        return [step[2] for step in run(page, READ, referring, list(steps))]

    assert problems(shown(first), shown(second), shown(third)) == [None, None, None]
    assert problems(shown(first), shown(third)) == [None, "broken"]
    assert problems(shown(second)) == ["broken"]
    assert problems(shown(first), shown(second, seq=2)) == [None, "unopened"]
    assert problems(shown(first, body=encoded(second.body))) == ["unopened"]
    (other,) = steps_of(Referring(b"\x02" * 32), "delivered")
    assert problems(shown(other)) == ["unopened"]


def test_words_that_the_institution_did_not_sign_are_named(page: Page) -> None:
    forged = Referring(b"\x01" * 32)
    # Whoever has the letter could put words into the institution's mouth, but not sign them.
    made = {"kind": "delivered", "from": "paper", "more": {"from": "institution"}}
    unsigned = run(page, CONTINUE, forged, [], made=made)
    assert run(page, READ, forged, [unsigned | {"index": None}])[0][2] == "unsigned"


@pytest.mark.parametrize(("kinds", "kind"), [((), "delivered"), (("delivered",), "refused")])
def test_a_step_that_the_page_makes_is_opened_and_its_signature_checked_in_python(
    page: Page, kinds: tuple[str, ...], kind: str
) -> None:
    referring = Referring(b"\x03" * 32)
    before = [shown(step) for step in steps_of(referring, *kinds)]
    made = {"kind": kind, "from": "institution", "counterparty": "Court of Kohsar"}
    sent = run(page, CONTINUE, referring, before, made=made)
    assert (sent["seq"], sent["kind"], sent["due"]) == (len(kinds), kind, "")
    keys, number = referring.keys, referring.referral_id
    head = unsealed(referring, head_address(number, sent["seq"]), sent["head"])
    assert encoded(leaf_of_head(keys, head)) == sent["leaf"]
    header = header_from_object(head["header"])
    assert (header.kind, header.counterparty) == (kind, "Court of Kohsar")
    assert header.prev_leaf_hash == referring.previous
    payload = unsealed(referring, body_address(number, sent["seq"]), sent["body"])
    assert payload["text"] == "Written in the page."
    assert len(check_signature(header, payload)) == 32
    assert run(page, READ, referring, [*before, sent | {"index": None}])[-1][2] is None


def test_after_a_step_that_nobody_can_open_no_next_one_is_made(page: Page) -> None:
    referring = Referring(b"\x01" * 32)
    (other,) = steps_of(Referring(b"\x02" * 32), "delivered")
    script = f"try {{ {CONTINUE} }} catch (error) {{ return error.message; }}"
    made = {"kind": "answered", "from": "institution"}
    assert "not known" in run(page, script, referring, [shown(other)], made=made)
