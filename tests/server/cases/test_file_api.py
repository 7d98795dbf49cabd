"""The doors of the case files: JSON is read strictly, pages show nothing sealed, outsiders get nowhere."""

import re
import secrets
from pathlib import Path
from typing import Any

import pytest

from amanat.receipt.promise import open_promise
from amanat.server.cases.models import Case, Row
from amanat.server.ledger.queries import promise_verifier
from server.cases.casework import Work, opened, said
from server.cases.test_views import client_of, post
from server.makers import b64, found, make_person, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def grants_of(work: Work) -> list[dict[str, Any]]:
    return [
        {"member": "recovery" if member is None else member, "sealed": b64(sealed)}
        for member, sealed in work.grants().items()
    ]


def events_of(work: Work, kind: str = "assigned") -> list[dict[str, Any]]:
    events = [said(chain, kind) for chain in work.chains]
    return [
        {"report": e.report_id, "seq": e.seq, "leaf": b64(e.leaf), "sealed": b64(e.sealed)} for e in events
    ]


def opening(work: Work) -> dict[str, Any]:
    row = work.row(secrets.token_hex(16), 1, "title")
    links = [{"report": report, "sealed": b64(sealed)} for report, sealed in work.links().items()]
    whole = {"case": work.case_id, "grants": grants_of(work), "links": links, "events": events_of(work)}
    return {**whole, "row": row.row_id, "sealed": b64(row.sealed), "split_from": ""}


def test_a_case_is_opened_and_written_in_over_json_with_its_promises() -> None:
    bilal = make_person()
    client, work = client_of(bilal), Work([bilal], [received(bilal.recipient)])
    answer = post(client, "/staff/cases/open", opening(work))
    assert answer.status_code == 201
    (promise,) = answer.json()["promises"]
    open_promise(promise.encode(), promise_verifier())
    row = work.row(secrets.token_hex(16), 1)
    sent = {"generation": 1, "rows": [{"row": row.row_id, "revision": 1, "sealed": b64(row.sealed)}]}
    address = f"/staff/cases/{work.case_id}/"
    assert post(client, f"{address}rows", sent).status_code == 201
    assert post(client, f"{address}rows", sent).status_code == 201
    assert Row.objects.count() == 2
    part = work.part(row.row_id, 0)
    sent = {"generation": 1, "document": row.row_id, "number": 0, "sealed": b64(part)}
    assert post(client, f"{address}parts", sent).status_code == 201
    got = client.get(f"{address}parts/{row.row_id}/0")
    assert (got.content, got["Amanat-Generation"]) == (part, "1")
    assert client.get("/staff/cases/held.json").json() == {"cases": [work.case_id]}


@pytest.mark.parametrize(
    "change",
    [
        {"case": "x"},
        {"case": 1},
        {"grants": [{"member": "recovery"}]},
        {"grants": [{"member": "other", "sealed": ""}]},
        {"links": [["a", "b"]]},
        {"links": [{"report": "nowhere", "sealed": "AAAA"}]},
        {"events": [{"report": "x", "seq": True, "leaf": "", "sealed": ""}]},
        {"events": []},
        {"sealed": "not base64"},
        {"more": 1},
    ],
)
def test_what_is_not_as_it_must_be_is_refused_and_nothing_is_kept(change: dict[str, Any]) -> None:
    bilal = make_person()
    client, work = client_of(bilal), Work([bilal], [received(bilal.recipient)])
    assert post(client, "/staff/cases/open", {**opening(work), **change}).status_code == 400
    assert not Case.objects.exists()


ADDRESSES = (
    *("file.json", "rows", "parts", "parts/x/0", "state", "viewing", "release", "links", "merge", "grants"),
    *("remove", "resealed", "propose", "erase"),
)


def test_an_outsider_reads_and_writes_nothing_of_a_case() -> None:
    work, dan = opened(make_person()), make_person("dan")
    client, erum = client_of(dan), client_of(make_person("erum", "administrator"))
    bodies: dict[str, dict[str, Any]] = {
        "rows": {
            "generation": 1,
            "rows": [{"row": "0a" * 16, "revision": 1, "sealed": b64(work.part("x", 0))}],
        },
        "release": {"category": "", "district": ""},
        "propose": {"kind": "erase", "reason": "law"},
        "erase": {"events": []},
        "resealed": {"generation": 1, "values": []},
        "viewing": {"events": []},
        "grants": {"generation": 1, "grants": grants_of(work)},
    }
    for name in ADDRESSES:
        address = f"/staff/cases/{work.case_id}/{name}"
        for outsider in (client, erum):
            if name in {"file.json", "parts/x/0"}:
                assert outsider.get(address, HTTP_ACCEPT="application/json").status_code == 403, name
            elif name in bodies:
                assert post(outsider, address, bodies[name]).status_code == 403, name
    assert client.get(f"/staff/cases/{'0' * 32}/").status_code == 404
    page = client.get(f"/staff/cases/{work.case_id}/").content.decode()
    assert "You hold no key to this case" in page
    assert "case-file.js" not in page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_pages_are_drawn_for_holders_with_the_form_in_their_language(language: str) -> None:
    bilal = make_person()
    work, free = opened(bilal), received(bilal.recipient)
    client = client_of(bilal, headers={"accept-language": language})
    label = {"en": "People", "ur": "لوگ"}[language]
    page = client.get(f"/staff/cases/{work.case_id}/").content.decode()
    form = re.search(r'<script id="case-form" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert form
    assert label in form[1].encode().decode("unicode_escape" if "\\u" in form[1] else "utf-8")
    assert work.case_id in client.get("/staff/cases/").content.decode()
    assert client.get("/staff/cases/?state=open&mine=1&page=9&category=%22onload").status_code == 200
    assert "onload" not in client.get("/staff/cases/?category=%22onload").content.decode()
    assert client.get(f"/staff/cases/new/?report={free.report_id}").status_code == 200
    there = client.get(f"/staff/cases/new/?report={work.chains[0].report_id}")
    assert there.headers["Location"] == f"/staff/cases/{work.case_id}/"
    assert client.get(f"/staff/cases/{work.case_id}/recovery/").status_code == 200
    report = client.get(f"/staff/reports/{work.chains[0].report_id}/").content.decode()
    assert f"/staff/cases/{work.case_id}/" in report


def test_the_list_of_sixty_is_drawn_with_as_many_questions_as_of_one(django_assert_max_num_queries) -> None:
    bilal = make_person()
    opened(bilal)
    client = client_of(bilal)
    Case.objects.bulk_create(Case(id=f"{number:032x}", epoch=number) for number in range(60))
    with django_assert_max_num_queries(10):
        page = client.get("/staff/cases/").content.decode()
    assert len(re.findall(r"/staff/cases/[0-9a-f]{32}/", page)) == 20
