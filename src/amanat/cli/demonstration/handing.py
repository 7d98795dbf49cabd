"""Makes the invented referrals through the server's ordinary actions: passed on, refused, taken up, lapsed.

The institutions are those of the example directory. Shown right by `tests/cli/demonstration/test_handing.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat import clock
from amanat.receipt.chain import Chain, Fresh
from amanat.receipt.referring import Referring

if TYPE_CHECKING:
    from amanat.server.referrals.actions.referrals import NewReferral, NewStep
    from amanat.server.referrals.models import Institution

__all__ = ["make_institutions", "make_referrals"]

DEPARTMENT, COURT = "Home Department of Kohsar", "District Court of Kohsar"
POLICE, COMMISSION = "District Police of Kohsar", "Children's Commission of Kohsar"
LONG_AGO = timedelta(days=40)


def make_institutions() -> None:
    """The invented district with its institutions, calendars and laws, unless they are there."""
    import amanat.server.referrals as referrals
    from amanat.server.referrals.actions.institutions import take_over
    from amanat.server.referrals.models import Institution
    from amanat.server.referrals.rules.directory_reading import parse_directory

    if Institution.objects.exists():
        return
    example = Path(referrals.__file__).parent / "directories" / "example.yaml"
    take_over(by=None, now=clock.now(), directory=parse_directory(example.read_text(encoding="utf-8")))


def make_referrals(chains: Sequence[Chain], fresh: Fresh) -> None:
    """One case that goes in a circle until somebody takes it up; one that nobody answered in time."""
    first, second = (
        _Desk(chain, fresh, by) for chain, by in zip(chains[:2], ("bilal", "farah"), strict=True)
    )
    department = first.refer(DEPARTMENT, "inquiry", "Please have looked into who keeps the telephones.")
    first.take(department, DEPARTMENT, "delivered")
    court = first.hand(department, COURT, "Such an inquiry is for the court.")
    first.take(court, COURT, "delivered")
    words = "The police are investigating already."
    cited: dict[str, Any] = {
        "counterparty": POLICE,
        "payload": {"basis": "Courts Act (invented), section 23"},
    }
    first.take(court, COURT, "refused", words, **cited)
    first.name(POLICE)
    commission = first.refer(COMMISSION, "inquiry", "The court points to the police, who are named.")
    first.take(commission, COMMISSION, "delivered")
    first.take(commission, COMMISSION, "acknowledged", "We have begun to inquire.")
    before = clock.now() - LONG_AGO
    police = second.refer(POLICE, "investigation", "Please register what was reported.", now=before)
    second.take(police, POLICE, "delivered", now=before)


@dataclass(slots=True)
class _Desk:
    """A worker with one report, and the institutions' pages in one."""

    chain: Chain
    fresh: Fresh
    by: str
    sent: int = 0

    def refer(self, name: str, request: str, asked: str, *, now: datetime | None = None) -> Referring:
        """Send the next referral of the report."""
        from amanat.server.accounts.models import Member
        from amanat.server.intake.models import Report
        from amanat.server.referrals.actions.referrals import refer

        moment, chosen = now or clock.now(), [["What is asked", asked]]
        referring = Referring(self.chain.keys.thread_key, number=self.sent)
        made = _new(referring, name, request, chosen, moment)
        event = self.chain.event(
            "referred",
            f"We have handed this to {name}\nWhat is asked: {asked}",
            by_reporter=False,
            now=moment,
            fresh=self.fresh,
            counterparty=name,
            due_time=made.due,
            payload={"referral": referring.referral_id, "chosen": chosen},
        )
        worker, report = Member.objects.get(sign_in_name=self.by), Report.objects.get(pk=self.chain.report_id)
        sealed: dict[str, Any] = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record}
        refer(by=worker, now=moment, report=report, made=made, **sealed)
        self.sent += 1
        return referring

    def take(
        self,
        referring: Referring,
        name: str,
        kind: str,
        text: str = "",
        *,
        now: datetime | None = None,
        **more: Any,
    ) -> None:
        """A step on the institution's page, with the date of the clock that it starts."""
        from amanat.server.referrals.actions.referrals import take_step
        from amanat.server.referrals.models import Referral

        moment = now or clock.now()
        row = Referral.objects.get(pk=referring.referral_id)
        due = None if row.clock else _due(_institution(name), row.request, kind, moment)
        step = self._step(referring, kind, text, moment, due_time=due, **more)
        take_step(by=None, now=moment, referral=row, step=step)

    def hand(self, referring: Referring, to: str, text: str) -> Referring:
        """Pass a referral on."""
        from amanat.server.referrals.actions.referrals import hand_onward
        from amanat.server.referrals.models import Referral

        now, row = clock.now(), Referral.objects.get(pk=referring.referral_id)
        following = Referring(referring.keys.key)
        made = _new(following, to, row.request, [], now)
        payload = {"referral": following.referral_id, "chosen": []}
        step = self._step(referring, "transferred", text, now, counterparty=to, payload=payload)
        hand_onward(by=None, now=now, referral=row, step=step, made=made)
        return following

    def name(self, name: str) -> None:
        """Say in the thread that a body is named in the case."""
        from amanat.server.accounts.models import Member
        from amanat.server.intake.actions import append_event
        from amanat.server.intake.models import Report

        event = self.chain.event(
            "message",
            f"In this case we have noted that these bodies are named:\n{name}",
            by_reporter=False,
            now=clock.now(),
            fresh=self.fresh,
            payload={"named": [_institution(name).pk]},
        )
        worker, report = Member.objects.get(sign_in_name=self.by), Report.objects.get(pk=self.chain.report_id)
        sealed: dict[str, Any] = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record}
        append_event(by=worker, now=clock.now(), report=report, **sealed)

    def _step(self, referring: Referring, kind: str, text: str, now: datetime, **more: Any) -> "NewStep":
        from amanat.server.referrals.actions.referrals import NewStep

        made = referring.step(kind, text, now=now, fresh=self.fresh, **more)
        return NewStep(made.seq, kind, made.leaf, made.head, made.body, more.get("due_time"))


def _institution(name: str) -> "Institution":
    from amanat.server.referrals.models import Institution

    return Institution.objects.get(name=name)


def _due(where: "Institution", request: str, kind: str, now: datetime) -> datetime | None:
    """The date that a step of this kind starts to count to; None where it starts no clock."""
    from amanat.server.referrals.queries.clocks import preview
    from amanat.server.referrals.queries.referrals import law_of
    from amanat.server.referrals.rules.steps import starts_clock

    law = law_of(where, request)
    if law is None or not starts_clock(law.starts_on, kind):
        return None
    return preview(where, request, now=now).due


def _new(
    referring: Referring, name: str, request: str, chosen: list[list[str]], now: datetime
) -> "NewReferral":
    from amanat.cli.demonstration.story import ORGANISATION
    from amanat.server.referrals.actions.referrals import NewReferral

    where = _institution(name)
    due = _due(where, request, "sent", now)
    texts = {"institution": name, "organisation": ORGANISATION, "request": request, "chosen": chosen}
    return NewReferral(
        referral_id=referring.referral_id,
        number=referring.number,
        institution=where,
        request=request,
        sees="words",
        locator_hash=referring.locator_hash,
        package=referring.package(due=due, consent="Asked and given", **texts),
        due=due,
    )
