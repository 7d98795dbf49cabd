from amanat.cli.demonstration.story import PEOPLE, REPORTS

STATES = {"acknowledged", "message", "closed"}


def test_only_people_of_the_organisation_who_may_read_act_on_reports() -> None:
    readers = {person.sign_in for person in PEOPLE if person.role != "administrator"}
    assert {step.by for report in REPORTS for step in report.steps} <= readers | {None}


def test_there_are_six_reports_in_different_states_and_two_show_their_words() -> None:
    assert len(REPORTS) == 6
    assert sum(report.show_words for report in REPORTS) == 2
    assert sum(report.without_script for report in REPORTS) == 1
    assert {step.kind for report in REPORTS for step in report.steps} == STATES
    assert sum(not report.steps for report in REPORTS) >= 2


def test_a_report_is_acknowledged_before_anything_else_and_closed_last() -> None:
    for steps in (report.steps for report in REPORTS if report.steps):
        assert steps[0].kind == "acknowledged"
        assert "closed" not in {step.kind for step in steps[:-1]}
