import io
import json
import logging

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from amanat.server.hashbank import hashing
from amanat.server.hashbank.models import Content, Signal, Token
from server.hashbank.lists import Caller, hexed, make_bank, pdq, token

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Caller:
    make_bank("DESK", pdq(1))
    return Caller(token("owner"))


def test_an_owner_is_told_list_entry_and_distance_as_text(owner: Caller) -> None:
    content = Content.objects.get().pk
    assert owner.lookup(1, flipped=4) == {"DESK": [{"bank_content_id": content, "distance": "4"}]}
    assert owner.lookup(2) == {}


def test_a_partner_is_told_match_or_no_match_and_nothing_else(owner: Caller) -> None:
    partner = Caller(token("partner", "DESK"))
    assert partner.lookup(1, flipped=31) == {"match": True}
    assert partner.lookup(2) == {"match": False}
    for path in ("c/banks", "c/bank/DESK", "c/bank/DESK/withdrawals", "m/index/status", "c/exchanges"):
        assert partner.get(path).status_code == 403
    asked = {"signal": hexed(1), "signal_type": "pdq", "include_distance": "true"}
    assert partner.post("m/raw_lookup", asked).status_code == 403
    assert partner.post("m/compare", {"pdq": [hexed(1), hexed(1)]}).status_code == 403
    assert partner.post("c/bank/DESK/signal", {"pdq": hexed(9)}).status_code == 403


def test_a_token_reaches_its_banks_and_no_other(owner: Caller) -> None:
    make_bank("OTHER", pdq(1))
    scoped = Caller(token("owner", "OTHER", name="scoped"))
    assert list(scoped.lookup(1)) == ["OTHER"]
    assert [bank["name"] for bank in scoped.get("c/banks").json()] == ["OTHER"]
    assert scoped.get("c/bank/DESK").status_code == 404
    assert scoped.delete("c/bank/DESK/content/1").status_code == 404
    partner = Caller(token("partner", "OTHER"))
    assert partner.post("m/lookup", {"signal": hexed(1), "signal_type": "pdq", "banks": "DESK"}).json() == {
        "match": False
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic x"}])
def test_without_a_token_nothing_is_answered(owner: Caller, headers: dict[str, str]) -> None:
    answer = Client().get("/hashbank/c/banks", headers=headers)
    assert answer.status_code == 401
    assert set(answer.json()) == {"message", "details"}


def test_a_partner_that_asks_too_often_waits(owner: Caller, settings) -> None:
    settings.AMANAT_HASHBANK_PARTNER_RATE = 3
    text = token("partner")
    partner = Caller(text)
    asked = {"signal": hexed(1), "signal_type": "pdq"}
    codes = [partner.post("m/lookup", asked).status_code for _ in range(6)]
    # The minute may turn while this runs.
    assert codes[:3] == [200] * 3
    assert 429 in codes[3:5]
    assert owner.post("m/lookup", asked).status_code == 200


def test_raw_lookup_names_what_is_switched_off_too(owner: Caller) -> None:
    content = Content.objects.get().pk
    asked = {"signal": hexed(1), "signal_type": "pdq"}
    owner.put(f"c/bank/DESK/content/{content}", {"disable_until_ts": 0, "note": "by mistake"})
    assert owner.lookup(1) == {}
    assert owner.post("m/raw_lookup", asked).json() == {"matches": [content]}
    assert owner.post("m/raw_lookup", asked | {"include_distance": True}).json() == {
        "matches": [{"bank_content_id": content, "distance": "0"}]
    }
    owner.put(f"c/bank/DESK/content/{content}", {"disable_until_ts": 1})
    assert list(owner.lookup(1)) == ["DESK"]
    assert owner.get(f"c/bank/DESK/content/{content}").json()["note"] == "by mistake"


def test_a_bank_that_is_switched_off_matches_nothing_and_no_coin_is_flipped(owner: Caller) -> None:
    owner.put("c/bank/DESK", {"enabled_ratio": 0.0001})
    assert all(owner.lookup(1) for _ in range(5))
    owner.put("c/bank/DESK", {"enabled": False})
    assert owner.lookup(1) == {}


def test_two_prints_are_compared(owner: Caller) -> None:
    asked = {"pdq": [hexed(1), hexed(1, flipped=40)], "video_md5": ["ab" * 16, "AB" * 16]}
    assert owner.post("m/compare", asked).json() == {
        "pdq": [False, {"distance": 40}],
        "video_md5": [True, {"distance": 0}],
    }
    assert owner.post("m/compare", {"pdq": [hexed(1)]}).status_code == 400


def test_a_digest_matches_only_itself(owner: Caller) -> None:
    added = owner.post("c/bank/DESK/signal", {"video_md5": "ab" * 8 + "cd" * 8})
    assert added.json()["signals"] == {"video_md5": "ab" * 8 + "cd" * 8}
    asked = {"signal": "AB" * 8 + "CD" * 8, "signal_type": "video_md5"}
    assert owner.post("m/lookup", asked).json()["DESK"][0]["distance"] == "0"
    assert owner.post("m/lookup", asked | {"signal": "ac" * 16}).json() == {}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"signal": "x", "signal_type": "pdq"},
        {"signal": "a" * 64, "signal_type": "fax"},
        {"signal": 1},
        [],
    ],
)
def test_a_question_that_is_none_is_refused_in_the_words_of_hma(owner: Caller, asked) -> None:
    answer = owner.post("m/lookup", asked)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message", "details"}


