from amanat.server.referrals.rules.institutions import closes_a_circle, oversight

OVER: dict[int, int | None] = {1: 2, 2: 3, 3: None, 7: 8, 8: 7}


def test_oversight_is_told_from_the_nearest_up() -> None:
    assert oversight(1, OVER) == (2, 3)
    assert oversight(3, OVER) == ()
    assert oversight(99, OVER) == ()


def test_a_circle_that_is_there_already_does_not_hang() -> None:
    assert oversight(7, OVER) == (8,)


def test_nobody_comes_to_oversee_themselves() -> None:
    assert closes_a_circle(3, 1, OVER)
    assert closes_a_circle(1, 1, OVER)
    assert not closes_a_circle(1, 3, OVER)
    assert not closes_a_circle(1, None, OVER)
