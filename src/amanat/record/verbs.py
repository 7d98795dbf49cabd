"""The verbs that carry a record, in every form they take: who reports how, who asks, who answers what, what
happens.

Lists of our own, to be read and argued with. `lemma_of` turns a form into its verb. Shown right by
`tests/record/test_verbs.py`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from amanat.record.forms import forms_of

__all__ = ["ASKS", "EVENTS", "GRANTS", "REFUSES", "STANCES", "WITHDRAWS", "known", "lemma_of"]

STANCES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            [
                "say",
                "state",
                "report",
                "tell",
                "note",
                "add",
                "confirm",
                "conclude",
                "find",
                "acknowledge",
                "admit",
                "concede",
                "explain",
                "announce",
                "inform",
                "maintain",
                "insist",
                "submit",
                "write",
                "testify",
                "declare",
                "observe",
                "remark",
                "argue",
                "warn",
                "reply",
                "respond",
                "recall",
                "emphasise",
                "emphasize",
                "stress",
                "mention",
                "reveal",
                "disclose",
                "show",
                "indicate",
                "hold",
                "assure",
                "believe",
                "complain",
                "record",
                "establish",
                "describe",
                "point",
                "speak",
                "comment",
                "certify",
                "caution",
            ],
            "asserts",
        ),
        **dict.fromkeys(["deny", "dispute", "contradict", "refute", "contest"], "denies"),
        **dict.fromkeys(["allege", "claim", "accuse", "contend", "suspect", "charge"], "alleges"),
        **dict.fromkeys(["estimate", "calculate", "project", "reckon", "put"], "estimates"),
        **dict.fromkeys(
            ["demand", "urge", "recommend", "propose", "advise", "pray", "call", "move", "suggest", "plead"],
            "demands",
        ),
        **dict.fromkeys(["promise", "vow", "pledge", "undertake", "guarantee", "commit"], "promises"),
        **dict.fromkeys(["order", "direct", "instruct", "command", "rule", "decree"], "orders"),
    }
)
ASKS = frozenset(
    [
        "ask",
        "request",
        "refer",
        "forward",
        "apply",
        "petition",
        "appeal",
        "write",
        "turn",
        "submit",
        "send",
        "transfer",
        "pass",
        "hand",
        "complain",
        "report",
        "approach",
        "invite",
        "lodge",
        "file",
        "address",
        "redirect",
        "remit",
        "direct",
        "route",
        "seek",
        "beg",
        "urge",
    ]
)
REFUSES = frozenset(["refuse", "decline", "reject", "dismiss", "return", "deny", "turn", "send", "rule"])
GRANTS = frozenset(["grant", "approve", "agree", "accept", "allow", "provide", "comply", "consent", "admit"])
WITHDRAWS = frozenset(["withdraw", "retract"])
EVENTS = frozenset(
    [
        "arrest",
        "detain",
        "appoint",
        "publish",
        "open",
        "close",
        "suspend",
        "found",
        "build",
        "collapse",
        "destroy",
        "fall",
        "resign",
        "elect",
        "launch",
        "begin",
        "end",
        "sign",
        "seize",
        "raid",
        "inspect",
        "file",
        "hear",
        "uphold",
        "convict",
        "sentence",
        "acquit",
        "release",
        "dismiss",
        "remove",
        "transfer",
        "block",
        "flood",
        "burn",
        "catch",
        "crash",
        "meet",
        "vote",
        "adopt",
        "repeal",
        "issue",
        "establish",
        "dissolve",
        "abolish",
        "evacuate",
        "lose",
        "allow",
        "reopen",
        "install",
        "start",
        "strike",
        "march",
        "protest",
        "discover",
        "register",
        "occur",
        "happen",
        "break",
        "win",
        "hold",
        "join",
        "leave",
        "retire",
        "die",
        "quash",
        "overturn",
        "adjourn",
        "set",
        "demolish",
        "cancel",
        "fine",
        "charge",
    ]
)
_OTHER = [
    "answer",
    "reply",
    "respond",
    "receive",
    "cite",
    "kill",
    "injure",
    "wound",
    "hurt",
    "drown",
    "move",
    "displace",
    "vanish",
    "disappear",
    "be",
    "have",
    "do",
]


_ALL = sorted({*STANCES, *ASKS, *REFUSES, *GRANTS, *WITHDRAWS, *EVENTS, *_OTHER})
# A form that two verbs share ("found") belongs to the one that carries statements.
_LEMMAS = {
    form: lemma for lemma in sorted(_ALL, key=lambda lemma: lemma in STANCES) for form in forms_of(lemma)
}


def lemma_of(form: str) -> str:
    """The verb of a form, or the form itself in small letters when the verb is in no list."""
    return _LEMMAS.get(form.lower(), form.lower())


def known(form: str) -> bool:
    """Whether a form is of a verb in the lists."""
    return form.lower() in _LEMMAS