def test_a_withdrawal_counts_at_once_and_has_its_receipt(owner: Caller) -> None:
    content = Content.objects.get().pk
    assert owner.delete(f"c/bank/DESK/content/{content}").json() == {"deleted": 1}
    assert owner.lookup(1) == {}
    assert not Signal.objects.exists()
    (receipt,) = owner.get("c/bank/DESK/withdrawals").json()
    assert receipt["content_id"] == content
    assert owner.delete(f"c/bank/DESK/content/{content}").json() == {"deleted": 0}


def test_no_address_is_fetched(owner: Caller, settings) -> None:
    settings.AMANAT_HASHBANK_GET = True
    address = {"url": "http://169.254.169.254/latest"}
    for answer in (
        owner.get("h/hash", address),
        owner.get("m/lookup", address),
        owner.send("c/bank/DESK/content?url=http://127.0.0.1/", note="x"),
    ):
        assert answer.status_code == 403
        assert "fetches nothing" in answer.json()["message"]


def test_a_print_in_an_address_is_refused_unless_the_switch_is_on(owner: Caller, settings) -> None:
    query = {"signal": hexed(1), "signal_type": "pdq"}
    assert owner.get("m/lookup", query).status_code == 403
    settings.AMANAT_HASHBANK_GET = True
    assert list(owner.get("m/lookup", query).json()) == ["DESK"]
    assert Caller(token("partner")).get("m/lookup", query).status_code == 403


