import base64
import json
from io import BytesIO

import pytest
from hypothesis import given

from amanat.errors import Malformed
from amanat.exchange import arachnid
from amanat.exchange.changes import collect
from amanat.exchange.hashlist import Category
from amanat.fingerprint.value import Kind
from exchange.lists import NOW, fingerprints, pdq


@given(fingerprints(Kind.PDQ, Kind.SHA1, Kind.SHA256))
def test_each_kind_has_its_encoding_and_comes_back(fingerprint) -> None:
    assert arachnid.parse(fingerprint.kind, arachnid.encode(fingerprint)) == fingerprint


def test_the_encodings_are_base64_base32_and_upper_case_hex() -> None:
    assert arachnid.encode(pdq(1)) == base64.b64encode(pdq(1).data).decode()
    with pytest.raises(Malformed):
        arachnid.encode(arachnid.Fingerprint(Kind.MD5, bytes(16)))


@pytest.mark.parametrize("text", ["", "!", "A" * 43, "A" * 44 + "\n", "QQ=="])
@pytest.mark.parametrize("kind", [Kind.PDQ, Kind.SHA1, Kind.SHA256])
def test_another_text_is_malformed(kind: Kind, text: str) -> None:
    with pytest.raises(Malformed):
        arachnid.parse(kind, text)


def test_a_question_holds_each_print_once() -> None:
    assert json.loads(arachnid.question_body([pdq(1), pdq(1)])) == {"hashes": [arachnid.encode(pdq(1))]}


def test_an_answer_lists_what_matched_and_what_it_is_near_to() -> None:
    answer = {
        "scanned_hashes": {
            arachnid.encode(pdq(1)): {
                "classification": "csam",
                "match_type": "near",
                "near_match_details": [
                    {
                        "timestamp": 0.0,
                        "sha1_base32": base64.b32encode(bytes(20)).decode(),
                        "sha256_hex": "AB" * 32,
                        "classification": "csam",
                    }
                ],
            },
            arachnid.encode(pdq(2)): {"classification": "no-known-match", "match_type": None},
        }
    }
    batch = collect(arachnid.read(BytesIO(json.dumps(answer).encode()), now=NOW))
    assert [one.kind for one in batch.items] == [Kind.PDQ, Kind.SHA1, Kind.SHA256]
    assert {one.category for one in batch.items} == {Category("arachnid", "csam")}
    assert batch.items[0].fingerprint == pdq(1)
