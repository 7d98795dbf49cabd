"""The page finds the same lapses, bounces and conflicts as the rules in Python, on the same chains."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from amanat.server.referrals.rules import chains
from amanat.server.referrals.rules.chains import Link
from browser.pages import STATIC, chromium, in_page, served

pytestmark = pytest.mark.browser
BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
NOW = 40
BODIES = range(1, 7)
SCRIPT = """
const F = await import("/static/amanat/findings.js");
return given.map(({ links, named, overseers, now, institution, takes }) => {
  const [bodies, above] = [new Set(named), new Map(overseers)];
  const found = F.findings(links, { named: bodies, overseers: above, now });
  const hadIt = new Set(links.map((link) => link.institution));
  return {
    found: found.map(({ kind, referral, institution: body, at, other }) => [kind, referral, body, at, other]),
    holders: F.holders(links),
    conflict: F.inConflict(institution, bodies, above),
    better: F.proposals(institution, { takes, named: bodies, overseers: above, hadIt }),
  };
});
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def moment(day: int | None) -> datetime | None:
    return None if day is None else BEGIN + timedelta(days=day)


def milliseconds(day: int | None) -> int | None:
    found = moment(day)
    return None if found is None else int(found.timestamp() * 1000)


def chain(random: Random) -> list[dict[str, Any]]:
    """Up to eight referrals in any order, some below others, some in a circle."""
    names = [chr(ord("a") + number) for number in range(random.randint(1, 8))]
    links = []
    for name in names:
        sent = random.randint(0, 30)
        closed = random.choice([None, sent + random.randint(0, 15)])
        links.append(
            {
                "referral": name,
                "institution": random.choice(BODIES),
                "sent": sent,
                "closed": closed,
                "outcome": "" if closed is None else random.choice(["answered", "refused", "transferred"]),
                "parent": random.choice([None, *names, "nowhere"]),
                "cites": random.choice([None, *BODIES]),
                "due": random.choice([None, random.randint(0, 50)]),
            }
        )
    return links


def case(seed: int) -> dict[str, Any]:
    random = Random(seed)
    return {
        "days": chain(random),
        "named": random.sample(BODIES, random.randint(0, 3)),
        "overseers": [[body, random.choice([None, *BODIES])] for body in BODIES],
        "institution": random.choice(BODIES),
        "takes": random.sample(BODIES, random.randint(0, 6)),
    }


def in_python(given: dict[str, Any]) -> dict[str, Any]:
    links = [
        Link(**{**link, **{name: moment(link[name]) for name in ("sent", "closed", "due")}})
        for link in given["days"]
    ]
    context: dict[str, Any] = {"named": set(given["named"]), "overseers": dict(given["overseers"])}
    now = moment(NOW)
    assert now is not None
    return {
        "found": [
            [one.kind, one.referral, one.institution, int(one.at.timestamp() * 1000), one.other]
            for one in chains.findings(links, **context, now=now)
        ],
        "holders": list(chains.holders(links)),
        "conflict": chains.in_conflict(given["institution"], **context),
        "better": list(
            chains.proposals(
                given["institution"],
                takes=given["takes"],
                **context,
                had_it={link.institution for link in links},
            )
        ),
    }


def for_page(given: dict[str, Any]) -> dict[str, Any]:
    moments = ("sent", "closed", "due")
    links = [{**link, **{name: milliseconds(link[name]) for name in moments}} for link in given["days"]]
    return {**given, "links": links, "now": milliseconds(NOW)}


def test_five_hundred_chains_give_the_same_findings_holders_and_proposals(page: Page) -> None:
    cases = [case(seed) for seed in range(500)]
    found = in_page(page, SCRIPT, [for_page(given) for given in cases])
    wanted = [in_python(given) for given in cases]
    assert found == wanted
    kinds = {finding[0] for answer in wanted for finding in answer["found"]}
    assert kinds == {"lapse", "return", "hollow", "conflict"}
