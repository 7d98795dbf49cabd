import pytest
from django.utils import translation

from amanat.record.figures import Reason
from amanat.record.numberwords import Interval
from amanat.record.proposal import KINDS, LABELS, ROLES
from amanat.server.accounts.models import Member
from amanat.server.statements.queries.records import record
from amanat.server.statements.rules import states, wording
from server.statements.shelf import children, make_record, make_source

pytestmark = pytest.mark.django_db


def test_everything_that_can_be_said_has_its_words() -> None:
    assert set(wording.KIND_NAMES) == set(KINDS)
    assert set(wording.STATE_NAMES) == set(states.STATES)
    assert set(wording.DEED_NAMES) == set(states.DEEDS)
    assert {role for roles in ROLES.values() for role in roles} <= set(wording.ROLE_NAMES)
    labels = {value for kind in LABELS.values() for values in kind.values() for value in values}
    assert labels <= set(wording.LABEL_NAMES)
    with translation.override("ur"):
        assert "280" in wording.interval_words(Interval(280, None))
        assert "which" not in wording.reason_words(Reason("counts unsaid", 1, "films"))


def test_a_record_says_how_much_is_in_it(bilal: Member) -> None:
    made = make_record(bilal)
    children(bilal, make_source(bilal, made))
    found = record(made.pk)
    assert (found.source_count, found.waiting, found.shown) == (1, 0, 1)
