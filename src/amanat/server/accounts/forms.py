"""The forms of the staff account pages. Shown right by `tests/server/accounts/test_views.py`."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from amanat.server.accounts.rules import ADMINISTRATOR, SUPERVISOR, WORKER

__all__ = ["ROLE_NAMES", "CodeForm", "InvitationForm", "InviteForm", "SignInForm"]

ROLE_NAMES = {WORKER: _("Worker"), SUPERVISOR: _("Supervisor"), ADMINISTRATOR: _("Administrator")}


def _code_field() -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
    return forms.RegexField(
        r"^\s*\d{3}\s*\d{3}\s*\Z",
        label=_("Six-digit code"),
        widget=forms.TextInput(attributes),
        error_messages={"invalid": _("The code has six digits.")},
    )


def _password(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput({"autocomplete": autocomplete, "dir": "ltr"})


class InvitationForm(forms.Form):
    """Who somebody is here: a name to sign in with, what colleagues call them, a password."""

    sign_in_name = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,59}\Z",
        label=_("Sign-in name"),
        help_text=_("Small letters and digits. Only for signing in."),
        widget=forms.TextInput({"autocomplete": "username", "dir": "ltr", "autocapitalize": "none"}),
        error_messages={
            "invalid": _("Use 3 to 60 small letters, digits, dots or dashes, a letter or digit first.")
        },
    )
    pseudonym = forms.CharField(
        max_length=60, label=_("What colleagues call you"), widget=forms.TextInput({"dir": "auto"})
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label=_("Password"),
        help_text=_("At least 12 characters. Three or four unrelated words are good."),
        widget=_password("new-password"),
    )
    password_again = forms.CharField(
        max_length=200, strip=False, label=_("The password again"), widget=_password("new-password")
    )

    def clean(self) -> dict[str, Any]:
        """Holds the password against Django's rules, and against its repetition."""
        given = super().clean() or {}
        password = given.get("password", "")
        if password != given.get("password_again", ""):
            self.add_error("password_again", _("The two passwords differ."))
        elif password:
            try:
                validate_password(password)
            except ValidationError as error:
                self.add_error("password", error)
            names = (given.get("sign_in_name", ""), given.get("pseudonym", ""))
            if any(len(name) > 3 and name.lower() in password.lower() for name in names):
                self.add_error("password", _("The password must not contain your name."))
        return given


class CodeForm(forms.Form):
    """The first code of a second factor."""

    code = _code_field()


class SignInForm(forms.Form):
    """Name, password and code together: a wrong one is not told from another."""

    sign_in_name = forms.CharField(
        max_length=200,
        label=_("Sign-in name"),
        widget=forms.TextInput({"autocomplete": "username", "dir": "ltr", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=200, strip=False, label=_("Password"), widget=_password("current-password")
    )
    code = _code_field()


class InviteForm(forms.Form):
    """Whom to invite."""

    role = forms.ChoiceField(choices=list(ROLE_NAMES.items()), label=_("Role"))
