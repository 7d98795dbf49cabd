import json
from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.exchange import stopncii
from amanat.exchange.changes import Gone, apply, collect
from amanat.fingerprint.value import Fingerprint, Kind
from exchange.lists import LATER, NOW, item, listed, pdq


def record(status: str, number: int = 1, **more) -> dict:
    return {
        "lastModtimestamp": 1_777_777_777,
        "signalType": "ImagePDQ",
        "hashValue": pdq(number).data.hex(),
        "hashStatus": status,
        "caseNumbers": {"11111111-2222-3333-4444-555555555555": status},
        "CSPFeedbacks": [],
    } | more


def page(*found: dict, **more) -> BytesIO:
    return BytesIO(json.dumps({"count": len(found), "hashRecords": found} | more).encode())


def read(*found: dict):
    return collect(stopncii.read(page(*found), now=NOW))


@pytest.mark.parametrize("status", ["Withdrawn", "Deleted"])
def test_withdrawn_and_deleted_remove_at_once(status: str) -> None:
    batch = read(record(status))
    assert batch.gone == (Gone("stopncii", fingerprint=pdq(1)),)
    after = apply(listed(item(1, source="stopncii")), batch, now=LATER)
    assert after.active() == ()


@pytest.mark.parametrize("status", ["Received", "Active"])
def test_received_and_active_are_listed(status: str) -> None:
    assert [one.fingerprint for one in read(record(status)).items] == [pdq(1)]


def test_the_value_of_a_hash_is_not_its_status() -> None:
    """The defect of a peer: it looked for the word at the wrong place, and nobody's withdrawal was heard."""
    assert read(record("Active", hashValue="Withdrawn")).gone == ()
    assert read(record("Active", CSPFeedbacks=[{"source": "x", "feedbackValue": "Withdrawn"}])).gone == ()


def test_no_case_number_is_kept() -> None:
    (one,) = read(record("Active")).items
    assert "1111" not in f"{one.source_id}{one.note}{one.terms}"


def test_a_status_that_is_not_known_is_counted_and_not_listed() -> None:
    batch = read(record("Paused"), record("Active", 2))
    assert batch.refused == {"a status that this program does not know": 1}
    assert len(batch.items) == 1


def test_a_film_has_its_own_types() -> None:
    batch = read(
        record("Active", signalType="VideoTMK", hashValue="abc="),
        record("Active", signalType="VideoMD5", hashValue="AB" * 16),
        record("Active", signalType="Text", hashValue="x"),
    )
    assert [one.kind for one in batch.items] == [Kind.TMK_PDQF, Kind.MD5]


def test_a_page_says_what_to_ask_for_next() -> None:
    sent = page(record("Active"), nextPageToken="t", nextSetTimestamp=7, hasMoreRecords=True)
    found = stopncii.read_page(sent, now=NOW)
    assert (found.more, found.next_token, found.next_timestamp) == (True, "t", 7)
    with pytest.raises(Malformed):
        stopncii.read_page(page(record("Active")), now=NOW)


def test_submissions_and_feedback_have_the_words_of_the_interface() -> None:
    sent = json.loads(stopncii.submission_body([item(1), item(2, withdrawn=NOW)]))
    assert sent == {"count": 1, "hashRecords": [{"signalType": "ImagePDQ", "hashValue": pdq(1).data.hex()}]}
    told = json.loads(stopncii.feedback_body([(pdq(1), stopncii.Feedback.BLOCKED, ("nude",))]))
    assert told["hashFeedbacks"][0]["feedbackValue"] == "Blocked"
    assert told["count"] == 1


def test_opaque_prints_are_never_read() -> None:
    (one,) = read(record("Active", signalType="VideoTMK", hashValue="AbC=")).items
    assert one.fingerprint == Fingerprint(Kind.TMK_PDQF, b"AbC=")
