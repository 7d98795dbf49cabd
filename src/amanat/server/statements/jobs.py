"""What the worker does for records: lets the rules read each source once.

A source is noted before it is tried, so that one that stops the worker is given up after some tries. What the
rules propose goes through the gate; nothing is confirmed here. Shown right by
`tests/server/statements/test_jobs.py`.
"""

from datetime import datetime
from functools import lru_cache

from amanat.record.gate import Item
from amanat.record.propose import RuleProposer
from amanat.server.statements.actions.sources import begin_trying, keep_proposals
from amanat.server.statements.models import Source
from amanat.server.statements.queries.sources import gate_of, waiting
from amanat.server.statements.rules.states import MAX_TRIES

__all__ = ["propose"]


def propose(*, now: datetime, limit: int = 1) -> int:
    """Let the rules read the sources that wait, a few at a time, because the log must not; how many."""
    done = 0
    for row in waiting(limit, tries=MAX_TRIES):
        if begin_trying(source=row):
            source = Source.objects.select_related("brought_by", "origin", "replaces").get(pk=row.pk)
            _propose(now, source)
            done += 1
    return done


def _propose(now: datetime, source: Source) -> None:
    gate = gate_of(source)
    rules = _proposer()
    rules.published = gate.published
    checked = [gate.check(proposal) for proposal in rules.propose(gate.doc)]
    passed = [one for one in checked if isinstance(one, Item)]
    keep_proposals(now=now, source=source, passed=passed, dropped=len(checked) - len(passed))


@lru_cache(maxsize=1)
def _proposer() -> RuleProposer:
    """With the parser of English where it is installed; loaded once a process, at the first source."""
    return RuleProposer()
