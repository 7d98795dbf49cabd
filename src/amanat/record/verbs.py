"""The verbs that carry a record, in every form they take: who reports how, who asks, who answers what, what happens.

Lists of our own, to be read and argued with. `lemma_of` turns a form into its verb. Shown right by
`tests/record/test_verbs.py`.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ASKS", "EVENTS", "GRANTS", "REFUSES", "STANCES", "WITHDRAWS", "lemma_of"]

STANCES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            "say state report tell note add confirm conclude find acknowledge admit concede explain announce inform "
            "maintain insist submit write testify declare observe remark argue warn reply respond recall emphasise "
            "emphasize stress mention reveal disclose show indicate hold assure believe complain record establish "
            "describe point speak comment certify caution".split(),
            "asserts",
        ),
        **dict.fromkeys("deny dispute contradict refute contest".split(), "denies"),
        **dict.fromkeys("allege claim accuse contend suspect charge".split(), "alleges"),
        **dict.fromkeys("estimate calculate project reckon put".split(), "estimates"),
        **dict.fromkeys("demand urge recommend propose advise pray call move suggest plead".split(), "demands"),
        **dict.fromkeys("promise vow pledge undertake guarantee commit".split(), "promises"),
        **dict.fromkeys("order direct instruct command rule decree".split(), "orders"),
    }
)
ASKS = frozenset(
    "ask request refer forward apply petition appeal write turn submit send transfer pass hand complain report approach "
    "invite lodge file address redirect remit direct route seek beg urge".split()
)
REFUSES = frozenset("refuse decline reject dismiss return deny turn send rule".split())
GRANTS = frozenset("grant approve agree accept allow provide comply consent admit".split())
WITHDRAWS = frozenset("withdraw retract".split())
EVENTS = frozenset(
    "arrest detain appoint publish open close suspend found build collapse destroy fall resign elect launch begin end "
    "sign seize raid inspect file hear uphold convict sentence acquit release dismiss remove transfer block flood burn "
    "catch crash meet vote adopt repeal issue establish dissolve abolish evacuate lose allow reopen install start "
    "strike march protest discover register occur happen break win hold join leave retire die quash overturn adjourn "
    "set demolish cancel fine charge".split()
)
_OTHER = "answer reply respond receive cite kill injure wound hurt drown move displace vanish disappear be have do".split()

_IRREGULAR = {
    "say": "said said", "tell": "told told", "find": "found found", "hold": "held held", "write": "wrote written",
    "put": "put put putting", "send": "sent sent", "show": "showed shown", "speak": "spoke spoken",
    "undertake": "undertook undertaken", "withdraw": "withdrew withdrawn", "seek": "sought sought", "hear": "heard heard",
    "build": "built built", "fall": "fell fallen", "begin": "began begun beginning", "catch": "caught caught",
    "meet": "met met", "lose": "lost lost", "strike": "struck struck", "break": "broke broken", "win": "won won",
    "leave": "left left", "hurt": "hurt hurt", "be": "was were been is are am being", "have": "had had has having",
    "do": "did done does", "set": "set set setting", "overturn": "overturned overturned", "deny": "denied denied",
    "beg": "begged begged begging", "admit": "admitted admitted admitting", "submit": "submitted submitted submitting",
    "refer": "referred referred referring", "transfer": "transferred transferred transferring",
    "remit": "remitted remitted remitting", "commit": "committed committed committing",
    "die": "died died dying", "burn": "burned burnt", "plead": "pleaded pled", "begins": "",
    "cancel": "cancelled canceled cancelling", "hand": "handed handed", "uphold": "upheld upheld",
    "vow": "vowed vowed", "wound": "wounded wounded", "found": "founded founded",
}  # fmt: skip


def _forms(lemma: str) -> set[str]:
    """A verb and every form that it takes."""
    forms = {lemma, *_IRREGULAR.get(lemma, "").split()}
    if lemma.endswith("e"):
        forms |= {f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing"}
    elif lemma.endswith("y") and lemma[-2] not in "aeiou":
        forms |= {f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing"}
    elif lemma.endswith(("s", "x", "ch", "sh")):
        forms |= {f"{lemma}es", f"{lemma}ed", f"{lemma}ing"}
    else:
        forms |= {f"{lemma}s", f"{lemma}ing"} | (set() if lemma in _IRREGULAR else {f"{lemma}ed"})
    return forms


_ALL = sorted({*STANCES, *ASKS, *REFUSES, *GRANTS, *WITHDRAWS, *EVENTS, *_OTHER})
# A form that two verbs share ("found") belongs to the one that carries statements.
_LEMMAS = {form: lemma for lemma in sorted(_ALL, key=lambda lemma: lemma in STANCES) for form in _forms(lemma)}


def lemma_of(form: str) -> str:
    """The verb of a form, or the form itself in small letters when the verb is in no list."""
    return _LEMMAS.get(form.lower(), form.lower())


def known(form: str) -> bool:
    """Whether a form is of a verb in the lists."""
    return form.lower() in _LEMMAS
