"""The gate: nothing passes without the exact words, in one sentence, with values worked out here."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.record.gate import Dropped, Gate, Item, names_in
from amanat.record.proposal import KINDS, LABELS, ROLES, Author, Proposal
from amanat.record.reading import read_source
from record_makers import BILAL, proposal_of, source_of, span_of

TEXT = (
    "On 14 April 2011 the weir fell. The next day the union said that at least 280 houses were lost. "
    "The council asked the ministry for a list. The ministry refused, because it had none. "
    "The injured were Ana Bel, Tor Vint and Ilo Karr. The weir fell. It was late. The weir fell."
)
SOURCE = source_of(TEXT)
DOC = read_source(SOURCE)
GATE = Gate(SOURCE, DOC)
ASSERTS = {"stance": "asserts"}


def reason(proposal: Proposal) -> str:
    found = GATE.check(proposal)
    assert isinstance(found, Dropped), found
    return found.reason


def test_a_statement_of_exact_words_passes_with_its_date_counted():
    quote = "The next day the union said that at least 280 houses were lost"
    roles = {"speaker": "the union", "content": "at least 280 houses were lost", "when": "The next day"}
    item = GATE.check(proposal_of(DOC, "statement", quote, ASSERTS, **roles))
    assert isinstance(item, Item)
    assert item.when is not None
    assert (item.when.edtf, item.when_basis) == ("2011-04-15", "counted from “14 April 2011”")
    assert item.words["speaker"].exact == "the union"
    assert item.id == GATE.check(proposal_of(DOC, "statement", quote, ASSERTS, **roles)).id
    assert len(item.id) == 32


def test_a_number_is_worked_out_from_its_words():
    roles = {"number": "at least 280", "counted": "houses"}
    item = GATE.check(proposal_of(DOC, "figure", "at least 280 houses were lost", **roles))
    assert isinstance(item, Item)
    assert item.interval is not None
    assert (item.interval.low, item.interval.high, item.interval.hedge) == (280, None, "at least")


def test_names_are_counted_and_an_answer_is_linked():
    roles = {"names": "Ana Bel, Tor Vint and Ilo Karr", "outcome": "injured"}
    quote = "The injured were Ana Bel, Tor Vint and Ilo Karr."
    item = GATE.check(proposal_of(DOC, "harm", quote, {"outcome": "injured"}, **roles))
    assert isinstance(item, Item)
    assert (item.interval.low, item.names) == (3, ("Ana Bel", "Tor Vint", "Ilo Karr"))
    asked = "The council asked the ministry for a list"
    quote = "The ministry refused, because it had none"
    roles = {"asked": "The ministry", "reason": "it had none"}
    found = GATE.check(proposal_of(DOC, "referral", quote, {"outcome": "refused"}, asked, **roles))
    assert isinstance(found, Item)
    assert found.answers.exact == asked


def change(**changes) -> Proposal:
    quote = "the union said that at least 280 houses were lost"
    good = proposal_of(
        DOC, "statement", quote, ASSERTS, speaker="the union", content="at least 280 houses were lost"
    )
    return replace(good, **changes)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "rumour"}, "not a kind"),
        ({"labels": {}}, "label is missing"),
        ({"labels": {"stance": "lies"}}, "not in the list of stance"),
        ({"labels": {"stance": "asserts", "truth": "yes"}}, "label is missing or not one"),
        ({"spans": {}}, "role that is needed"),
        ({"spans": {"content": (0, 5), "mood": (0, 5)}}, "not a role"),
        ({"spans": {"content": (0, 16)}}, "not in the sentence of the quote"),
        ({"quote": (0, 60)}, "not inside one sentence"),
        ({"quote": (1, 30)}, "inside a word"),
        ({"quote": (5, 10**7)}, "outside the text"),
        ({"answers": (0, 30)}, "only an answer"),
    ],
)
def test_what_is_not_in_order_is_dropped_with_a_reason(changes, why):
    assert why in reason(change(**changes))


def test_dates_numbers_and_names_that_are_none_are_dropped():
    spans = {"content": span_of(DOC, "at least 280 houses were lost"), "when": span_of(DOC, "the union")}
    assert "no date" in reason(change(spans=spans))
    assert "no number" in reason(proposal_of(DOC, "figure", "at least 280 houses were lost", number="houses"))
    roles = {"names": "Ana Bel", "outcome": "injured"}
    quote = "The injured were Ana Bel, Tor Vint and Ilo Karr."
    assert "list of names" in reason(proposal_of(DOC, "harm", quote, {"outcome": "injured"}, **roles))


def test_words_that_stand_in_several_places_must_be_told_apart():
    twice = "The same words here.\n\n" * 40
    source = source_of(twice)
    doc = read_source(source)
    found = Gate(source, doc).check(Proposal("event", (0, 19), {"what": (0, 19)}, BILAL))
    assert isinstance(found, Dropped)
    # The two short sentences above are told apart by the words round them.
    late = DOC.text.rindex("The weir fell")
    proposal = Proposal("event", (late, late + 13), {"what": (late, late + 13)}, BILAL)
    assert isinstance(GATE.check(proposal), Item)


def test_another_source_is_refused():
    with pytest.raises(Malformed, match="another source"):
        Gate(source_of(TEXT + " "), DOC)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("Ana Bel and Tor Vint", 2),
        ("Ana Bel (12), Tor Vint, 14, and Ilo Karr", 3),
        ("the weir and the bridge", 0),
        ("Ana Bel", 0),
    ],
)
def test_names_are_counted_only_in_a_list_of_names(words, count):
    assert len(names_in(words)) == count


SPANS = st.tuples(st.integers(-5, len(TEXT) + 5), st.integers(-5, len(TEXT) + 5))
ANYTHING = st.builds(
    Proposal,
    kind=st.sampled_from([*KINDS, "x"]),
    quote=SPANS,
    spans=st.dictionaries(
        st.sampled_from(sorted({role for roles in ROLES.values() for role in roles})), SPANS, max_size=4
    ),
    author=st.just(Author("rule:any", "1")),
    labels=st.sampled_from([{}, ASSERTS, {"outcome": "asked"}, {"outcome": "killed"}]),
    answers=st.none() | SPANS,
)


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_whatever_is_proposed_passes_whole_or_is_dropped(proposal):
    found = GATE.check(proposal)
    if isinstance(found, Item):
        assert DOC.text[found.quote.start : found.quote.end] == found.quote.exact
        assert set(found.labels) == set(LABELS[found.kind])
    else:
        assert found.reason
