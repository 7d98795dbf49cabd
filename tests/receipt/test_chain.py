from datetime import UTC, datetime

import pyrage

from amanat.receipt.chain import Chain, Fresh
from amanat.receipt.leaf import CaseLeaf, parse_leaf, tag
from amanat.sealing.field import FieldAddress
from amanat.sealing.padding import unpad
from amanat.sealing.unseal import open_field, open_report
from amanat.strict import encode_base64, parse_json
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FRESH = Fresh(0, EMPTY_ROOT)


def test_an_invented_report_opens_for_a_recipient_and_holds_the_keys_of_its_thread() -> None:
    identity = pyrage.x25519.Identity.generate()
    chain = Chain()
    sealed, made = chain.report({"text": "a"}, [str(identity.to_public())], now=NOW, fresh=FRESH)
    body = open_report(sealed, str(identity))
    assert body["report_id"] == chain.report_id
    assert body["thread_key"] == encode_base64(chain.keys.thread_key)
    assert made.seq == 0


def test_each_event_names_the_leaf_before_it_and_carries_its_own_tag() -> None:
    chain = Chain()
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    _, first = chain.report({"text": "a"}, [recipient], now=NOW, fresh=FRESH)
    second = chain.event("message", "b", by_reporter=True, now=NOW, fresh=FRESH)
    leaf = parse_leaf(second.leaf)
    assert isinstance(leaf, CaseLeaf)
    assert leaf.tag == tag(chain.keys.thread_key, 1)
    address = FieldAddress(chain.report_id, "event", "record", "1", 0)
    record = parse_json(unpad(open_field(chain.keys.thread_key, address, second.record)))
    assert record["header"]["prev_leaf_hash"] == encode_base64(leaf_hash(first.leaf))
    assert record["payload"]["from"] == "reporter"
