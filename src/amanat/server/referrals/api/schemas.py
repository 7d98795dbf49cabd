"""The shapes of the API, which make its OpenAPI document. Bytes are base64, times RFC 3339 in UTC.

They check shape only: what may follow on what is decided by the actions. Shown right by
`tests/server/referrals/test_api.py`.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic_core import core_schema

from amanat.server.referrals.rules.clocks import COUNTINGS, EVENTS, STARTS
from amanat.server.referrals.rules.clocks import STATES as CLOCK_STATES
from amanat.server.referrals.rules.institutions import KINDS, REQUESTS
from amanat.server.referrals.rules.steps import LAPSED, STATES, STEPS

__all__ = [
    "Asked",
    "ClockShape",
    "HandedPage",
    "InstitutionShape",
    "NewOnward",
    "NewReferralShape",
    "NewStepShape",
    "Part",
    "PreviewShape",
    "Problem",
    "Promise",
    "ReferralId",
    "ReferralShape",
]

MAX_SEALED = 400_000


class OneOf:
    """One of the texts that the rules know."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = list(known)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.literal_schema(self.known)


# The last letters of canonical base64: what they hold beyond the last byte is zero.
TWO_LEFT, ONE_LEFT = "[AQgw]==", "[AEIMQUYcgkosw048]="
LETTER = "[A-Za-z0-9+/]"
WHOLE = rf"^(?:{LETTER}{{4}})*(?:{LETTER}{TWO_LEFT}|{LETTER}{{2}}{ONE_LEFT})?$"
Base64 = Annotated[str, Field(pattern=WHOLE, max_length=MAX_SEALED)]
# "amanat-leaf/v1", a line end, and the class of a case event.
LEAF = rf"^YW1hbmF0LWxlYWYvdjEKA[A-P]{LETTER}{{63}}{TWO_LEFT}$"
Leaf = Annotated[str, Field(pattern=LEAF, description="64 bytes, docs/reference/protocol.md section 4")]
Hash = Annotated[str, Field(pattern=rf"^{LETTER}{{42}}{ONE_LEFT}$", description="32 bytes")]
Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
ReferralId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
RequestKind = Annotated[str, OneOf(REQUESTS)]
Small = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Problem(Schema):
    """An error, as RFC 9457 has it."""

    title: str
    detail: str
    where: str
    hint: str
    status: int


class Part(Schema):
    """Which part of the list is asked for."""

    model_config = ConfigDict(extra="forbid")
    state: Annotated[str, OneOf(("open", "closed", "all"))] = "open"
    offset: Small = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class Asked(Schema):
    """For which kind of request a due date is asked, and of which institution, if not our own."""

    model_config = ConfigDict(extra="forbid")
    kind: RequestKind
    institution: Small | None = None


class HandedRow(Schema):
    """One referral in the list; `due` is null while its clock stands, or where none runs."""

    id: ReferralId
    request: RequestKind
    state: Annotated[str, OneOf((*STATES, LAPSED))]
    due: Moment | None
    clock: Annotated[str, OneOf(CLOCK_STATES)] | None


class HandedPage(Schema):
    """A part of the list, the newest first, and how many there are altogether."""

    total: int
    referrals: list[HandedRow]


class StepShape(Schema):
    """One step of a referral's chain; `index` is null until its leaf is in the log."""

    seq: int
    kind: Annotated[str, OneOf(STEPS)]
    head: Base64
    body: Base64
    leaf: Leaf
    index: int | None
    by_organisation: bool


class ReferralShape(HandedRow):
    """One referral with its sealed package and its steps; `number` and `parent` say whence it came."""

    number: int
    parent: ReferralId | None
    onward_count: int
    package: Base64
    steps: list[StepShape]


class ExplanationStep(Schema):
    """One step of an explanation: docs/reference/clocks.md."""

    kind: str
    first: str
    last: str
    days: int
    total: int
    reason: str
    by: str


class PreviewShape(Schema):
    """A due date that counts itself again: from its steps alone the same date follows."""

    counting: Annotated[str, OneOf(COUNTINGS)]
    starts_on: Annotated[str, OneOf(STARTS)]
    law: str
    timezone: str
    due: Moment | None
    steps: list[ExplanationStep]
    words: list[str]


class ClockEventShape(Schema):
    """One thing that happened to a clock."""

    seq: int
    kind: Annotated[str, OneOf(EVENTS)]
    at: Moment
    reason: str
    days: int
    due: Moment | None
    day: str | None
    told: str | None


class ClockShape(PreviewShape):
    """A clock, its explanation and its history."""

    state: Annotated[str, OneOf(CLOCK_STATES)]
    events: list[ClockEventShape]


class InstitutionShape(Schema):
    """A body that a request can be handed to."""

    id: int
    name: str
    kind: Annotated[str, OneOf(KINDS)]
    requests: list[RequestKind]


class NewStepShape(Schema):
    """A step as the institution's system made it; `due` where its leaf starts a clock, else left out."""

    model_config = ConfigDict(extra="forbid")
    seq: Small
    kind: Annotated[str, OneOf(STEPS)]
    leaf: Leaf
    head: Base64
    body: Base64
    due: Moment | None = None


class NewReferralShape(Schema):
    """The next referral, which a transfer makes."""

    model_config = ConfigDict(extra="forbid")
    referral_id: ReferralId
    number: Small
    institution: Small
    request: RequestKind
    locator_hash: Hash
    package: Base64
    due: Moment | None = None


class NewOnward(Schema):
    """A transfer and the referral that it makes."""

    model_config = ConfigDict(extra="forbid")
    step: NewStepShape
    referral: NewReferralShape


class Promise(Schema):
    """The signed note that promises the leaf's place in the log."""

    promise: str
