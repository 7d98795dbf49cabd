"""Referrals of a record in a row: which answer belongs to which request, and where a matter comes back.

It draws nothing. An answer belongs to the request whose words it names; else it stands alone, and nothing is
guessed. A body that is asked although it has asked before in the same chain is a loop. Shown right by
`tests/server/statements/rules/test_timeline.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Link", "Step", "chain_of"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a referral item says: who asked whom, how it ended, when, the words it answers and its own, and
    in which source."""

    asker: str
    asked: str
    outcome: str
    edtf: str
    quote: str
    answers: str
    source: str


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the chain: the step's number, that of the request it answers or of the request that handed
    the matter to whoever asks here, and whether it comes back to somebody who asked before."""

    number: int
    parent: int | None
    depth: int
    loop: bool


def chain_of(steps: Sequence[Step]) -> list[Link]:
    """The rows in the order of the chain: each request, then its answers, then what its asked body asked."""
    parents = [_parent(number, steps) for number in range(len(steps))]
    found: list[Link] = []
    for number, parent in enumerate(parents):
        if parent is None:
            _add(found, number, steps, parents, ())
    return found


def _add(
    found: list[Link],
    number: int,
    steps: Sequence[Step],
    parents: Sequence[int | None],
    above: tuple[int, ...],
) -> None:
    step = steps[number]
    askers = {steps[one].asker for one in (*above, number)} - {""}
    loop = step.outcome == "asked" and step.asked in askers
    found.append(Link(number, parents[number], len(above), loop))
    for child, parent in enumerate(parents):
        if parent == number:
            _add(found, child, steps, parents, (*above, number))


def _parent(number: int, steps: Sequence[Step]) -> int | None:
    step = steps[number]
    if step.outcome != "asked":
        same = [n for n, other in enumerate(steps) if n != number and _answered(step, other)]
        return same[0] if same else None
    earlier = [
        n
        for n, other in enumerate(steps[:number])
        if other.outcome == "asked" and other.asked and other.asked == step.asker
    ]
    return earlier[-1] if earlier else None


def _answered(answer: Step, request: Step) -> bool:
    same = bool(answer.answers) and (answer.answers, answer.source) == (request.quote, request.source)
    return same and request.outcome == "asked"
