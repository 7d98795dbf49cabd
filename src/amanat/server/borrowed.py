"""Texts that pages show and that no other source marks for translation: Django's own, which its Urdu
catalogue lacks or has in another tone, and errors, which only `public/error.html` translates.

Nothing imports this module; `makemessages` reads it. Shown right by `tests/server/test_language.py`.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

__all__ = ["ERRORS", "OF_DJANGO", "PLURALS_OF_DJANGO"]

OF_DJANGO = (
    _("This field is required."),
    _("Enter a valid value."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Null characters are not allowed."),
    _("This password is too common."),
    _("This password is entirely numeric."),
)

PLURALS_OF_DJANGO = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
)

ERRORS = (
    _("nobody here can read reports yet"),
    _("Use one of the numbers on the first page."),
    _("Very many reports are arriving. Yours was NOT received."),
    _("Try again in ten minutes, turn scripts on in your browser, or use one of the numbers."),
    _("this form was received before"),
    _("The first sending counts. If its words are lost, fill in a new form and say so."),
    _("this invitation was used, has expired or never existed"),
    _("Ask whoever invited you for a new link: each works once and for three days."),
    _("this invitation was used a moment ago"),
    _("this sign-in name is taken"),
    _("there is a second factor already"),
    _("Sign in with its code."),
    _("an administrator reads and writes no reports"),
    _("only another administrator removes people"),
    _("somebody must be able to read reports"),
    _("Invite another worker first."),
    _("no such report"),
    _("no such tile"),
    _("nothing is published yet"),
    _("The first tree comes with the next epoch."),
    _("the checker is not installed"),
    _("Use `amanat verify` instead."),
    _("cannot be read"),
    _("A TOML file of [[helpline]] tables: name and number, hours and country if you like, all text."),
    _("this name is taken"),
    _("Choose another."),
    _("it would oversee itself"),
    _("Choose a body that this one does not oversee itself."),
    _("this day has begun: it can become a holiday, no working day"),
    _("It can be changed until the day before. Extend single clocks where that is needed."),
    _("not a public key of age"),
    _("It begins with age1 and has 62 letters."),
    _("no such time zone"),
    _("Write it as Asia/Karachi or Europe/London."),
    _("no holidays are known for this country"),
    _("Write two capital letters, or nothing and add the holidays by hand."),
    _("no such part of the country"),
    _("a weekend of more than three days"),
    _("only a supervisor enters institutions and calendars"),
    _("no such institution"),
    _("no such calendar"),
    _("no such clock"),
    _("this institution has no clock for this kind of request"),
    _("Enter the statutory clock of this institution, or choose another kind of request."),
    _("the due date has changed since the page was opened"),
    _("Open the page again: it shows the date that holds now."),
    _("not CSV in UTF-8"),
    _("not JSON"),
    _("not XML"),
    _("columns that this program does not know"),
    _("this institution has enough tokens"),
    _("End one that nobody uses."),
)