def test_no_print_reaches_a_log_whatever_happens(owner: Caller, settings, caplog, monkeypatch) -> None:
    from amanat.server.hashbank import matching_api

    settings.AMANAT_HASHBANK_GET = True
    caplog.set_level(logging.DEBUG)
    query = {"signal": hexed(1), "signal_type": "pdq"}
    owner.get("m/lookup", query)
    owner.post("m/lookup", query)
    owner.post("m/lookup", query | {"signal_type": "fax"})

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(hexed(1))

    monkeypatch.setattr(matching_api, "_look", broken)
    broken_client = Client(raise_request_exception=False)
    text = token("owner", name="second")
    answer = broken_client.get("/hashbank/m/lookup", query, headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 500
    assert hexed(1) not in answer.content.decode()
    from amanat.server.logs import Discreet

    for record in caplog.records:
        if not record.name.startswith("django.db"):
            assert hexed(1) not in Discreet().format(record)
            assert text not in Discreet().format(record)


def picture(side: int = 256) -> bytes:
    noise = Image.effect_noise((side, side), 60).resize((side, side))
    file = io.BytesIO()
    noise.save(file, "PNG")
    return file.getvalue()


def test_a_film_is_hashed_in_memory(owner: Caller) -> None:
    answer = owner.send("h/hash", video=io.BytesIO(b"no real film"))
    assert set(answer.json()) == {"video_md5"}
    assert owner.send("h/hash", fax=io.BytesIO(b"x")).status_code == 400
    assert owner.send("h/hash", photo=io.BytesIO(b"x"), video=io.BytesIO(b"x")).status_code == 400
    assert owner.send("h/hash", note="x").status_code == 400


def test_a_film_is_listed_and_a_part_of_it_is_found_in_another_size(owner: Caller) -> None:
    makers = pytest.importorskip("fingerprint.makers")
    scenes = [makers.scene(seed) for seed in range(1, 7)]
    listed = makers.film([np.asarray(scene) for scene in scenes])
    larger = [np.asarray(scene.resize((640, 480))) for scene in scenes[1:5]]
    part = makers.film(larger, tuning={"crf": "35"})
    other = makers.film([np.asarray(makers.scene(seed)) for seed in range(11, 15)])
    added = owner.send("c/bank/DESK/content", video=io.BytesIO(listed)).json()
    assert len(json.loads(added["signals"]["vpdq"])) == 6
    found = owner.send("m/lookup", video=io.BytesIO(part)).json()
    assert found["video_md5"] == {}
    assert [match["bank_content_id"] for match in found["vpdq"]["DESK"]] == [added["id"]]
    assert owner.send("m/lookup", video=io.BytesIO(other)).json() == {"video_md5": {}, "vpdq": {}}
    asked = {"signal_type": "vpdq", "signal": added["signals"]["vpdq"]}
    assert Caller(token("partner", "DESK")).post("m/lookup", asked).json() == {"match": True}
    shown = owner.get(f"c/bank/DESK/content/{added['id']}", {"include_signals": "true"}).json()["signals"]
    assert owner.post("m/lookup", asked | {"signal": shown["vpdq"]}).json() == {
        "DESK": [{"bank_content_id": added["id"], "distance": "0"}]
    }
    hashed = owner.send("h/hash", video=io.BytesIO(part)).json()["vpdq"]
    assert owner.post("m/compare", {"vpdq": [hashed, shown["vpdq"]]}).json() == {
        "vpdq": [True, {"percent": 100, "other_percent": 67}]
    }


def test_of_a_film_that_is_too_long_or_says_nothing_there_are_no_prints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    makers = pytest.importorskip("fingerprint.makers")
    long = makers.film([np.asarray(makers.scene())], each=30)
    assert json.loads(hashing._film(long, lambda: None) or "")
    monkeypatch.setattr(hashing, "MOST_FRAMES", 20)
    assert hashing._film(long, lambda: None) is None
    assert hashing._film(makers.film([np.zeros((64, 64, 3), np.uint8)], each=5), lambda: None) == ""


def test_a_photo_is_hashed_listed_and_found(owner: Caller) -> None:
    pytest.importorskip("amanat.fingerprint.file")
    data = picture()
    hashed = owner.send("h/hash", photo=io.BytesIO(data)).json()
    assert len(hashed["pdq"]) == 64
    added = owner.send("c/bank/DESK/content", photo=io.BytesIO(data), metadata='{"a": 1}')
    assert added.json()["signals"] == hashed
    found = owner.send("m/lookup", photo=io.BytesIO(data)).json()
    assert found["pdq"]["DESK"][0] == {"bank_content_id": added.json()["id"], "distance": "0"}
    partner = Caller(token("partner"))
    assert partner.send("m/lookup", photo=io.BytesIO(data)).json() == {"match": True}
    assert owner.send("h/hash", photo=io.BytesIO(b"no picture")).status_code == 400


def test_a_file_above_the_limit_is_refused_before_it_is_read(owner: Caller, settings) -> None:
    settings.LARGE_BODY_BYTES = 2_000_000
    assert owner.send("h/hash", video=io.BytesIO(bytes(1_500_000))).status_code == 200
    assert owner.send("h/hash", video=io.BytesIO(bytes(2_500_000))).status_code == 413
    assert owner.send("c/banks", video=io.BytesIO(bytes(1_500_000))).status_code == 413


def test_what_a_client_asks_about_the_service_is_answered(owner: Caller) -> None:
    assert owner.get("m/index/status").json()["pdq"]["size"] == 1
    assert owner.get("m/index/status", {"signal_type": "pdq"}).json()["pdq"]["present"] is True
    assert owner.get("m/index/status", {"signal_type": "fax"}).status_code == 400
    assert {one["name"] for one in owner.get("c/content_type").json()} == {"photo", "video"}
    assert "pdq" in {one["name"] for one in owner.get("c/signal_type").json()}
    assert owner.get("status").content == b"I-AM-ALIVE"
    assert owner.get("status/live").content == b"I-AM-ALIVE"
    assert owner.put("m/lookup", {}).status_code == 405


def test_a_token_that_has_ended_is_refused(owner: Caller) -> None:
    Token.objects.update(revoked="2026-01-01T00:00:00Z")
    assert owner.get("c/banks").status_code == 401
