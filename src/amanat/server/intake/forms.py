"""The form of a report for browsers without JavaScript: nothing is mandatory but the text.

With JavaScript the page never sends these fields. Shown right by `tests/server/intake/test_views.py`.
"""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["MAX_ANSWER", "MAX_TEXT", "QUESTIONS", "ReportForm"]

MAX_TEXT = 40_000
MAX_ANSWER = 2_000
QUESTIONS = ("text", "where", "when", "relation", "known_by", "come_back")


class ReportForm(forms.Form):
    """What somebody tells; `report_id` was made with the page, so that sending it twice makes one report."""

    report_id = forms.RegexField(r"^[0-9a-f]{32}\Z")
    text = forms.CharField(
        max_length=MAX_TEXT, error_messages={"required": _("Please write what happened, in your own words.")}
    )
    where = forms.CharField(max_length=MAX_ANSWER, required=False)
    when = forms.CharField(max_length=MAX_ANSWER, required=False)
    relation = forms.CharField(max_length=MAX_ANSWER, required=False)
    known_by = forms.CharField(max_length=MAX_ANSWER, required=False)
    come_back = forms.CharField(max_length=MAX_ANSWER, required=False)

    def answers(self) -> dict[str, str]:
        """The answers as the payload of the first event has them."""
        return {name: self.cleaned_data[name] for name in QUESTIONS}


def new_report_id() -> str:
    """A fresh id, as a browser would make it."""
    return secrets.token_hex(16)
