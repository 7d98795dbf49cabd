"""The names of kinds, requests, effects and weekdays, in the language of the moment.

Shown right by `tests/server/referrals/rules/test_wording.py`.
"""

from django.utils.translation import gettext_lazy as _

from amanat.server.referrals.rules.calendars import HOLIDAY, USUAL, WORKING

__all__ = ["EFFECT_NAMES", "KIND_NAMES", "REQUEST_NAMES", "WEEKDAY_NAMES"]

KIND_NAMES = {
    "police": _("Police"),
    "prosecutor": _("Prosecution"),
    "court": _("Court"),
    "ministry": _("Ministry or department"),
    "social_services": _("Social services"),
    "health": _("Health service"),
    "school": _("School or its authority"),
    "commission": _("Commission"),
    "ombudsperson": _("Ombudsperson"),
    "organisation": _("Organisation"),
    "platform": _("Online platform"),
    "other": _("Another body"),
}
REQUEST_NAMES = {
    "protection": _("Protection of a child"),
    "investigation": _("Investigation"),
    "inquiry": _("Inquiry"),
    "medical": _("Medical help"),
    "legal_aid": _("Legal help"),
    "psychosocial": _("Psychosocial help"),
    "information": _("Information"),
    "take_down": _("Taking material down"),
    "complaint": _("Complaint"),
    "demand": _("Demand"),
    "recommendation": _("Recommendation"),
    "other": _("Something else"),
}
EFFECT_NAMES = {
    HOLIDAY: _("A holiday"),
    WORKING: _("A working day"),
    USUAL: _("As the week has it"),
}
WEEKDAY_NAMES = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
