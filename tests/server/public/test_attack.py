"""Nobody finds out a hidden count: integer programming over all tables and releases fails."""

from collections.abc import Sequence
from random import Random

import pytest

from amanat.server.public.rules.lines import THRESHOLD, Line, shown, to_lines
from amanat.server.public.rules.tally import OUTCOMES, Tally, check
from server.public.attack import Attack, nodes
from server.public.tallies import KINDS, tally_of


def series_of(tallies: Sequence[Tally]) -> list[list[Line]]:
    """The releases of these counts, one after the other."""
    found: list[list[Line]] = []
    for tally in tallies:
        found.append(to_lines(tally, found[-1] if found else ()))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_count_can_be_narrowed_to_fewer_than_five_values(seed: int) -> None:
    chance, tallies = Random(seed), []
    for _ in range(2):
        tallies.append(tally_of(chance, tallies[-1] if tallies else None, most=(2, 4, 7, 12)[seed]))
        check(tallies[-1])
    attack = Attack(series_of(tallies))
    for at in range(len(tallies)):
        for node in nodes():
            least, most = attack.range_of(node, at)
            assert most - least >= THRESHOLD - 1, (node, at, least, most)


def test_the_worst_growth_tells_nothing_either() -> None:
    """Twenty in one group, then four in each of five: floors that are summed would give all of them away."""
    parts = {"open": 20, "closed": 0, "merged": 0, "out_of_scope": 0}
    later = {"open": 8, "closed": 4, "merged": 4, "out_of_scope": 4}
    first, second = Tally(20, 20, parts), Tally(20, 4, later)
    attack = Attack([to_lines(first), to_lines(second)])
    for name in ("closed", "merged", "out_of_scope"):
        assert attack.range_of((f"reports.{name}", "", ""), 1) == (0, 4)


def test_the_attack_has_teeth() -> None:
    """The same referrals by outcome, rounded by themselves, would narrow a count: that is not published."""
    none = dict.fromkeys(("refused", "passed_on", "returned", "lapsed"), 0)
    kinds = {
        "police": {"answered": 1, "waiting": 4, **none},
        "other": {"answered": 4, "waiting": 0, **none},
    }
    parts = {"open": 5, "closed": 0, "merged": 0, "out_of_scope": 0}
    tally = Tally(5, 0, parts, sent=9, sent_to={"police": 5, "other": 4}, kinds=kinds)
    check(tally)
    attack, node = Attack([to_lines(tally)]), ("referrals.answered", "police", "")
    assert attack.range_of(node, 0) == (0, 4)
    attack.within(("referrals.answered", "", ""), 0, shown(5), shown(5) + 4)
    assert attack.range_of(node, 0) == (1, 4)


def test_exact_totals_beside_hidden_cells_would_give_a_cell_away() -> None:
    """What suppression without a complement would publish: the attack then finds the number itself."""
    parts = {"open": 9, "closed": 3, "merged": 0, "out_of_scope": 0}
    tally = Tally(12, 0, parts)
    attack, node = Attack([to_lines(tally)]), ("reports.closed", "", "")
    assert attack.range_of(node, 0) == (0, 4)
    for name, count in (("received", 12), ("merged", 0), ("out_of_scope", 0), ("open", 9), ("unread", 0)):
        attack.within((f"reports.{name}", "", ""), 0, count, count)
    assert attack.range_of(node, 0) == (3, 3)


def test_what_came_in_between_two_releases_is_not_given_away_unless_counts_are_exact() -> None:
    parts = {"open": 11, "closed": 0, "merged": 0, "out_of_scope": 0}
    first, second = Tally(11, 11, parts), Tally(12, 11, {**parts, "closed": 1})
    attack, node = Attack([to_lines(first), to_lines(second)]), ("reports.received", "", "")
    growth = attack.row(node, 1) - attack.row(node, 0)
    assert attack.range_along(growth) == (0, 4)
    attack.within(node, 0, 11, 11)
    attack.within(node, 1, 12, 12)
    assert attack.range_along(growth) == (1, 1)


def test_nine_of_each_kind_give_nothing_away_because_one_kind_is_never_shown() -> None:
    row = {**dict.fromkeys(OUTCOMES, 0), "answered": 9}
    kinds = dict.fromkeys(KINDS, row)
    parts = {"open": 9, "closed": 0, "merged": 0, "out_of_scope": 0}
    tally = Tally(9, 0, parts, sent=27, sent_to=dict.fromkeys(KINDS, 9), kinds=kinds)
    check(tally)
    attack, node = Attack([to_lines(tally)]), ("referrals.sent", "police", "")
    assert attack.range_of(node, 0) == (5, 9)
    attack.within(("referrals.sent", "other", ""), 0, 5, 9)
    assert attack.range_of(node, 0) == (7, 9)


def test_kinds_that_become_large_enough_do_not_tell_what_they_were() -> None:
    """Nothing sent goes away: if kinds were shown as soon as they have five, the others could only be few."""
    parts = {"open": 9, "closed": 0, "merged": 0, "out_of_scope": 0}

    def sent_to(police: int, court: int, other: int) -> Tally:
        counts = {"police": police, "court": court, "other": other}
        kinds = {kind: {**dict.fromkeys(OUTCOMES, 0), "waiting": count} for kind, count in counts.items()}
        tally = Tally(9, 0, parts, sent=sum(counts.values()), sent_to=counts, kinds=kinds)
        check(tally)
        return tally

    tallies, node = [sent_to(4, 4, 2), sent_to(5, 5, 2)], ("referrals.sent", "police", "")
    assert Attack([to_lines(tally) for tally in tallies]).range_of(node, 0) == (2, 4)
    held = series_of(tallies)
    assert Attack(held).range_of(node, 0) == (0, 4)
    # They are shown as soon as the whole has grown by as much.
    later = {line.kind: line.value for line in to_lines(sent_to(5, 5, 12), held[-1]) if "sent" in line.figure}
    assert later == {"": 20, "police": 5, "court": 5, "remainder": 10}
