from datetime import timedelta

import pytest

from amanat.errors import NotFound
from amanat.server.accounts import actions, queries
from amanat.server.accounts.models import Member
from server.makers import NOW, found, make_person

pytestmark = pytest.mark.django_db


def test_before_it_is_founded_there_is_no_organisation_and_nobody_to_seal_to() -> None:
    assert queries.organisation() is None
    make_person("bilal")
    assert queries.intake_recipients() == []


def test_without_a_reader_there_is_nobody_to_seal_to_although_there_is_a_recovery_key() -> None:
    found()
    make_person("erum", "administrator")
    make_person("bilal", with_key=False)
    assert queries.intake_recipients() == []


def test_a_report_is_sealed_to_every_active_reader_and_to_recovery() -> None:
    recovery = found()
    bilal, chandni = make_person("bilal"), make_person("chandni", "supervisor")
    make_person("farah", with_key=False), make_person("erum", "administrator")
    gone = make_person("gul")
    Member.objects.filter(pk=gone.member.pk).update(is_active=False)
    recipients = [bilal.recipient, chandni.recipient, str(recovery.to_public())]
    assert queries.intake_recipients() == recipients
    assert [key.member.sign_in_name for key in queries.readers()] == ["bilal", "chandni"]


def test_a_key_is_found_by_its_member_only() -> None:
    bilal, farah = make_person("bilal"), make_person("farah", with_key=False)
    key = queries.key_of(bilal.member)
    assert key is not None
    assert key.recipient == bilal.recipient
    assert queries.key_of(farah.member) is None
    assert (queries.has_key(bilal.member), queries.has_key(farah.member)) == (True, False)


def test_people_are_listed_with_whoever_is_removed_last() -> None:
    bilal = make_person("bilal")
    make_person("farah"), make_person("erum", "administrator")
    Member.objects.filter(pk=bilal.member.pk).update(is_active=False)
    assert [person.sign_in_name for person in queries.people()] == ["farah", "erum", "bilal"]


def test_the_list_of_people_with_their_keys_is_one_question(django_assert_num_queries) -> None:
    make_person("bilal"), make_person("farah", with_key=False)
    with django_assert_num_queries(1):
        assert [hasattr(person, "key") for person in queries.people()] == [True, False]


def test_unknown_used_and_expired_invitations_are_refused_in_the_same_words() -> None:
    token = actions.invite(by=None, now=NOW, role="worker")
    hashed = actions.token_hash(token)
    assert queries.usable_invitation(token_hash=hashed, now=NOW).role == "worker"
    refusals = set()
    for token_hash, now in ((hashed, NOW + timedelta(hours=72)), (token, NOW), ("", NOW)):
        with pytest.raises(NotFound) as refused:
            queries.usable_invitation(token_hash=token_hash, now=now)
        refusals.add((refused.value.what, refused.value.hint))
    actions.accept_invitation(now=NOW, token=token, sign_in_name="bilal", pseudonym="B", password="x" * 12)
    with pytest.raises(NotFound) as refused:
        queries.usable_invitation(token_hash=hashed, now=NOW)
    assert {*refusals, (refused.value.what, refused.value.hint)} == refusals
    assert len(refusals) == 1


@pytest.mark.parametrize(
    ("failures", "after", "waits"), [(4, 0, False), (5, 0, True), (5, 899, True), (5, 900, False)]
)
def test_a_name_waits_for_a_window_after_five_failures(failures: int, after: int, waits: bool) -> None:
    for _ in range(failures):
        actions.note_failure(now=NOW, sign_in_name="bilal")
    moment = NOW + timedelta(seconds=after)
    assert queries.throttled(name_hash=actions.name_hash("bilal"), now=moment) is waits
    assert queries.throttled(name_hash=actions.name_hash("farah"), now=moment) is False


def test_after_a_hundred_failures_of_many_names_every_name_waits() -> None:
    for number in range(100):
        assert queries.throttled(name_hash=actions.name_hash("bilal"), now=NOW) is False
        actions.note_failure(now=NOW, sign_in_name=f"guess-{number}")
    assert queries.throttled(name_hash=actions.name_hash("bilal"), now=NOW) is True
