import re
from html.parser import HTMLParser
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.translation import gettext as _

from amanat.server import borrowed
from amanat.server.language import split_language
from server.makers import found, make_person

pytestmark = pytest.mark.django_db
PUBLIC = ["/", "/report/", "/return/", "/log/", "/nothing-here"]
# What is the same in every language: names, codes, what the people wrote themselves.
SAME = re.compile(r"Amanat|English|اردو|TOML|amanat\S*|[\w.-]+\.example\S*|UTC|\W|\d|_")


class Texts(HTMLParser):
    """The text nodes below one element, the attributes that people hear, and those of the root."""

    def __init__(self, page: str, below: str = "main") -> None:
        super().__init__()
        self.below, self.inside, self.silent = below, 0, 0
        self.texts: list[str] = []
        self.root: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.root = dict(attrs)
        self.inside += tag == self.below
        self.silent += tag in {"code", "pre", "time"}
        if self.inside:
            self.texts += [text or "" for name, text in attrs if name in {"aria-label", "alt", "title"}]

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == self.below
        self.silent -= tag in {"code", "pre", "time"}

    def handle_data(self, data: str) -> None:
        if self.inside and not self.silent and data.strip():
            self.texts.append(" ".join(data.split()))


@pytest.fixture
def somebody_reads(data_folder: Path) -> None:
    found()
    make_person()


def page(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/ur/", ("ur", "/")),
        ("/en/report/", ("en", "/report/")),
        ("/ur/log/checkpoint", ("ur", "/log/checkpoint")),
        ("/ur", ("", "/ur")),
        ("/urdu/", ("", "/urdu/")),
        ("/fr/", ("", "/fr/")),
        ("/", ("", "/")),
        ("/UR/", ("", "/UR/")),
        ("/ur/staff/login/", ("", "/ur/staff/login/")),
        ("/ur/static/amanat/amanat.css", ("", "/ur/static/amanat/amanat.css")),
    ],
)
def test_only_a_known_prefix_before_a_public_address_is_a_choice(path: str, chosen: tuple[str, str]) -> None:
    assert split_language(path) == chosen


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize(("code", "direction"), [("en", "ltr"), ("ur", "rtl")])
def test_the_address_alone_chooses(
    client: Client, somebody_reads: None, address: str, code: str, direction: str
) -> None:
    other = "en" if code == "ur" else "ur"
    answer = client.get(f"/{code}{address}", headers={"Accept-Language": other})
    root = Texts(answer.content.decode()).root
    assert (root["lang"], root["dir"]) == (code, direction)
    assert answer["Content-Language"] == code
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.parametrize("address", ["/", "/report/", "/staff/login/"])
@pytest.mark.parametrize(
    ("accepted", "code"), [("ur", "ur"), ("ur-PK,en;q=0.5", "ur"), ("en", "en"), ("fr", "en"), ("", "en")]
)
def test_without_a_choice_the_browser_decides(
    client: Client, somebody_reads: None, address: str, accepted: str, code: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": accepted})
    assert Texts(answer.content.decode()).root["lang"] == code
    assert answer["Content-Language"] == code
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("address", PUBLIC)
def test_every_link_keeps_the_choice_and_the_footer_changes_it(
    client: Client, somebody_reads: None, address: str
) -> None:
    text = page(client, f"/ur{address}")
    found = re.findall(r'(?:href|action|data-[a-z]+)="(/[^"]*)"', text)
    pages = [link for link in found if not link.startswith("/static/")]
    assert [link for link in pages if not link.startswith("/ur/")] == [f"/en{address}"]
    assert f"/ur{address}" in pages
    assert [link for link in found if link.startswith("/static/")]


def test_staff_addresses_have_no_prefix(client: Client, somebody_reads: None) -> None:
    assert client.get("/ur/staff/login/").status_code == 404
    text = page(client, "/staff/login/", accept_language="ur")
    links = re.findall(r'(?:href|action)="(/[^"]*)"', text)
    assert "/staff/" in links
    assert not [link for link in links if link.startswith(("/ur/", "/en/"))]


@pytest.mark.parametrize("address", ["/fr/", "/UR/", "/urdu/", "/ur/ur/", "/ur/en/report/", "/ur/static/x"])
def test_an_unknown_prefix_leads_nowhere(client: Client, somebody_reads: None, address: str) -> None:
    assert client.get(address).status_code == 404


def test_no_language_leaks_into_the_next_request(client: Client, somebody_reads: None) -> None:
    for address, code in [("/ur/", "ur"), ("/", "en"), ("/ur/nothing-here", "ur"), ("/staff/login/", "en")]:
        before = translation.get_language(), get_script_prefix()
        text = page(client, address)
        assert Texts(text).root["lang"] == code
        assert (translation.get_language(), get_script_prefix()) == before
    assert 'href="/report/"' in page(client, "/")


def test_no_cookie_holds_the_choice(client: Client, somebody_reads: None) -> None:
    answer = client.get("/ur/")
    assert not answer.cookies
    assert "session" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize("address", [*PUBLIC, "/staff/login/"])
def test_no_english_is_left_in_a_page_in_urdu(client: Client, somebody_reads: None, address: str) -> None:
    prefix = "" if address.startswith("/staff/") else "/ur"
    urdu = page(client, prefix + address, accept_language="ur")
    english = page(client, address, accept_language="en")
    for below in ("main", "header", "footer"):
        left, told = Texts(urdu, below).texts, Texts(english, below).texts
        assert len(left) == len(told)
        assert {text for text in set(left) & set(told) if SAME.sub("", text)} == set()


def test_what_is_refused_is_said_in_urdu(client: Client, somebody_reads: None) -> None:
    refused = client.post("/ur/report/", {"report_id": "0" * 32}).content.decode()
    assert "مہربانی کر کے اپنے لفظوں میں لکھیں" in refused
    assert "Please" not in refused
    unknown = page(client, "/staff/invitation/unknown/", accept_language="ur")
    assert not re.search(r"[A-Za-z]{3}", " ".join(Texts(unknown).texts))


def test_the_forms_of_the_staff_refuse_in_urdu(client: Client, somebody_reads: None) -> None:
    from amanat.server.accounts.forms import InvitationForm, InviteForm, SignInForm

    names = {"sign_in_name": "amna", "pseudonym": "x" * 61}
    with translation.override("ur"):
        forms = [
            SignInForm({}),
            InviteForm({"role": "nobody"}),
            InvitationForm({}),
            *(
                InvitationForm(names | {"password": password, "password_again": password})
                for password in ("short", "password1234", "123456789012")
            ),
        ]
        said = [error for form in forms for errors in form.errors.values() for error in errors]
    assert len(said) >= 12
    assert not [error for error in said if re.search(r"[A-Za-z]{3}", error.replace("nobody", ""))]


def test_what_is_borrowed_is_said_somewhere() -> None:
    amanat = settings.SERVER_FOLDER.parent
    ours = [file for file in amanat.rglob("*.py") if file.name != "borrowed.py"]
    sources = "".join(file.read_text() for file in ours)
    for text in borrowed.ERRORS:
        assert f'"{text}"' in sources, text
    folder = Path(django.__file__).parent
    theirs = [file for part in ("core", "forms", "contrib/auth") for file in (folder / part).rglob("*.py")]
    sources = re.sub(r'"\s+"', "", "".join(file.read_text() for file in theirs))
    for text in borrowed.OF_DJANGO:
        assert text in sources, text


def test_our_catalogue_wins_over_the_one_of_django() -> None:
    with translation.override("ur"):
        assert _("This field is required.") == "یہ خانہ بھرنا ضروری ہے۔"
