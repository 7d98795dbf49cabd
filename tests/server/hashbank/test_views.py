import io

import pytest
from django.test import Client

from amanat.server.hashbank.models import Bank, Import
from server.accounts.doors import sign_in, with_code
from server.hashbank.lists import hexed, make_bank, pdq

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(client: Client) -> Client:
    with_code("chandni", "supervisor")
    sign_in(client, "chandni")
    return client


def sent(*seeds: int) -> io.BytesIO:
    file = io.BytesIO("".join(f"pdq,{hexed(seed)}\n" for seed in seeds).encode())
    file.name = "list.csv"
    return file


def test_lists_are_shown_in_numbers_and_no_print_is(supervisor: Client) -> None:
    make_bank("DESK", pdq(1), pdq(2))
    page = supervisor.get("/staff/lists/").content.decode()
    assert "DESK" in page
    assert "2 fingerprints" in page
    assert hexed(1)[:8] not in page


def test_a_file_is_taken_in_by_the_page(supervisor: Client) -> None:
    given = {"bank": "DESK", "format": "csv", "source": "amna", "file": sent(1, 2)}
    assert supervisor.post("/staff/lists/import/", given).status_code == 302
    given = {"bank": "DESK", "format": "csv", "source": "amna", "complete": "on", "file": sent(2)}
    assert supervisor.post("/staff/lists/import/", given).status_code == 302
    assert Import.objects.order_by("-pk")[0].withdrawn == 1
    page = supervisor.get("/staff/lists/").content.decode()
    assert "0 added, 1 withdrawn, 0 left out" in page
    assert Import.objects.first().by.sign_in_name == "chandni"


def test_a_file_that_is_none_is_refused_and_nothing_of_it_shown(supervisor: Client) -> None:
    file = io.BytesIO(b"\xff\xfe secret")
    file.name = "x"
    answer = supervisor.post("/staff/lists/import/", {"bank": "DESK", "format": "csv", "file": file})
    assert answer.status_code == 400
    assert b"secret" not in answer.content
    answer = supervisor.post("/staff/lists/import/", {"bank": "desk", "format": "csv", "file": sent(1)})
    assert answer.status_code == 400
    assert not Bank.objects.filter(name="desk").exists()


def test_a_worker_does_not_see_lists(client: Client) -> None:
    with_code("bilal", "worker")
    sign_in(client, "bilal")
    assert client.get("/staff/lists/").status_code == 403
    assert client.post("/staff/lists/import/", {}).status_code == 403


def test_the_page_asks_the_database_as_often_for_ten_lists_as_for_one(
    supervisor: Client, django_assert_max_num_queries
) -> None:
    for number in range(10):
        make_bank(f"DESK_{number}", pdq(number))
    with django_assert_max_num_queries(14):
        supervisor.get("/staff/lists/")
