"""The supervisor's forms: an institution, a statutory clock, a calendar, a changed day, a directory.

Shown right by `tests/server/referrals/test_pages.py`.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanat.server.referrals.models import Calendar, Institution
from amanat.server.referrals.rules.calendars import HOLIDAY
from amanat.server.referrals.rules.clocks import MAX_DAYS, WORKING_DAYS
from amanat.server.referrals.rules.directory import ClockEntry
from amanat.server.referrals.rules.directory_reading import MAX_BYTES
from amanat.server.referrals.rules.names import EFFECT_NAMES, KIND_NAMES, REQUEST_NAMES, WEEKDAY_NAMES
from amanat.server.referrals.rules.wording import COUNTING_NAMES, START_NAMES

__all__ = ["CalendarForm", "ClockForm", "DayForm", "DirectoryForm", "InstitutionForm", "TokenForm"]


def _auto(**more: Any) -> forms.TextInput:
    return forms.TextInput({"dir": "auto", **more})


def _code() -> forms.TextInput:
    return forms.TextInput({"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"})


class InstitutionForm(forms.Form):
    """One institution."""

    name = forms.CharField(max_length=200, label=_("Name"), widget=_auto())
    kind = forms.ChoiceField(choices=list(KIND_NAMES.items()), label=_("Kind"))
    jurisdiction = forms.CharField(max_length=200, label=_("Where it is responsible"), widget=_auto())
    contacts = forms.CharField(
        max_length=2000,
        required=False,
        label=_("How to reach it"),
        help_text=_("Address, telephone, e-mail: a line each. It is printed on letters."),
        widget=forms.Textarea({"dir": "auto", "rows": 4}),
    )
    calendar = forms.ModelChoiceField(Calendar.objects.none(), label=_("Working calendar"), empty_label=None)
    overseen_by = forms.ModelChoiceField(
        Institution.objects.none(), required=False, label=_("Overseen by"), empty_label=_("Nobody")
    )
    recipient = forms.CharField(
        max_length=100,
        required=False,
        label=_("Public key"),
        help_text=_("If it has one: it begins with age1. Otherwise it gets a letter with a secret."),
        widget=_code(),
    )
    is_active = forms.BooleanField(
        required=False, label=_("In use"), help_text=_("Take the mark away when it no longer exists.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = Calendar.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["overseen_by"].queryset = Institution.objects.order_by("name")  # type: ignore[attr-defined]


class ClockForm(forms.Form):
    """What the law gives an institution for one kind of request."""

    request = forms.ChoiceField(choices=list(REQUEST_NAMES.items()), label=_("Kind of request"))
    days = forms.IntegerField(min_value=1, max_value=MAX_DAYS, label=_("Days"))
    counting = forms.ChoiceField(
        choices=list(COUNTING_NAMES.items()), label=_("Counted as"), initial=WORKING_DAYS
    )
    rolls = forms.BooleanField(
        required=False,
        initial=True,
        label=_("A last day that is no working day moves to the next working day"),
        help_text=_("Only for calendar days."),
    )
    starts_on = forms.ChoiceField(choices=list(START_NAMES.items()), label=_("The clock starts"))
    law = forms.CharField(
        max_length=1000,
        label=_("The words of the law, and where they stand"),
        widget=_auto(),
    )
    remind_days = forms.IntegerField(
        min_value=0, max_value=MAX_DAYS, initial=3, label=_("Remind: working days before the due date")
    )
    escalate_days = forms.IntegerField(
        min_value=1,
        max_value=MAX_DAYS,
        initial=5,
        label=_("After a lapse: working days before the next body above is told"),
    )

    def entry(self) -> ClockEntry:
        """The clock that was filled in."""
        return ClockEntry(**self.cleaned_data)


class CalendarForm(forms.Form):
    """A new working calendar."""

    name = forms.CharField(max_length=100, label=_("Name"), widget=_auto())
    country = forms.CharField(
        max_length=2,
        required=False,
        label=_("Country"),
        help_text=_("Two letters, such as PK or GB: its public holidays are filled in. Empty: none are."),
        widget=_code(),
    )
    subdivision = forms.CharField(
        max_length=10, required=False, label=_("Part of the country, if its holidays differ"), widget=_code()
    )
    timezone = forms.CharField(
        max_length=60, label=_("Time zone"), help_text=_("Such as Asia/Karachi."), widget=_code()
    )
    weekend = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        choices=list(enumerate(WEEKDAY_NAMES)),
        initial=[5, 6],
        label=_("Weekend"),
        widget=forms.CheckboxSelectMultiple,
    )


class DayForm(forms.Form):
    """A day that is not as the calendar has it."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    effect = forms.ChoiceField(choices=list(EFFECT_NAMES.items()), label=_("It is"), initial=HOLIDAY)
    reason = forms.CharField(
        max_length=200,
        label=_("Why"),
        help_text=_("It is shown with every due date that the day moves. Nothing about a case."),
        widget=_auto(),
    )


class DirectoryForm(forms.Form):
    """A directory from another organisation, pasted."""

    text = forms.CharField(
        max_length=MAX_BYTES,
        label=_("Directory"),
        widget=forms.Textarea({"dir": "ltr", "rows": 12, "spellcheck": "false"}),
    )


class TokenForm(forms.Form):
    """A new token for an institution's system."""

    label = forms.CharField(
        max_length=60,
        label=_("What it is for"),
        help_text=_("Such as the name of their system, so that it can be ended when that changes."),
        widget=_auto(),
    )
