"""Makes the invented people and their reports through the server's ordinary actions, sealed as real ones.

Passwords, passphrases and words are random for each demonstration and stand in one private file. Shown
right by `tests/cli/test_demo.py`.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyrage

from amanat import clock
from amanat.cli.demonstration import case_story, story
from amanat.cli.demonstration.casefile import make_case
from amanat.cli.demonstration.handing import make_institutions, make_referrals
from amanat.cli.demonstration.wrapping import wrap_identity
from amanat.receipt.chain import Chain, Fresh
from amanat.sealing.grant import Grant, seal_grant
from amanat.sealing.keys import locator_hash
from amanat.sealing.words import new_secret, to_words
from amanat.strict import encode_base64
from amanat.tlog.hashing import EMPTY_ROOT

if TYPE_CHECKING:
    from amanat.server.accounts.models import Member
    from amanat.server.intake.models import Report

__all__ = ["Identity", "Seeded", "codes", "make", "new_identity", "write_people"]

NOTHING_SEEN = Fresh(0, EMPTY_ROOT)
ANSWERS = ("text", "where", "when", "relation", "known_by", "come_back")


@dataclass(frozen=True, slots=True)
class Identity:
    """An age identity and its recipient."""

    identity: str = field(repr=False)
    recipient: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What whoever looks at the demonstration needs to be told."""

    people: tuple[str, ...]
    words: tuple[str, ...]
    recovery: Identity


def new_identity() -> Identity:
    """A fresh age identity."""
    made = pyrage.x25519.Identity.generate()
    return Identity(str(made), str(made.to_public()))


def make(recovery: Identity) -> Seeded:
    """Make everybody and everything of the story."""
    people = tuple(_make_person(person) for person in story.PEOPLE)
    _take_over_example()
    chains = [(report, _make_report(report)) for report in story.REPORTS]
    make_case(chains[case_story.FROM_REPORT][1], NOTHING_SEEN)
    make_institutions()
    make_referrals([chain for _, chain in chains], NOTHING_SEEN)
    words = tuple(chain.words for report, chain in chains if report.show_words)
    return Seeded(people, words, recovery)


def _take_over_example() -> None:
    """The invented district with its institutions, calendars and laws."""
    import amanat.server.referrals as referrals
    from amanat.server.referrals.actions.institutions import take_over
    from amanat.server.referrals.rules.directory_reading import parse_directory

    example = Path(referrals.__file__).parent / "directories" / "example.yaml"
    take_over(by=None, now=clock.now(), directory=parse_directory(example.read_text(encoding="utf-8")))


def write_people(path: Path, seeded: Seeded) -> None:
    """Write what was made for whoever looks at it, and nobody else; last, because it marks the whole."""
    from amanat.server.ledger.actions import write_once

    lines = [
        *seeded.people,
        "",
        "  Words of two reports, to come back with:",
        *(f"    {words}" for words in seeded.words),
        "",
        f"  Recovery identity: {seeded.recovery.identity}",
    ]
    write_once(path, lambda: "\n".join(lines) + "\n")


def codes() -> Iterator[tuple[str, str]]:
    """Everybody's code of this moment."""
    from django_otp.oath import TOTP
    from django_otp.plugins.otp_totp.models import TOTPDevice

    for device in TOTPDevice.objects.select_related("user").order_by("pk"):
        totp = TOTP(device.bin_key)
        totp.time = clock.now().timestamp()
        yield device.user.sign_in_name, f"{totp.token():06d}"


def _make_person(person: story.Person) -> str:
    """Make one member with a second factor and, for readers, a key; returns the lines to show."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from amanat.server.accounts import actions
    from amanat.server.accounts.rules import may_read

    password, passphrase = secrets.token_urlsafe(12), "-".join(to_words(new_secret())[:5])
    token = actions.invite(by=None, now=clock.now(), role=person.role)
    member = actions.accept_invitation(
        now=clock.now(),
        token=token,
        sign_in_name=person.sign_in,
        pseudonym=person.pseudonym,
        password=password,
    )
    TOTPDevice.objects.create(user=member, name="code", confirmed=True)
    line = f"  {person.sign_in:<8} {person.role:<14} password {password}"
    if not may_read(person.role):
        return f"{line}   (reads nothing)"
    key = new_identity()
    wrapped = encode_base64(wrap_identity(key.identity, passphrase))
    actions.keep_key(by=member, now=clock.now(), recipient=key.recipient, wrapped=wrapped)
    return f"{line}   passphrase {passphrase}"


def _make_report(report: story.Report) -> Chain:
    from amanat.server.accounts.queries import intake_recipients
    from amanat.server.intake.actions import receive_report

    chain, now = Chain(), clock.now()
    answers = {name: getattr(report, name) for name in ANSWERS}
    sealed, event = chain.report(answers, intake_recipients(), now=now, fresh=NOTHING_SEEN)
    receive_report(
        by=None,
        now=now,
        report_id=chain.report_id,
        locator_hash=locator_hash(chain.keys.locator),
        sealed=sealed,
        leaf=event.leaf,
        record=event.record,
        without_script=report.without_script,
    )
    for step in report.steps:
        _take_step(chain, step)
    return chain


def _take_step(chain: Chain, step: story.Step) -> None:
    from amanat.server.accounts.models import Member
    from amanat.server.cases.actions import act
    from amanat.server.cases.models import Grant as Kept
    from amanat.server.intake.actions import append_event
    from amanat.server.intake.models import Report

    now, report = clock.now(), Report.objects.get(pk=chain.report_id)
    by_reporter = step.by is None
    event = chain.event(step.kind, step.text, by_reporter=by_reporter, now=now, fresh=NOTHING_SEEN)
    sent: dict[str, Any] = {
        "now": now,
        "report": report,
        "seq": event.seq,
        "leaf": event.leaf,
        "sealed": event.record,
    }
    if by_reporter:
        append_event(by=None, **sent)
        return
    worker = Member.objects.get(sign_in_name=step.by)
    if not Kept.objects.filter(report=report).exists():
        _pass_on(chain, report, worker)
    act(by=worker, kind=step.kind, **sent)


def _pass_on(chain: Chain, report: "Report", worker: "Member") -> None:
    """What the first worker's browser does: a grant for every reader and for recovery."""
    from amanat.server.accounts.queries import organisation, readers
    from amanat.server.cases.actions import keep_grants

    grant = Grant(chain.report_id, chain.file_key, chain.keys.thread_key)
    founded = organisation()
    recipients: dict[int | None, str] = {key.member_id: key.recipient for key in readers()}
    if founded:
        recipients[None] = founded.recovery_recipient
    grants = {member: seal_grant(grant, recipient) for member, recipient in recipients.items()}
    keep_grants(by=worker, now=clock.now(), report=report, grants=grants)
