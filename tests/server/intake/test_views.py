import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from amanat.receipt.promise import open_promise
from amanat.sealing.keys import derive, locator_hash
from amanat.sealing.unseal import open_report
from amanat.sealing.words import from_words
from amanat.server.intake.models import Report
from amanat.server.ledger.queries import promise_verifier
from server.makers import Person, found, make_person

pytestmark = pytest.mark.django_db
TEXT = "Invented: somebody near the mill."
PAGES = [
    "/",
    "/report/",
    "/return/",
    "/log/",
    "/ur/",
    "/ur/report/",
    "/ur/return/",
    "/safety/",
    "/ur/safety/",
]


@pytest.fixture
def bilal(data_folder: Path) -> Person:
    found()
    return make_person()


def form_id(client: Client) -> str:
    page = client.get("/report/").content.decode()
    found = re.search(r'name="report_id" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def send(client: Client, **fields: str) -> Any:
    return client.post("/report/", {"report_id": form_id(client), "text": TEXT} | fields)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_neutral_and_keeps_nothing(client: Client, bilal: Person, address: str) -> None:
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r"<title>\s*Amanat\s*</title>", page)
    assert 'id="leave"' in page
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", PAGES)
def test_no_page_asks_anybody_else_for_anything(client: Client, bilal: Person, address: str) -> None:
    page = client.get(address).content.decode()
    for reference in re.findall(r'(?:src|href|action)="([^"]*)"', page):
        assert not re.match(r"(?:https?:)?//", reference), reference
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=", page)


def test_the_form_cannot_send_anything_where_scripts_run(client: Client, bilal: Person) -> None:
    page = client.get("/report/").content.decode()
    with_scripts = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    assert "<form" in page
    assert "<form" not in with_scripts
    assert 'type="submit"' not in with_scripts


def test_without_scripts_a_report_is_sealed_here_and_stored_only_sealed(
    client: Client, bilal: Person
) -> None:
    answer = send(client, where="Kot Zarin")
    page = answer.content.decode()
    assert answer.status_code == 201
    words = re.findall(r"<li>([a-z]+)</li>", page)
    keys = derive(from_words(" ".join(words)))
    report = Report.objects.get()
    assert bytes(report.locator_hash) == locator_hash(keys.locator)
    assert report.without_script
    body = open_report(bytes(report.sealed), str(bilal.identity))
    assert (body["payload"]["text"], body["payload"]["where"]) == (TEXT, "Kot Zarin")
    promise = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert promise
    assert open_promise(html.unescape(promise[1]).encode(), promise_verifier())
    assert "end-to-end" in page
    assert TEXT not in page
    assert not answer.cookies


def test_the_same_form_sent_twice_makes_one_report(client: Client, bilal: Person) -> None:
    sent = {"report_id": form_id(client), "text": TEXT}
    assert client.post("/report/", sent).status_code == 201
    again = client.post("/report/", sent)
    assert again.status_code == 409
    assert "before" in again.content.decode()
    assert Report.objects.count() == 1


def test_an_empty_form_comes_back_with_everything_that_was_written(client: Client, bilal: Person) -> None:
    answer = send(client, text="  ", where="Kot <Zarin>")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "NOT received" in page
    assert "Kot &lt;Zarin&gt;" in page
    assert Report.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [{"report_id": "x"}, {"report_id": ""}, {"text": "x" * 40_001}, {"where": "x" * 2001}, {"text": "a\0b"}],
)
def test_a_form_that_is_not_ours_is_refused(client: Client, bilal: Person, fields: dict[str, str]) -> None:
    assert send(client, **fields).status_code == 400
    assert Report.objects.count() == 0


@pytest.mark.parametrize("letter", ["ک", "🙏", "\n", '"'])
def test_the_longest_text_is_received_in_any_script(client: Client, bilal: Person, letter: str) -> None:
    text = "x" + letter * 39_998 + "x"
    assert send(client, text=text).status_code == 201
    body = open_report(bytes(Report.objects.get().sealed), str(bilal.identity))
    assert body["payload"]["text"].replace("\r\n", "\n") == text


