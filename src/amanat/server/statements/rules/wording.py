"""The words for kinds, states, roles, labels, relations and reasons, in the language of the moment.

Shown right by `tests/server/statements/test_pages.py`.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amanat.record.figures import Reason
from amanat.record.numberwords import Interval

__all__ = [
    "DEED_NAMES",
    "FORM_NAMES",
    "KIND_NAMES",
    "LABEL_NAMES",
    "NAME_KIND_NAMES",
    "PUBLICATION_NAMES",
    "RELATION_NAMES",
    "REPLY_NAMES",
    "ROLE_NAMES",
    "STATE_NAMES",
    "basis_words",
    "interval_words",
    "label_of",
    "name_listed",
    "reason_words",
]

KIND_NAMES = {
    "referral": _("Referral"),
    "statement": _("Statement"),
    "event": _("Event"),
    "figure": _("Figure"),
    "harm": _("Harm"),
}
STATE_NAMES = {
    "pending": _("waits for a person"),
    "confirmed": _("confirmed"),
    "edited": _("corrected and confirmed"),
    "rejected": _("rejected"),
    "obsolete": _("obsolete: its source has a newer version"),
}
ROLE_NAMES = {
    "what": _("What"),
    "when": _("When"),
    "where": _("Where"),
    "who": _("Who"),
    "speaker": _("Who says it"),
    "via": _("As told by"),
    "content": _("What is said"),
    "number": _("Number"),
    "counted": _("What is counted"),
    "scope": _("Of where and when"),
    "counted_by": _("Who counted"),
    "names": _("List of names"),
    "outcome": _("Outcome, in words"),
    "asker": _("Who asks"),
    "asked": _("Who is asked"),
    "reason": _("Reason given"),
}
LABEL_NAMES = {
    "asserts": _("asserts"),
    "denies": _("denies"),
    "alleges": _("alleges"),
    "estimates": _("estimates"),
    "demands": _("demands"),
    "promises": _("promises"),
    "orders": _("orders"),
    "refuses": _("refuses"),
    "killed": _("killed"),
    "injured": _("injured"),
    "missing": _("missing"),
    "ill": _("ill"),
    "displaced": _("displaced"),
    "affected": _("affected"),
    "asked": _("asked"),
    "granted": _("granted"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
    "no answer found": _("no answer found in these sources"),
    "stance": _("How it is said"),
    "outcome": _("How it ended"),
}
NAME_KIND_NAMES = {
    "undecided": _("nobody has said yet"),
    "body": _("a body or an office"),
    "public": _("a person who acts in public office"),
    "private": _("a private person: covered"),
    "child": _("a child: covered"),
}
RELATION_NAMES = {
    "agree": _("agree"),
    "differ": _("differ"),
    "cannot compare": _("cannot be compared"),
    "denies": _("one denies"),
}
REPLY_NAMES = {
    "asked": _("asked, no answer yet"),
    "replied": _("replied"),
    "declined": _("declined to reply"),
    "none found": _("no reply found in public"),
}
PUBLICATION_NAMES = {
    "asked": _("waits for a second person"),
    "published": _("published"),
    "refused": _("not published"),
    "withdrawn": _("withdrawn"),
}
DEED_NAMES = {
    "begun": _("began the record"),
    "source": _("brought a source"),
    "confirmed": _("confirmed"),
    "rejected": _("rejected"),
    "edited": _("corrected and confirmed"),
    "by hand": _("entered by hand"),
    "carried": _("carried over to the newer version"),
    "let go": _("let go: not in the newer version"),
    "name": _("said what a name is"),
    "question": _("named a question"),
    "counted": _("said what a figure counts"),
    "reply": _("noted a reply"),
    "publication asked": _("asked for publication"),
    "published": _("published the record"),
    "refused": _("did not publish"),
    "withdrawn": _("took the asking back"),
}
FORM_NAMES = {
    "json": _("JSON, everything"),
    "jsonld": _("Web annotations (JSON-LD)"),
    "csv": _("Table (CSV)"),
    "ftm": _("FollowTheMoney entities"),
    "claimreview": _("ClaimReview (JSON-LD)"),
    "timelinejs": _("TimelineJS (JSON)"),
    "docx": _("Document (DOCX)"),
    "pdf": _("Document (PDF)"),
}
_WHICH = ("", _("the first"), _("the second"))
_REASONS = {
    "counts other": _("%(which)s counts %(words)s, which is not what is asked"),
    "counts unsaid": _("nobody has said yet whether %(which)s counts what is asked (%(words)s)"),
    "covers other": _("%(which)s is about another place or time"),
    "covers unsaid": _("nobody has said yet whether %(which)s is about the place and time that is asked"),
    "no number": _("%(which)s gives no number"),
    "none": _("one says that there was none"),
    "both true": _("both can be true"),
    "not both": _("both cannot be true"),
    "not both, loose": _("both cannot be true as written; nobody said how wide %(words)s is"),
}


def reason_words(reason: Reason) -> str:
    """A reason of a comparison, in the language of the moment."""
    quoted = f"“{reason.words}”" if reason.words else gettext("no noun is given")
    return str(_REASONS[reason.code]) % {"which": _WHICH[reason.which], "words": quoted}


def interval_words(interval: Interval) -> str:
    """`280`, `280 or more`, `400 or fewer`, `280 to 300`, `no number`."""
    low, high = interval.low, interval.high
    if low is None:
        return gettext("no number") if high is None else gettext("%(high)s or fewer") % {"high": f"{high:,}"}
    if high is None:
        return gettext("%(low)s or more") % {"low": f"{low:,}"}
    if low == high:
        return f"{low:,}"
    return gettext("%(low)s to %(high)s") % {"low": f"{low:,}", "high": f"{high:,}"}


def basis_words(basis: str) -> str:
    """What a date was counted from; the library says it in English, with the words of the source."""
    if basis == "as written":
        return gettext("as written")
    if basis == "counted from the date of the document":
        return gettext("counted from the date of the document")
    return gettext("counted from %(words)s") % {"words": basis.removeprefix("counted from ")} if basis else ""


def label_of(kind: str, role: str) -> str:
    """What is shown in the place of a covered name."""
    if role:
        return role
    return gettext("a child") if kind == "child" else gettext("name covered")


def name_listed() -> str:
    """What is shown in the place of a name that stands in a list of names."""
    return gettext("name covered")
