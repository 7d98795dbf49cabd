"""Records, sources and items for the tests of the statements, made as the pages do. All is invented."""

from typing import Any

from amanat.server.accounts.models import Member
from amanat.server.statements.actions.items import Made, add
from amanat.server.statements.actions.records import begin
from amanat.server.statements.actions.sources import bring
from amanat.server.statements.models import Item, Record, Source
from server.makers import NOW

MINISTRY = """Ministry of Kohsar, 3 May 2014

The ministry said on 2 May 2014 that 280 children in Nurabad had been affected between 2006 and 2014.
On 4 May 2014 the ministry asked the court to open an inquiry.
The court declined because the police were already investigating.
"""
PAPER = """Kohsar Gazette, 9 May 2014

A lawyer, Karim Shah, said that at least 400 films had been found in Nurabad.
Residents of Nurabad asked the police to look into it on 7 May 2014.
The police said that no instance had been reported.
"""


def make_record(by: Member, **given: Any) -> Record:
    return begin(by=by, now=NOW, **{"title": "Nurabad", **given})


def make_source(by: Member, record: Record, text: str = MINISTRY, **given: Any) -> Source:
    return bring(
        by=by, now=NOW, record=record, data=text.encode(), **{"title": "Statement of the ministry", **given}
    )


def made(
    kind: str, quote: str, labels: dict[str, str] | None = None, answers: Item | None = None, **words: str
) -> Made:
    return Made(kind, quote, words, labels or {}, answers=answers)


def make_item(by: Member, source: Source, kind: str, quote: str, **given: Any) -> Item:
    return add(by=by, now=NOW, source=source, made=made(kind, quote, **given))


def children(by: Member, source: Source) -> Item:
    return make_item(
        by,
        source,
        "figure",
        "280 children in Nurabad had been affected",
        number="280",
        counted="children",
        scope="in Nurabad",
    )


def films(by: Member, source: Source) -> Item:
    return make_item(
        by,
        source,
        "figure",
        "at least 400 films had been found in Nurabad",
        number="at least 400",
        counted="films",
        scope="in Nurabad",
    )


def asking(by: Member, source: Source) -> Item:
    return make_item(
        by,
        source,
        "referral",
        "On 4 May 2014 the ministry asked the court to open an inquiry.",
        labels={"outcome": "asked"},
        asker="the ministry",
        asked="the court",
        what="to open an inquiry",
        when="4 May 2014",
    )


def declining(by: Member, source: Source, answers: Item | None = None) -> Item:
    return make_item(
        by,
        source,
        "referral",
        "The court declined because the police were already investigating.",
        labels={"outcome": "refused"},
        answers=answers,
        asked="The court",
        reason="the police were already investigating",
    )


def saying(by: Member, source: Source) -> Item:
    return make_item(
        by,
        source,
        "statement",
        "A lawyer, Karim Shah, said that at least 400 films had been found in Nurabad.",
        labels={"stance": "asserts"},
        speaker="A lawyer, Karim Shah",
        content="at least 400 films had been found in Nurabad",
    )
