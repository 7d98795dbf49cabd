"""Anchors: exact, whole words, one place; found again once on a new version, or left to a person."""

import pytest

from amanat.errors import Conflict, Malformed, NotFound
from amanat.record.anchor import Anchor, Orphan, anchor_at, find, refind
from record_makers import reading_of, span_of

TEXT = (
    "The council met on 3 May. About 1,200 residents were moved, and 3.5 per cent of non-residents stayed.\n\n"  # noqa: E501
    "The court's clerk didn't answer. The council met on 3 June. The offi\u00adcer left at −5°, for $400 (25%)."  # noqa: E501
)
DOC = reading_of(TEXT)


@pytest.mark.parametrize(
    ("quote", "kept"),
    [
        ("About 1,200 residents were moved", True),
        ("200 residents were moved", False),
        ("bout 1,200 residents", False),
        ("residents stayed. The court", False),
        ("residents were move", False),
        ("residents stayed", False),
        ("non-residents stayed", True),
        ("stayed.\n\nThe court's clerk", True),
        ("s clerk didn't answer", False),
        ("court's clerk did", False),
        ("The officer left at -5", False),
        ("The officer left at -5°", True),
        ("5°, for $400 (25%)", False),
        ("400 (25%).  ", False),
        ("for $400 (25%)", True),
        ("for $400 (25", False),
        ("5 per cent of non-residents", False),
        ("THE COUNCIL MET ON 3 MAY", False),
    ],
)
def test_whole_words_and_whole_numbers_only(quote, kept):
    if kept:
        span = find(DOC, quote)
        assert anchor_at(DOC, span).exact == DOC.text[slice(*span)]
    else:
        with pytest.raises((NotFound, Malformed)):
            find(DOC, quote)


def test_the_sources_own_characters_come_back():
    span = find(DOC, "The officer left")
    assert DOC.text[slice(*span)] == "The offi\u00adcer left"


def test_too_short_and_several_places_are_refused():
    with pytest.raises(Malformed, match="fewer than 12"):
        find(DOC, "The council")
    with pytest.raises(Conflict, match="2 places"):
        find(DOC, "The council met on 3")
    assert find(DOC, "The council met on 3", suffix=" June")[0] == DOC.text.index("The council met on 3 June")
    assert find(DOC, "The council met on 3", prefix="answer. ")[0] == DOC.text.index(
        "The council met on 3 June"
    )
    with pytest.raises(NotFound):
        find(DOC, "The council met on 3", suffix=" July")


def test_one_place_inside_a_span_may_be_asked_for():
    first = (0, 30)
    assert find(DOC, "The council met on 3", within=first) == (0, 20)


@pytest.mark.parametrize("span", [(-1, 5), (5, 5), (0, 10**6), (1, 11), (4, 7)])
def test_a_span_outside_or_inside_a_word_is_no_anchor(span):
    with pytest.raises(Malformed):
        anchor_at(DOC, span)


def test_an_anchor_carries_both_hashes_and_its_place():
    anchor = anchor_at(DOC, span_of(DOC, "1,200 residents"))
    assert (anchor.text_sha256, anchor.source_sha256) == (DOC.sha256, DOC.source_sha256)
    assert anchor.prefix.endswith("3 May. About ")
    (place,) = anchor.places
    assert TEXT[place.start : place.end] == "1,200 residents"


def test_a_new_version_finds_it_once_or_leaves_an_orphan():
    anchor = anchor_at(DOC, span_of(DOC, "About 1,200 residents were moved"))
    moved = refind(reading_of(f"A new first line.\n\n{TEXT}"), anchor)
    assert isinstance(moved, Anchor)
    assert moved.start > anchor.start
    changed = refind(reading_of(TEXT.replace("1,200", "1,300")), anchor)
    assert changed == Orphan(anchor, "the words are not there any more")
    twice = refind(reading_of(f"{TEXT}\n\n{TEXT}"), anchor)
    assert twice == Orphan(anchor, "the words are in several places now")


URDU = "کمیشن نے کہا کہ ۲۸۰ بچے متاثر ہوئے۔ وزیر نے کہا کہ کوئی واقعہ درج نہیں ہوا۔"


def test_urdu_is_matched_with_marks_folded_and_joiners_kept():
    doc = reading_of(f"\u202b{URDU}\u202c")
    assert find(doc, "کوئی واقعہ درج نہیں ہوا۔")
    assert find(doc, "\u2067کمیشن نے کہا کہ\u2069 ۲۸۰ بچے")
    with pytest.raises(NotFound):
        find(doc, "کوئی واقعہ درج ہوا۔")
    with pytest.raises(NotFound):
        find(doc, "کمیشن نے کہا کہ ۲۹۰ بچے")
    with pytest.raises(NotFound):
        find(doc, "۸۰ بچے متاثر ہوئے")
    joined = reading_of("یہ خانہ\u200cجنگی کے بارے میں ہے۔")
    assert find(joined, "خانہ\u200cجنگی کے بارے")
    with pytest.raises(NotFound):
        find(joined, "خانہجنگی کے بارے میں")
    with pytest.raises(NotFound):
        find(joined, "جنگی کے بارے میں ہے")


def test_marks_between_letters_do_not_make_a_boundary():
    doc = reading_of("The non\u00ad\u200bresidents were counted at last.")
    with pytest.raises(NotFound):
        find(doc, "residents were counted")
