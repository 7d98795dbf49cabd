"""The texts of the scripts that draw referrals, for any page: the reporter's belongs to an earlier stage."""

from typing import Any

from django import template

from amanat.server.referrals.rules.names import REQUEST_NAMES
from amanat.server.referrals.rules.step_names import STATE_NAMES

__all__ = ["referral_texts", "register"]

register = template.Library()


@register.inclusion_tag("referrals/texts.html")
def referral_texts() -> dict[str, Any]:
    """Draw them as a template element."""
    return {"requests": REQUEST_NAMES, "states": STATE_NAMES}
