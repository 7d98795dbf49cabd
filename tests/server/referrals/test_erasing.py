from pathlib import Path
from typing import Any

import pytest

from amanat.errors import Conflict
from amanat.receipt.chain import Chain
from amanat.receipt.referring import Referring
from amanat.server.cases.actions.proposing import erase, propose
from amanat.server.ledger.models import Entry
from amanat.server.referrals.actions.referrals import hand_onward, keep_draft, take_step
from amanat.server.referrals.models import Draft, Referral, Step
from amanat.server.referrals.queries.referrals import for_letter, for_reporter
from amanat.strict import decode_base64
from server.cases.casework import Work, opened, said
from server.makers import NOW, Person, found, make_person, report_of
from server.referrals.places import make_institution
from server.referrals.sending import onward_of, refer, referral_row, step_of

pytestmark = pytest.mark.django_db


def seal_of(chain: Chain) -> bytes:
    return Referring(chain.keys.thread_key).package(institution="Police")


class Place:
    """A case held by two, one referral with a step, one that it was handed on to, and a draft."""

    def __init__(self) -> None:
        found()
        self.bilal, self.farah = make_person(), make_person("farah")
        self.work: Work = opened(self.bilal, self.farah)
        police = make_institution()
        chain = self.work.chains[0]
        self.ours: Referring = refer(self.bilal, chain, police, kept=seal_of(chain))
        take_step(by=None, now=NOW, referral=self.row, step=step_of(self.ours, "delivered"))
        self.onward, made = onward_of(self.ours, make_institution("Court", kind="court"))
        step = step_of(self.ours, "transferred")
        hand_onward(by=None, now=NOW, referral=self.row, step=step, made=made)
        keep_draft(by=self.bilal.member, now=NOW, report=report_of(chain), sealed=bytes(made.package))

    @property
    def row(self) -> Referral:
        return referral_row(self.ours)

    def erase(self, by: Person | None = None) -> None:
        asked: dict[str, Any] = {"now": NOW, "case_id": self.work.case_id}
        propose(by=self.bilal.member, kind="erase", reason="law", **asked)
        events = [said(self.work.chains[0], "content_erased")]
        erase(by=(by or self.farah).member, events=events, **asked)


@pytest.fixture
def place(data_folder: Path) -> Place:
    return Place()


def sealed(place: Place) -> list[bytes]:
    rows = Referral.objects.values_list("package", "kept")
    steps = Step.objects.values_list("head", "body")
    return [bytes(part) for row in (*rows, *steps) for part in row]


def test_an_erasure_empties_every_package_letter_draft_and_step_and_keeps_rows_and_leaves(
    place: Place,
) -> None:
    leaves = [bytes(step.entry.leaf) for step in Step.objects.order_by("seq")]
    entries = Entry.objects.count()
    place.erase()
    assert set(sealed(place)) == {b""}
    assert not Draft.objects.exists()
    assert (Referral.objects.count(), Step.objects.count()) == (2, 2)
    assert [bytes(step.entry.leaf) for step in Step.objects.order_by("seq")] == leaves
    assert Entry.objects.count() == entries + 1
    assert place.row.state == "transferred"


def test_whoever_looks_afterwards_finds_the_leaves_and_no_word(place: Place) -> None:
    place.erase()
    leaves = [bytes(step.entry.leaf) for step in Step.objects.order_by("seq")]
    shown = for_reporter(place.work.chains[0].keys.locator)["referrals"]
    assert [decode_base64(step["leaf"]) for row in shown for step in row["steps"]] == leaves
    assert {step["head"] for row in shown for step in row["steps"]} == {""}
    letter = for_letter(place.row)
    assert letter["package"] == ""


def test_a_leaf_is_shown_only_in_place_of_what_was_erased(place: Place) -> None:
    shown = for_reporter(place.work.chains[0].keys.locator)["referrals"]
    assert not any("leaf" in step for row in shown for step in row["steps"])


def test_nothing_is_written_to_a_referral_whose_case_was_erased(place: Place) -> None:
    place.erase()
    entries, court = Entry.objects.count(), referral_row(place.onward)
    with pytest.raises(Conflict, match="erased"):
        take_step(by=None, now=NOW, referral=court, step=step_of(place.onward, "answered"))
    report = report_of(place.work.chains[0])
    with pytest.raises(Conflict, match="erased"):
        keep_draft(by=place.bilal.member, now=NOW, report=report, sealed=bytes(1024))
    assert Entry.objects.count() == entries
    assert set(sealed(place)) == {b""}
    assert not Draft.objects.exists()


def test_an_erasure_that_is_refused_leaves_every_word(place: Place) -> None:
    before = sealed(place)
    with pytest.raises(Exception, match="two people"):
        place.erase(by=place.bilal)
    assert sealed(place) == before
    assert Draft.objects.exists()
