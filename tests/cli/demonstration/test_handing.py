import pytest

from amanat import clock
from amanat.cli.demonstration.handing import make_institutions, make_referrals
from server.makers import FRESH, found, make_person, received, report_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_referrals_of_the_demonstration_are_in_several_states_and_one_has_lapsed(
    tmp_path, settings
) -> None:
    from amanat.server.ledger.actions import found_log
    from amanat.server.referrals.jobs import watch_clocks
    from amanat.server.referrals.queries.referrals import for_worker

    settings.AMANAT_DATA = tmp_path / "data"
    found_log(settings.AMANAT_DATA, origin="amanat.example/log", url="http://127.0.0.1")
    found()
    for name in ("bilal", "farah"):
        make_person(name)
    for _ in range(2):
        make_institutions()
    chains = [received(), received()]
    make_referrals(chains, FRESH)
    while watch_clocks(now=clock.now(), limit=100):
        pass
    states = [row["state"] for chain in chains for row in for_worker(report_of(chain))["referrals"]]
    assert states == ["transferred", "refused", "acknowledged", "lapsed"]
