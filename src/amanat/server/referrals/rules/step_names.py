"""What the states of a referral are called on the pages."""

from django.utils.translation import gettext_lazy as _

from amanat.server.referrals.rules import steps

__all__ = ["STATE_NAMES"]

STATE_NAMES = {
    "draft": _("Draft"),
    steps.SENT: _("Sent"),
    steps.DELIVERED: _("Delivered"),
    steps.ACKNOWLEDGED: _("Acknowledged"),
    steps.ANSWERED: _("Answered"),
    steps.REFUSED: _("Refused"),
    steps.TRANSFERRED: _("Passed on"),
    steps.RETURNED: _("Sent back"),
    steps.LAPSED: _("No answer in time"),
}
