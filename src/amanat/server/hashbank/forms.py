"""The form that takes a partner's file into a list. Shown right by `tests/server/hashbank/test_views.py`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanat.exchange.formats import FORMATS
from amanat.exchange.hma import BANK_NAME

__all__ = ["TakeForm"]


class TakeForm(forms.Form):
    """Which list, which format, whose, and the file."""

    bank = forms.RegexField(
        BANK_NAME,
        max_length=255,
        label=_("List"),
        help_text=_("Capital letters, digits and underscores. A new name makes a new list."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    format = forms.ChoiceField(label=_("Format"))
    source = forms.CharField(
        max_length=100,
        required=False,
        label=_("Whose list it is"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    complete = forms.BooleanField(
        required=False, label=_("This file is all they list: withdraw what is not in it")
    )
    file = forms.FileField(label=_("File"), help_text=_("Up to 1 MB; larger files by the command line."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [(name, name) for name in FORMATS]  # type: ignore[attr-defined]
