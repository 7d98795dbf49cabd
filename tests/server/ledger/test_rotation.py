"""A log changes its keys in the open, and what was proven before stays proven."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amanat.errors import Conflict, Unverified
from amanat.receipt.leaf import StatementLeaf, parse_leaf
from amanat.receipt.opening import open_leaf
from amanat.receipt.promise import open_promise
from amanat.receipt.receipt import Receipt, format_receipt
from amanat.receipt.statement import KeyChange, PolicyChange, parse_statement
from amanat.receipt.verify import verify_receipt
from amanat.server.checks import check_keys
from amanat.server.ledger import jobs, queries, rotation
from amanat.server.ledger.actions import enter, promise_for
from amanat.server.ledger.models import Entry
from amanat.tlog.audit import entries_of
from amanat.tlog.note import parse_note
from amanat.tlog.policy import parse_policy
from amanat.tlog.proof import prove_inclusion_from
from amanat.tlog.tile import TileHashes
from amanat.tlog.trust import verify_checkpoint
from server.makers import sealed_report

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
EPOCH = timedelta(minutes=10)


def epoch(number: int) -> datetime:
    moment = START + number * EPOCH
    jobs.sequence(now=moment)
    return moment


def receipt_of(leaf: bytes) -> bytes:
    """A receipt of level 1 under the published checkpoint."""
    published, entry = queries.published_checkpoint(), Entry.objects.get(leaf=leaf)
    assert published is not None
    assert entry.index is not None
    hashes = TileHashes(queries.store(), published.size)
    path = prove_inclusion_from(hashes, published.size, entry.index)
    return format_receipt(Receipt(open_leaf(1, leaf), entry.index, path, queries.checkpoint_note()))


def statements() -> list[KeyChange | PolicyChange]:
    """Every statement in the published log, in order."""
    published = queries.published_checkpoint()
    assert published is not None
    leaves = [parse_leaf(entry) for entry in entries_of(queries.store(), published.size)]
    return [parse_statement(leaf.text) for leaf in leaves if isinstance(leaf, StatementLeaf)]


def test_a_log_key_is_announced_both_sign_and_then_it_takes_over(data_folder: Path) -> None:
    _, sent = sealed_report()
    enter(now=START, leaf=sent["leaf"])
    old, old_policy = queries.log_signer().verifier, queries.policy()
    epoch(1)
    before = receipt_of(sent["leaf"])

    change = rotation.announce_log_key(now=START + EPOCH)
    assert (change.old, change.new) == (old, queries.next_log_signer().verifier)  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="not in the published log yet"):
        rotation.retire_log_key(now=START + EPOCH)
    epoch(2)
    note = parse_note(queries.checkpoint_note())
    assert note.by(old)
    assert note.by(change.new)
    assert verify_checkpoint(queries.checkpoint_note(), old_policy)
    assert set(queries.policy().logs) == {old, change.new}

    rotation.retire_log_key(now=START + 2 * EPOCH)
    epoch(3)
    assert queries.log_signer().verifier == change.new
    assert not parse_note(queries.checkpoint_note()).by(old)
    assert list(queries.policy().logs) == [change.new]
    assert check_keys() == []
    with pytest.raises(Unverified):
        verify_checkpoint(queries.checkpoint_note(), old_policy)
    after = receipt_of(sent["leaf"])

    assert verify_receipt(before, old_policy).level == 1
    assert verify_receipt(after, queries.policy()).level == 1
    with pytest.raises(Unverified):
        verify_receipt(before, queries.policy())
    policies = [parse_policy(said.text) for said in statements() if isinstance(said, PolicyChange)]
    assert verify_receipt(before, policies[0]).level == 1


def test_the_log_tells_its_changes_in_order(data_folder: Path) -> None:
    epoch(0)
    announced = rotation.announce_log_key(now=START)
    epoch(1)
    retired = rotation.retire_log_key(now=START + EPOCH)
    epoch(2)
    said = statements()
    assert {announced, retired} <= set(said)
    assert said.index(announced) < said.index(retired)
    assert [parse_policy(item.text) for item in said if isinstance(item, PolicyChange)][
        -1
    ] == queries.policy()


def test_every_step_may_be_repeated_and_says_nothing_twice(data_folder: Path) -> None:
    epoch(0)
    assert rotation.announce_log_key(now=START) == rotation.announce_log_key(now=START)
    epoch(1)
    assert Entry.objects.filter(is_cover=False).count() == 2
    assert rotation.publish_policy(now=START) is False


@pytest.mark.parametrize("at", ["_state", "_take_over", "_edit_policy"])
def test_a_crash_while_retiring_is_finished_by_the_next_try(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    epoch(0)
    change = rotation.announce_log_key(now=START)
    epoch(1)

    def crash(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(rotation, at, crash)
        rotation.retire_log_key(now=START + EPOCH)
    assert check_keys() == []
    epoch(2)
    rotation.retire_log_key(now=START + 2 * EPOCH)
    assert check_keys() == []
    assert list(queries.policy().logs) == [change.new]
    epoch(3)
    assert verify_checkpoint(queries.checkpoint_note(), queries.policy())


def test_a_promise_key_is_replaced_and_old_promises_hold_under_the_old_key(data_folder: Path) -> None:
    _, first = sealed_report()
    _, second = sealed_report()
    before, old = promise_for(enter(now=START, leaf=first["leaf"])), queries.promise_verifier()
    change = rotation.replace_promise_key(now=START)
    assert queries.promise_verifier() == change.new != old
    after = promise_for(enter(now=START, leaf=second["leaf"]))
    assert open_promise(before, old)
    assert open_promise(after, change.new)
    with pytest.raises(Unverified):
        open_promise(after, old)
    epoch(1)
    assert change in statements()


def test_no_key_is_lost_or_open_to_others(data_folder: Path) -> None:
    epoch(0)
    old = (data_folder / "keys" / "promise.skey").read_text()
    rotation.replace_promise_key(now=START)
    (kept,) = (data_folder / "keys" / "retired").iterdir()
    assert kept.read_text() == old
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE((data_folder / "keys" / "promise.skey").stat().st_mode) == 0o600


def test_comments_and_witnesses_of_the_policy_stay(data_folder: Path) -> None:
    place = data_folder / "policy.txt"
    place.write_text("# told to partners on paper\n" + place.read_text())
    epoch(0)
    rotation.announce_log_key(now=START)
    assert place.read_text().startswith("# told to partners on paper\nlog ")
    assert place.read_text().count("\nlog ") == 2
    assert place.read_text().endswith("quorum none\n")


def test_without_an_announcement_nothing_is_retired(data_folder: Path) -> None:
    with pytest.raises(Conflict, match="announced"):
        rotation.retire_log_key(now=START)