def test_the_plain_text_is_nowhere_in_the_database(client: Client, bilal: Person) -> None:
    send(client)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert TEXT[:12] not in str(cursor.fetchall())
            assert TEXT[:12].encode().hex() not in str(cursor.fetchall())


def test_without_a_reader_the_page_says_so_and_takes_nothing(client: Client, data_folder: Path) -> None:
    found()
    page = client.get("/report/").content.decode()
    assert "Nobody here can read reports yet" in page
    assert "<textarea" not in page
    sent = {"report_id": "ab" * 16, "text": TEXT}
    assert client.post("/report/", sent).status_code == 503
    assert Report.objects.count() == 0


def test_the_first_page_shows_the_helplines_as_they_are_written(
    client: Client, settings, tmp_path: Path, data_folder: Path
) -> None:
    file = tmp_path / "helplines.toml"
    file.write_text('[[helpline]]\nname = "<b>Invented"\nnumber = "00 11"\n', encoding="utf-8")
    settings.AMANAT_HELPLINES = str(file)
    page = client.get("/").content.decode()
    assert "&lt;b&gt;Invented" in page
    assert 'href="tel:0011"' in page


def test_the_page_about_a_checked_phone_is_led_to_from_the_first_page_and_the_form(
    client: Client, data_folder: Path
) -> None:
    found()
    make_person()
    for address in ("/en/", "/en/report/"):
        assert 'href="/en/safety/"' in client.get(address).content.decode()
    page = client.get("/en/safety/").content.decode()
    assert "If somebody checks your phone" in page
    assert 'id="leave"' in page
    assert ".onion" not in page


def test_helplines_stand_under_their_country_in_the_order_of_the_file(
    client: Client, data_folder: Path, settings: Any, tmp_path: Path
) -> None:
    lines = [("One", "Pakistan"), ("Two", ""), ("Three", "Pakistan"), ("Four", "Nowhere")]
    text = "".join(f'[[helpline]]\nname = "{n}"\nnumber = "0"\ncountry = "{c}"\n' for n, c in lines)
    file = tmp_path / "helplines.toml"
    file.write_text(text)
    settings.AMANAT_HELPLINES = str(file)
    page = client.get("/en/").content.decode()
    places = [page.index(f">{name}<") for name in ("Pakistan", "One", "Three", "Two", "Nowhere", "Four")]
    assert places == sorted(places)


def test_a_page_can_be_listened_to_where_there_is_a_recording_in_its_language(
    client: Client, data_folder: Path, settings: Any, tmp_path: Path
) -> None:
    settings.AMANAT_AUDIO = str(tmp_path)
    (tmp_path / "ur").mkdir()
    (tmp_path / "ur" / "home.mp3").write_bytes(b"a recording")
    (tmp_path / "secret.mp3").write_bytes(b"not a recording")
    assert '<audio controls preload="none" src="/ur/audio/ur/home.mp3"' in client.get("/ur/").content.decode()
    assert "<audio" not in client.get("/en/").content.decode()
    answer = client.get("/ur/audio/ur/home.mp3")
    assert (answer.content, answer["Content-Type"]) == (b"a recording", "audio/mpeg")
    for name in (
        "secret.mp3",
        "ur/../secret.mp3",
        "ur/report.mp3",
        "ur/home.txt",
        "../secret.mp3",
        "ur/home.ogg",
    ):
        assert client.get(f"/ur/audio/{name}").status_code == 404


def test_the_tor_browser_is_told_of_the_onion_address_of_public_pages_only(
    client: Client, data_folder: Path, settings: Any
) -> None:
    settings.AMANAT_ONION = "http://invented.onion"
    assert client.get("/en/report/")["Onion-Location"] == "http://invented.onion/en/report/"
    assert "Onion-Location" not in client.get("/staff/login/")
    assert "http://invented.onion" in client.get("/en/safety/").content.decode()
