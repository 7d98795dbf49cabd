"""What a page draws of an item: words in the language of the moment, names covered.

Shown right by `tests/server/statements/test_pages.py`.
"""

from dataclasses import dataclass

from amanat.server.statements.models import Item
from amanat.server.statements.queries.items import Shown
from amanat.server.statements.rules.names import PARTY_ROLES
from amanat.server.statements.rules.wording import (
    KIND_NAMES,
    LABEL_NAMES,
    ROLE_NAMES,
    STATE_NAMES,
    basis_words,
    interval_words,
)

__all__ = ["Drawn", "drawn"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item as a page shows it."""

    row: Item
    kind: str
    state: str
    quote: str
    facts: list[tuple[str, str]]
    labels: list[tuple[str, str]]
    when: str
    basis: str
    parties: dict[str, str]

    def said(self, role: str) -> str:
        """The words of a role, or nothing."""
        return dict(self.facts).get(str(ROLE_NAMES[role]), "")


def drawn(one: Shown) -> Drawn:
    """What to draw of an item."""
    item, row = one.item, one.row
    facts = []
    for role in ROLE_NAMES:
        if role in item.words:
            words = " ".join(item.words[role].exact.split())
            facts.append(
                (str(ROLE_NAMES[role]), one.parties.get(role, words) if role in PARTY_ROLES else words)
            )
    written = item.words["number"].exact if "number" in item.words else ""
    if item.interval and interval_words(item.interval) != written:
        facts.append((str(ROLE_NAMES["number"]), interval_words(item.interval)))
    return Drawn(
        row=row,
        kind=str(KIND_NAMES[row.kind]),
        state=str(STATE_NAMES[row.state]),
        quote=" ".join(item.quote.exact.split()),
        facts=facts,
        labels=[(str(LABEL_NAMES[name]), str(LABEL_NAMES[value])) for name, value in item.labels.items()],
        when=item.when.edtf if item.when else "",
        basis=basis_words(item.when_basis),
        parties=dict(one.parties),
    )
