"""The invented organisation, its people and its reports. Every name and place is made up.

Nothing here describes abuse itself. Data only. Shown right by `tests/cli/demonstration/test_story.py`.
"""

from dataclasses import dataclass

__all__ = ["HELPLINES", "ORGANISATION", "PEOPLE", "REPORTS", "Person", "Report", "Step"]

ORGANISATION = "Kot Zarin Children's Desk (invented)"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the organisation: a name to sign in with, a role, and what they are called in the pages."""

    sign_in: str
    role: str
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Step:
    """One event after the report: `by` is a sign-in name, or None for the reporter."""

    kind: str
    text: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One invented report and what became of it."""

    text: str
    where: str = ""
    when: str = ""
    relation: str = ""
    known_by: str = ""
    come_back: str = ""
    without_script: bool = False
    show_words: bool = False
    steps: tuple[Step, ...] = ()


PEOPLE = (
    Person("bilal", "worker", "Bilal"),
    Person("farah", "worker", "Farah"),
    Person("chandni", "supervisor", "Chandni"),
    Person("erum", "administrator", "Erum"),
)

REPORTS = (
    Report(
        text="The man who mends telephones behind the bus stand keeps the phones of children overnight and "
        "says he will show their parents what is on them. My son came home crying. "
        "I do not want our name in it.",
        where="Kot Zarin, bus stand",
        when="Since the summer holidays",
        relation="A parent",
        known_by="My sister knows.",
        come_back="Next week, after the market day",
        show_words=True,
        steps=(
            Step("acknowledged", "I have read this. Thank you for telling us.", "bilal"),
            Step("message", "Are the telephones still with him? You need not go there to find out.", "bilal"),
            Step("message", "He gave my son's back. Two other families are still waiting for theirs.", None),
            Step("message", "That helps. We have told the supervisor. Come back in a week.", "chandni"),
        ),
    ),
    Report(
        text="A volunteer at the evening classes asks some of the girls to stay alone with him afterwards. "
        "Nobody has said that anything happened. It does not feel right.",
        where="Sehrabad, evening classes",
        relation="A teacher",
        come_back="I will look every Friday",
        steps=(
            Step(
                "acknowledged",
                "Read, and taken seriously. We will ask how the classes are looked after.",
                "farah",
            ),
        ),
    ),
    Report(
        text="Somebody using a girl's name writes to children of our street and asks them for pictures. "
        "I have told my daughter not to answer. I have the name of the account.",
        where="On the internet; we live in Nayi Basti Zarin",
        when="Last Tuesday",
        relation="A parent",
        known_by="Only my daughter and I",
        steps=(
            Step(
                "acknowledged",
                "We have read it. Please keep the name of the account; do not write to it.",
                "chandni",
            ),
            Step("message", "I have written it down. Should I tell the school?", None),
            Step(
                "message",
                "Yes, tell them that such an account exists. You need not say who told you.",
                "chandni",
            ),
            Step(
                "closed",
                "The school has been told and the account is gone. Write here if it comes back.",
                "chandni",
            ),
        ),
    ),
    Report(
        text="The hostel has locks only on the outside of the boys' rooms. The boys say that they are "
        "afraid of one of the wardens and will not say why.",
        where="Hostel of the old mill, Sehrabad",
        when="I saw the locks this month",
        relation="I deliver bread there",
        without_script=True,
    ),
    Report(
        text="ہماری گلی میں ایک شخص بچوں کو مٹھائی دے کر ان سے فون نمبر مانگتا ہے۔ مجھے ڈر ہے۔ "
        "میں صرف چاہتی ہوں کہ کسی کو معلوم ہو۔",
        where="کوٹ زرین",
        show_words=True,
    ),
    Report(
        text="I am fifteen. Somebody has a picture of me and says that he will send it to everybody. "
        "I have not told anybody. What can I do?",
        come_back="Tonight, if I can",
    ),
)

HELPLINES = """\
# Invented numbers for the demonstration; nobody answers them.
[[helpline]]
name = "Invented child helpline"
number = "000 0000"
hours = "This number is invented. A real server shows real ones here."
"""
