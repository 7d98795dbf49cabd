from pathlib import Path

import pytest

from amanat.server.cases import sections
from amanat.server.cases.sections import Section, draw, on_case, register, register_on_case
from server.makers import found, make_person, received, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_registered", {})
    monkeypatch.setattr(sections, "_registered_on_case", {})
    found()


def test_a_stage_adds_a_section_that_is_filled_for_each_report_and_member() -> None:
    bilal, report = make_person().member, report_of(received())
    register(Section("a.html", "a.js", lambda row, who: {"of": (row.pk, who.pk)}))
    register(Section("b.html", "b.js"))
    first, second = draw(report, bilal)
    assert (first.template, first.script, first.values) == ("a.html", "a.js", {"of": (report.pk, bilal.pk)})
    assert (second.template, second.values) == ("b.html", {})


def test_the_same_section_registered_twice_is_drawn_once() -> None:
    bilal, report = make_person().member, report_of(received())
    register(Section("a.html", "a.js"))
    register(Section("a.html", "other.js"))
    assert [part.script for part in draw(report, bilal)] == ["other.js"]


def test_a_section_of_a_case_stands_once_in_the_order_of_the_stages() -> None:
    register_on_case("a.html", "a.js")
    register_on_case("b.html", "b.js")
    register_on_case("a.html", "other.js")
    assert [(part.template, part.script) for part in on_case()] == [
        ("a.html", "other.js"),
        ("b.html", "b.js"),
    ]
