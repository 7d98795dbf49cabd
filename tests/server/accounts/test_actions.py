from datetime import timedelta

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.server.accounts import actions, queries
from amanat.server.accounts.models import Failure, Invitation, Member, MemberKey, Organisation
from server.makers import NOW, PASSWORD, found, make_person

pytestmark = pytest.mark.django_db


def accept(token: str, name: str = "bilal", **more: object) -> Member:
    return actions.accept_invitation(
        **({"now": NOW, "token": token, "sign_in_name": name, "pseudonym": "B", "password": PASSWORD} | more)  # type: ignore[arg-type]
    )


def test_an_organisation_is_founded_once() -> None:
    found()
    with pytest.raises(Conflict):
        found()
    assert Organisation.objects.count() == 1


def test_an_invitation_makes_one_member_and_keeps_no_token_and_no_password() -> None:
    token = actions.invite(by=None, now=NOW, role="worker")
    assert token not in Invitation.objects.get().token_hash
    member = accept(token)
    assert (member.role, member.check_password(PASSWORD)) == ("worker", True)
    assert PASSWORD not in member.password
    assert member.password.startswith("argon2")


def test_an_invitation_is_good_once() -> None:
    token = actions.invite(by=None, now=NOW, role="worker")
    accept(token)
    with pytest.raises(NotFound):
        accept(token, "farah")
    assert Member.objects.count() == 1


def test_an_invitation_expires() -> None:
    token = actions.invite(by=None, now=NOW, role="worker")
    with pytest.raises(NotFound):
        accept(token, now=NOW + timedelta(hours=72))


def test_a_taken_name_is_a_conflict_and_leaves_the_invitation_usable() -> None:
    make_person("bilal")
    token = actions.invite(by=None, now=NOW, role="supervisor")
    with pytest.raises(Conflict, match="taken"):
        accept(token, "bilal")
    assert accept(token, "farah").role == "supervisor"


def test_only_an_administrator_invites() -> None:
    erum, bilal = make_person("erum", "administrator"), make_person("bilal")
    assert actions.invite(by=erum.member, now=NOW, role="worker")
    with pytest.raises(NotAllowed):
        actions.invite(by=bilal.member, now=NOW, role="worker")
    with pytest.raises(Malformed):
        actions.invite(by=erum.member, now=NOW, role="owner")


def test_a_member_has_one_key_and_an_administrator_none() -> None:
    bilal, erum = make_person("bilal"), make_person("erum", "administrator")
    with pytest.raises(Conflict):
        actions.keep_key(by=bilal.member, now=NOW, recipient="age1other", wrapped="")
    with pytest.raises(NotAllowed):
        actions.keep_key(by=erum.member, now=NOW, recipient="age1other", wrapped="")
    assert MemberKey.objects.count() == 1


def test_the_same_key_sent_again_is_the_one_that_is_kept() -> None:
    bilal = make_person("bilal")
    again = actions.keep_key(by=bilal.member, now=NOW, recipient=bilal.recipient, wrapped="")
    assert again == MemberKey.objects.get()
    with pytest.raises(Conflict):
        actions.keep_key(by=bilal.member, now=NOW, recipient=bilal.recipient, wrapped="other")


def test_two_members_cannot_share_a_key() -> None:
    bilal, farah = make_person("bilal"), make_person("farah", with_key=False)
    with pytest.raises(Conflict):
        actions.keep_key(by=farah.member, now=NOW, recipient=bilal.recipient, wrapped="")


def test_a_removed_member_is_no_recipient_and_keeps_what_they_wrote() -> None:
    found()
    erum, bilal = make_person("erum", "administrator"), make_person("bilal")
    make_person("chandni", "supervisor")
    actions.deactivate(by=erum.member, now=NOW, member=bilal.member)
    assert bilal.recipient not in queries.intake_recipients()
    assert Member.objects.get(sign_in_name="bilal").is_active is False


def test_the_last_reader_and_oneself_cannot_be_removed() -> None:
    erum, bilal = make_person("erum", "administrator"), make_person("bilal")
    for member in (bilal.member, erum.member):
        with pytest.raises(NotAllowed):
            actions.deactivate(by=erum.member, now=NOW, member=member)
    with pytest.raises(NotAllowed):
        actions.deactivate(by=bilal.member, now=NOW, member=erum.member)


def test_the_last_whose_key_opens_reports_cannot_be_removed() -> None:
    found()
    erum, bilal = make_person("erum", "administrator"), make_person("bilal")
    chandni = make_person("chandni", "supervisor", with_key=False)
    with pytest.raises(NotAllowed):
        actions.deactivate(by=erum.member, now=NOW, member=bilal.member)
    assert queries.intake_recipients()
    actions.deactivate(by=erum.member, now=NOW, member=chandni.member)
    assert Member.objects.get(sign_in_name="chandni").is_active is False


def test_failures_are_counted_by_a_hash_and_forgotten_after_their_window() -> None:
    for _ in range(5):
        actions.note_failure(now=NOW, sign_in_name="my password by mistake")
    assert "mistake" not in str(list(Failure.objects.values_list()))
    tried = actions.name_hash("my password by mistake")
    assert queries.throttled(name_hash=tried, now=NOW)
    assert not queries.throttled(name_hash=actions.name_hash("another"), now=NOW)
    assert not queries.throttled(name_hash=tried, now=NOW + timedelta(minutes=15))
    actions.note_failure(now=NOW + timedelta(hours=1), sign_in_name="bilal")
    assert Failure.objects.count() == 1
