"""Tables of the referrals, a file a subject."""

from amanat.server.referrals.models.clocks import Clock, ClockEvent
from amanat.server.referrals.models.institutions import (
    Calendar,
    DayChange,
    Edit,
    Institution,
    StatutoryClock,
)
from amanat.server.referrals.models.referrals import Draft, Referral, Step
from amanat.server.referrals.models.tokens import Token

__all__ = [
    "Calendar",
    "Clock",
    "ClockEvent",
    "DayChange",
    "Draft",
    "Edit",
    "Institution",
    "Referral",
    "StatutoryClock",
    "Step",
    "Token",
]
