"""What holds for every answer: headers, cookies, bodies bounded before they are read, errors drawn, logs
that say little."""

import errno
import io
import json
import logging
import sqlite3
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from gunicorn.config import Config

from amanat import errors
from amanat.errors import Conflict, Error, Malformed, NotFound, Unavailable
from amanat.server import api
from amanat.server.logs import Discreet, Gunicorn
from amanat.server.middleware import HINTS, Bodies, Headers, as_error, draw

requests = RequestFactory()


def test_every_page_says_who_may_load_what(client: Client, data_folder):
    response = client.get("/log/policy.txt")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_a_page_of_the_public_never_sets_a_cookie():
    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("trace", "1")
        return response

    assert not Headers(answer)(requests.get("/report/")).cookies
    assert Headers(answer)(requests.get("/staff/")).cookies


def test_a_page_made_for_one_reader_is_not_stored_and_not_shared():
    response = Headers(lambda _: HttpResponse())(requests.get("/return/"))
    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_server_with_a_name_of_its_own_insists_on_https(settings):
    settings.SECURE_HSTS_SECONDS = 3600
    response = Headers(lambda _: HttpResponse())(requests.get("/"))
    assert response["Strict-Transport-Security"] == "max-age=3600"


def test_staff_pages_tell_their_own_forms_where_they_come_from():
    response = Headers(lambda _: HttpResponse())(requests.get("/staff/"))
    assert response["Referrer-Policy"] == "same-origin"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(settings):
    request = requests.post("/report/", data=b"{}", content_type="application/json")
    request.META["CONTENT_LENGTH"] = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    request.META["wsgi.input"] = Untouchable()
    response = Bodies(unreachable)(request)
    assert response.status_code == 413
    assert "NOT received" in json.loads(response.content)["detail"]


def test_a_body_of_unknown_length_is_refused():
    request = requests.post("/report/", data=b"{}", content_type="application/json")
    request.META["CONTENT_LENGTH"] = ""
    request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
    assert Bodies(unreachable)(request).status_code == 411


def test_a_form_that_broke_off_is_not_taken_for_a_shorter_one():
    def form() -> HttpRequest:
        kind = "application/x-www-form-urlencoded"
        return requests.post("/report/", data=b"text=invented", content_type=kind)

    assert Bodies(lambda asked: HttpResponse(asked.POST["text"]))(form()).content == b"invented"
    broken = form()
    broken.META["CONTENT_LENGTH"] = "14"
    response = Bodies(unreachable)(broken)
    assert response.status_code == 400
    assert b"NOT received" in response.content


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b"]
)
def test_a_host_that_is_not_ours_gets_no_page_and_is_not_repeated(client: Client, settings, db, host: str):
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.AMANAT_URL = "https://testserver"
    response = client.get("/staff/login/", headers={"host": host})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()
    assert client.get("/staff/login/").status_code == 200


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "٣", "0x10"])
def test_a_length_that_is_no_number_is_refused(length: str):
    request = requests.post("/report/", data=b"{}", content_type="application/json")
    request.META["CONTENT_LENGTH"] = length
    assert Bodies(unreachable)(request).status_code == 400


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Malformed("x"), 400),
        (Conflict("x"), 409),
        (Http404(), 404),
        (PermissionDenied(), 403),
        (OperationalError("database is locked"), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 507),
    ],
)
def test_an_exception_becomes_the_error_it_amounts_to(exception: Exception, status: int):
    error = as_error(exception)
    assert error is not None
    assert error.http_status == status


@pytest.mark.parametrize("exception", [ValueError("x"), OSError(errno.EIO, "x"), KeyError("x"), None])
def test_a_defect_of_ours_is_not_dressed_up_as_an_error_of_theirs(exception: Exception | None):
    assert as_error(exception) is None


def test_a_full_database_is_told_from_a_busy_one(tmp_path):
    full = OperationalError("database or disk is full")
    full.__cause__ = fill_a_database(tmp_path / "small.sqlite3")
    error = as_error(full)
    assert error is not None
    assert error.http_status == 507
    assert "NOT received" in error.what


def test_a_busy_server_says_when_to_come_back_and_that_nothing_is_lost():
    response = draw(requests.get("/", headers={"Accept": "application/json"}), busy())
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "sending twice does no harm" in json.loads(response.content)["hint"]


