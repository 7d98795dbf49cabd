"""The form that releases figures; its second half is what was previewed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanat.server.public.rules.release import MAX_NOTE

__all__ = ["ReleaseForm"]


class ReleaseForm(forms.Form):
    """A note, and for a correction which release it corrects."""

    digest = forms.RegexField(r"^[0-9a-f]{64}\Z")
    corrects = forms.IntegerField(
        label=_("Corrects release"),
        required=False,
        min_value=1,
        help_text=_("Its number, if an earlier release was wrong. The earlier one stays."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"dir": "auto", "class": "short"}),
        help_text=_("Everybody can read it. For a correction: what was wrong."),
    )

    def clean(self) -> dict[str, Any]:
        """A correction says what was wrong."""
        given = super().clean() or {}
        if given.get("corrects") and not (given.get("note") or "").strip():
            self.add_error("note", _("A correction says in its note what was wrong."))
        return given
