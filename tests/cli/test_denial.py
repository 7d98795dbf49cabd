"""Every attack of an insider is seen from outside, and the test itself would notice if one were not."""

from pathlib import Path

import pytest

from amanat.cli.denial import attacks
from amanat.cli.denial.stage import stage
from amanat.cli.main import main

pytestmark = pytest.mark.slow


def test_every_attack_is_detected_and_an_honest_server_raises_no_alarm(capsys) -> None:
    code = main(["denial-test", "--honest", "12"])
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert printed.count("detected      ") == len(attacks.ATTACKS)
    assert "7 of 7 attacks detected; no alarm in 12 honest operations" in printed


def test_an_attack_that_stays_hidden_is_reported_as_such(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    nothing = attacks.Attack("do nothing at all", lambda _server: None)
    monkeypatch.setattr("amanat.cli.denial_test.ATTACKS", (nothing,))
    assert main(["denial-test", "--honest", "1"]) == 1
    assert "NOT DETECTED  do nothing at all" in capsys.readouterr().out


def test_without_a_witness_a_second_history_would_be_believed(tmp_path: Path) -> None:
    with stage(tmp_path / "stage") as server:
        policy = server.folder / "policy.txt"
        policy.write_text(policy.read_text().replace("quorum witness.example", "quorum none"))
        assert attacks.show_two_histories(server) is None