def test_a_script_gets_problem_json_with_every_field():
    response = draw(
        requests.post("/x", data=b"{}", content_type="application/json"), Conflict("first", where="seq")
    )
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "title": "Conflict",
        "detail": "first",
        "where": "seq",
        "hint": "Somebody was first. Open the page again and repeat what you did.",
        "status": 409,
    }


@pytest.mark.parametrize("kind", [getattr(errors, name) for name in errors.__all__ if name != "Error"])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_every_refusal_says_what_to_do(kind: type[Error], accept: str, db) -> None:
    request = requests.get("/", headers={"Accept": accept})
    own = draw(request, kind("what", hint="do this")).content.decode()
    usual = draw(request, kind("what")).content.decode()
    assert "do this" in own
    hint = json.loads(usual)["hint"] if accept == "application/json" else str(HINTS[kind]())
    assert hint == str(HINTS[kind]())
    assert hint in unescape(usual)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_refused_body_is_answered_in_the_language_of_the_address(client: Client, language: str, db) -> None:
    answer = client.post(f"/{language}/report/", b"x", content_type="text/plain", CONTENT_LENGTH="999999999")
    page = answer.content.decode()
    assert answer.status_code == 413
    assert f'<html lang="{language}"' in page
    assert 'href="/ur/report/"' in page
    assert ("NOT received" in page) is (language == "en")


def test_a_person_gets_a_page(db):
    response = draw(
        requests.get("/", headers={"Accept": "text/html,*/*"}), NotFound("There is no such <page>.")
    )
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert b"There is no such &lt;page&gt;." in response.content


@pytest.mark.parametrize("kind", [getattr(errors, name) for name in errors.__all__])
def test_every_error_can_be_drawn_for_a_script(kind: type[Error]):
    response = api.problem(kind("what", where="where", hint="hint"))
    assert response.status_code == kind.http_status


def test_a_body_needs_exactly_the_expected_keys_of_the_expected_kinds():
    assert api.body(posted(b'{"a": "x", "b": 1}'), a=str, b=int) == {"a": "x", "b": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"a": "x"}',
        b'{"a": "x", "b": true}',
        b'{"a": "x", "b": 1, "c": 2}',
        b'{"a": "x", "a": "x", "b": 1}',
        b'{"a": 1, "b": 1}',
        b"[" * 100_000,
    ],
)
def test_any_other_body_is_malformed(data: bytes):
    with pytest.raises(Malformed):
        api.body(posted(data), a=str, b=int)


def test_a_log_line_holds_nothing_a_visitor_sent():
    request = requests.get("/staff/invitation/SECRET-TOKEN/?q=SECRET", headers={"User-Agent": "SECRET"})
    record = logging.LogRecord(
        "django.request", logging.ERROR, "x", 1, "Broken: %s", ("/SECRET",), secret_failure()
    )
    record.request, record.status_code = request, 500
    line = Discreet().format(record)
    assert "SECRET" not in line
    assert "500 GET" in line
    assert "ValueError" in line
    assert "secret_failure" in line


def test_a_log_line_of_ours_keeps_its_words():
    record = logging.LogRecord("amanat.worker", logging.INFO, "x", 1, "%s leaves", (8,), None)
    assert Discreet().format(record).endswith("INFO amanat.worker: 8 leaves")


def test_an_unknown_address_is_a_404_page(client: Client, db):
    response = client.get("/no/such/page/", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


class Untouchable(io.RawIOBase):
    """A body that must not be read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def unreachable(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the view was reached")


def busy() -> Unavailable:
    error = as_error(OperationalError("database is locked"))
    assert isinstance(error, Unavailable)
    return error


def posted(data: bytes) -> HttpRequest:
    return requests.post("/x", data=data, content_type="application/json")


def fill_a_database(path) -> sqlite3.Error:
    """The error of a real SQLite database that has no room left."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA max_page_count=2")
        connection.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    connection.close()
    return caught.value


def secret_failure():
    try:
        raise ValueError("SECRET")
    except ValueError as error:
        return (type(error), error, error.__traceback__)


def test_the_pages_log_neither_the_address_nor_the_request_of_a_visitor(capsys: pytest.CaptureFixture[str]):
    logger = Gunicorn(Config())
    logger.warning("Invalid request from ip=192.0.2.7: SECRET")
    logger.exception("Error handling request %s", "/staff/invitation/SECRET/")
    logger.error("Worker failed to boot.")
    printed = capsys.readouterr().err
    assert "192.0.2.7" not in printed
    assert "SECRET" not in printed
    assert "not HTTP" in printed
    assert "Worker failed to boot." in printed
