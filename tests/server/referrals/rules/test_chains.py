"""Chains against an oracle that replays the days one by one and shares no code with the rules."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amanat.server.referrals.rules.chains import (
    Finding,
    Link,
    findings,
    holders,
    in_conflict,
    proposals,
)

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
LAST = 40
MINISTRY, COURT, POLICE, COMMISSION, NOBODY = 1, 2, 3, 4, 9


def on(day: int) -> datetime:
    return BEGIN + timedelta(days=day)


def found(
    *links: Link, named: set[int] = frozenset(), overseers: dict[int, int | None] | None = None
) -> list:
    all_of = findings(links, named=named, overseers=overseers or {}, now=on(LAST))
    return [(finding.kind, finding.referral, finding.other) for finding in all_of]


def test_a_court_that_refuses_because_the_police_investigate_who_do_nothing() -> None:
    asked = Link("a", MINISTRY, on(0), on(2), "transferred")
    court = Link("b", COURT, on(2), on(9), "refused", parent="a", cites=POLICE)
    assert found(asked, court) == [("hollow", "b", POLICE)]
    open_case = Link("c", POLICE, on(1))
    assert found(asked, court, open_case) == []
    closed_later = Link("c", POLICE, on(1), on(20), "answered")
    assert found(asked, court, closed_later) == [("hollow", "b", POLICE)]
    closed_before = Link("c", POLICE, on(1), on(8), "answered")
    assert found(asked, court, closed_before) == [("hollow", "b", POLICE)]


def test_a_refusal_that_cites_nobody_or_itself_is_no_bounce() -> None:
    assert found(Link("a", COURT, on(0), on(2), "refused")) == []
    assert found(Link("a", COURT, on(0), on(2), "refused", cites=COURT)) == []
    assert found(Link("a", COURT, on(0), on(2), "answered", cites=POLICE)) == []


def test_a_request_that_returns_is_named_and_a_second_request_to_the_same_body_is_not() -> None:
    chain = [
        Link("a", MINISTRY, on(0), on(1), "transferred"),
        Link("b", COURT, on(1), on(2), "transferred", parent="a"),
        Link("c", MINISTRY, on(2), parent="b"),
    ]
    assert found(*chain) == [("return", "c", MINISTRY)]
    assert found(chain[0], Link("d", MINISTRY, on(5))) == []


def test_parents_in_a_circle_or_unknown_do_not_hang() -> None:
    circle = [Link("a", MINISTRY, on(0), parent="b"), Link("b", COURT, on(1), parent="a")]
    assert found(*circle) == []
    assert found(Link("a", MINISTRY, on(0), parent="nowhere")) == []


def test_a_lapse_is_found_at_its_due_date_whether_an_answer_came_later_or_never() -> None:
    assert found(Link("a", POLICE, on(0), due=on(LAST))) == [("lapse", "a", None)]
    assert found(Link("a", POLICE, on(0), on(9), "answered", due=on(9))) == [("lapse", "a", None)]
    assert found(Link("a", POLICE, on(0), on(8), "answered", due=on(9))) == []
    assert found(Link("a", POLICE, on(0), due=on(LAST + 1))) == []


def test_an_institution_is_in_conflict_when_it_or_one_above_it_is_named() -> None:
    overseers: dict[int, int | None] = {POLICE: MINISTRY, MINISTRY: None, COURT: None}
    assert in_conflict(POLICE, named={MINISTRY}, overseers=overseers) == MINISTRY
    assert in_conflict(POLICE, named={POLICE, MINISTRY}, overseers=overseers) == POLICE
    assert in_conflict(MINISTRY, named={POLICE}, overseers=overseers) is None
    assert found(Link("a", POLICE, on(0)), named={POLICE}) == [("conflict", "a", POLICE)]


def test_the_next_independent_body_is_first_whoever_oversees_then_others_that_take_it() -> None:
    overseers: dict[int, int | None] = {POLICE: MINISTRY, MINISTRY: COMMISSION, COURT: None}
    everybody = [COURT, COMMISSION, MINISTRY, POLICE, NOBODY]
    rest = {"takes": everybody, "overseers": overseers}
    assert proposals(POLICE, named={POLICE}, **rest) == (MINISTRY, COMMISSION, COURT, NOBODY)
    assert proposals(POLICE, named={POLICE, MINISTRY}, **rest) == (COMMISSION, COURT, NOBODY)
    assert proposals(POLICE, named={POLICE, COMMISSION}, **rest) == (COURT, NOBODY)
    had = frozenset({MINISTRY, COURT})
    assert proposals(POLICE, named={POLICE}, had_it=had, **rest) == (COMMISSION, NOBODY)
    assert proposals(POLICE, takes=[POLICE], named={POLICE}, overseers=overseers) == ()


def test_it_is_held_by_whoever_has_it_open_or_by_us() -> None:
    assert holders([]) == ()
    assert holders([Link("b", COURT, on(3)), Link("a", POLICE, on(1)), Link("c", COURT, on(4))]) == (
        POLICE,
        COURT,
    )
    assert holders([Link("a", POLICE, on(1), on(2), "refused")]) == ()


bodies = st.integers(1, 8)
days = st.integers(0, LAST)


@st.composite
def chains(draw: st.DrawFn) -> list[Link]:
    """Up to ten referrals among up to eight institutions, each perhaps gone onward from an earlier one."""
    links: list[Link] = []
    for number in range(draw(st.integers(1, 10))):
        parent = draw(st.sampled_from([None, *links])) if links else None
        sent = draw(st.integers(0, LAST - 1))
        closed = draw(st.none() | st.integers(sent, LAST))
        outcome = draw(st.sampled_from(["answered", "refused", "transferred"])) if closed is not None else ""
        link = Link(
            f"r{number}",
            draw(bodies),
            on(sent),
            None if closed is None else on(closed),
            outcome,
            parent.referral if parent else None,
            draw(st.none() | bodies) if outcome == "refused" else None,
            draw(st.none() | st.integers(sent + 1, LAST + 5).map(on)),
        )
        links.append(link)
    return links


def oracle(links: list[Link], named: set[int], overseers: dict[int, int | None]) -> set[Finding]:
    """Replays every day: what is open, who has had it, what is over."""
    expected: set[Finding] = set()
    hollow: set[str] = set()
    for day in range(LAST + 1):
        now = on(day)
        for link in links:
            answered_by_now = link.closed is not None and link.closed < now
            if link.due == now and not answered_by_now:
                expected.add(Finding("lapse", link.referral, link.institution, now))
            refused = link.outcome == "refused" and link.closed is not None and link.closed <= now
            if refused and link.cites not in (None, link.institution) and link.referral not in hollow:
                works = [
                    other
                    for other in links
                    if other.institution == link.cites
                    and other.sent <= now
                    and (other.closed is None or other.closed > now)
                ]
                if not works:
                    hollow.add(link.referral)
                    expected.add(Finding("hollow", link.referral, link.institution, now, link.cites))
    known = {link.referral: link for link in links}
    for link in links:
        had, above = [], link.parent
        while above:
            had.append(known[above].institution)
            above = known[above].parent
        if link.institution in had:
            expected.add(Finding("return", link.referral, link.institution, link.sent, link.institution))
        body: int | None = link.institution
        for _ in range(9):
            if body in named:
                expected.add(Finding("conflict", link.referral, link.institution, link.sent, body))
                break
            body = overseers.get(body) if body else None
    return expected


@given(
    chains(),
    st.sets(bodies, max_size=3),
    # Who oversees has a higher number: no circles, as the database has none.
    st.dictionaries(st.integers(1, 7), st.integers(1, 8), max_size=7).map(
        lambda given: {body: above for body, above in given.items() if above > body}
    ),
    st.randoms(),
)
def test_every_lapse_bounce_and_conflict_is_found_and_none_is_invented(
    links: list[Link], named: set[int], overseers: dict[int, int | None], shuffler
) -> None:
    expected = oracle(links, named, overseers)
    shuffler.shuffle(links)
    actual = findings(links, named=named, overseers=overseers, now=on(LAST))
    assert len(actual) == len(set(actual))
    assert set(actual) == expected
    assert list(actual) == sorted(actual, key=lambda finding: (finding.at, finding.referral, finding.kind))
