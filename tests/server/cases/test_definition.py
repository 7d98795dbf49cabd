import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.server.cases.definition import DEFAULT, Definition, parse, read
from amanat.server.checks import check_case_form

LABEL = {"en": "x", "ur": "ایکس"}


def form(**change: Any) -> dict[str, Any]:
    field = {"name": "title", "kind": "line", "private": "case", "label": LABEL, **change.pop("field", {})}
    case = {"name": "case", "label": LABEL, "add": LABEL, "single": True, "fields": [field]}
    document = {"name": "document", "label": LABEL, "add": LABEL, "attach": True, "fields": []}
    whole = {"version": 1, "sections": [case, document], "figures": {"categories": [], "districts": []}}
    return {**whole, **change}


def written(value: Any) -> bytes:
    # JSON is YAML, and it writes no aliases.
    return json.dumps(value).encode()


def test_the_form_we_ship_has_what_the_issue_asks_for() -> None:
    found = read(DEFAULT)
    assert {section.name for section in found.sections} >= {
        *("case", "person", "event", "harm", "need", "plan", "note", "safety", "document")
    }
    fields = {(section.name, field.name): field for section in found.sections for field in section.fields}
    assert fields["person", "name"].private == fields["person", "contact"].private == "identity"
    assert {choice.name for choice in fields["need", "kind"].choices} == {
        *("safety", "medical", "legal", "psychosocial")
    }
    assert fields["event", "date"].kind == "date"


def test_labels_are_given_in_one_language() -> None:
    english, urdu = (read(DEFAULT).in_language(language) for language in ("en", "ur"))
    assert (english["sections"][1]["label"], urdu["sections"][1]["label"]) == ("People", "لوگ")
    assert english["sections"][1]["fields"][0]["choices"][0] == {"name": "child", "label": "Child"}
    assert read(DEFAULT).in_language("xx") == english


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"version": 2}, "form version"),
        ({"version": True}, "form version"),
        ({"more": 1}, "form"),
        ({"sections": []}, "sections"),
        ({"sections": {}}, "sections"),
        ({"figures": {}}, "figures"),
        ({"figures": {"categories": ["x"], "districts": []}}, "figures.categories[0]"),
        ({"field": {"kind": "picture"}}, "sections[0].fields[0].kind"),
        ({"field": {"private": "public"}}, "sections[0].fields[0].private"),
        ({"field": {"name": "Title"}}, "sections[0].fields[0].name"),
        ({"field": {"label": "x"}}, "sections[0].fields[0].label"),
        ({"field": {"label": {"en": "x", "ur": " "}}}, "sections[0].fields[0].label"),
        ({"field": {"kind": "choice"}}, "sections[0].fields[0]"),
        ({"field": {"kind": "row"}}, "sections[0].fields[0]"),
        ({"field": {"kind": "row", "of": "nowhere"}}, "case.title.of"),
        ({"field": {"choices": [{"name": "x", "label": LABEL}]}}, "sections[0].fields[0]"),
        ({"field": {"required": 1}}, "sections[0].fields[0].required"),
    ],
)
def test_a_mistake_is_named_with_its_place(change: dict[str, Any], where: str) -> None:
    assert isinstance(parse(written(form())), Definition)
    with pytest.raises(Malformed) as caught:
        parse(written(form(**change)))
    assert caught.value.where == where


@pytest.mark.parametrize(
    "data",
    [
        b"a: &x [1]\nb: *x\n",
        b"version: 1\nversion: 1\n",
        b"!!python/object:os.system {}",
        b"a: [",
        b"\xff",
        b"{" * 3000,
    ],
)
def test_yaml_that_is_more_than_plain_values_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse(data)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_a_form_or_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse(data)


def test_a_form_that_is_none_is_a_system_check(settings, tmp_path: Path) -> None:
    settings.AMANAT_CASE_FORM = str(tmp_path / "form.yaml")
    (missing,) = check_case_form()
    (tmp_path / "form.yaml").write_bytes(written(form(version=7)))
    (wrong,) = check_case_form()
    assert missing.id == wrong.id == "amanat.E015"
    assert "form version" in wrong.msg
    (tmp_path / "form.yaml").write_bytes(written(form()))
    assert check_case_form() == []
