"""Asking: the verbs that hand a request, a paper or a matter to somebody."""

import re
from dataclasses import dataclass

from amanat.record.grammar import Clause, Sentence
from amanat.record.rules.harm import PEOPLE
from amanat.record.text import Span
from amanat.record.verbs import ASKS

__all__ = ["REQUEST", "Roles", "asked", "goes_back"]

REQUEST = re.compile(
    r"\b(?:requests?|applications?|petitions?|appeals?|complaints?|demands?|pleas?|prayers?|proposals?|motions?|bids?|"
    r"submissions?|recommendations?|offers?|invitations?|calls?|letters?|reference)\b",
    re.I,
)
_BODY = re.compile(
    r"\b(?:court|ministry|minister|department|commission\w*|committee|council|police|office|officer|authority|agency|"
    r"board|ombuds\w+|bureau|tribunal|parliament|assembly|government|governor|prosecutor\w*|inspector\w*|service|"
    r"secretary|secretariat|directorate|director|mayor|municipality|registrar|school|university|hospital|company|union|"
    r"association|society|bank|army|embassy|judge|magistrate|chair\w*|president|master|us|them|institute|laboratory|"
    r"regulator|auditor|administration|federation|league|administrator|clerk|unit|headquarters|cabinet|senate)s?\b",
    re.I,
)
_TO_ANYBODY = frozenset(
    ["refer", "forward", "apply", "appeal", "petition", "complain", "remit", "redirect", "transfer"]
)
_TO_BODIES = frozenset(
    ["send", "write", "turn", "pass", "hand", "submit", "report", "address", "file", "lodge", "route"]
)
_MOVES = frozenset(["send", "turn", "pass", "hand", "submit"])
_ASK = frozenset(["ask", "request", "beg", "invite", "approach", "petition", "urge", "seek"])
_MATTER = re.compile(
    r"\b(?:matters?|cases?|questions?|files?|reports?|documents?|findings|evidence|us|them|it|him|her|records?|proposals?|"
    r"lists?|notes?|drafts?|papers?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Who asked whom for what, with which outcome, and the rule that saw it."""

    outcome: str
    asker: Span | None = None
    asked: Span | None = None
    what: Span | None = None
    rule: str = "asking-verb"


def asked(sentence: Sentence, number: int) -> Roles | None:
    """The roles of a clause that asks, or None."""
    clause = sentence.inherit(number)
    if clause.lemma not in ASKS or clause.negated or clause.modal or not _happened(sentence, number):
        return None
    if clause.lemma in {"send", "turn"} and goes_back(sentence, clause):
        return None
    if clause.lemma in _ASK:
        return _asks(sentence, clause)
    if clause.lemma in _TO_ANYBODY | _TO_BODIES:
        return _sends(sentence, clause)
    return None


def _happened(sentence: Sentence, number: int) -> bool:
    """ "To ask" did not happen, unless it was what somebody agreed or decided."""
    clause = sentence.clauses[number]
    if not clause.infinitive:
        return True
    above = sentence.clauses[clause.head] if clause.head is not None else None
    words = sentence.words((above.verb[0], above.verb[1])).lower() if above else ""
    return words in {"agreed", "decided", "resolved", "voted"}


def _asks(sentence: Sentence, clause: Clause) -> Roles | None:
    what = clause.complement if clause.complement_to else None
    what = what or next((words for word, words, _ in clause.preps if word == "for"), None)
    if clause.passive:
        return Roles("asked", clause.agent, clause.subject, what) if what and clause.subject else None
    asked = clause.object or clause.indirect or _subject_of(sentence, clause.complement)
    source = next((words for word, words, _ in clause.preps if word == "from"), None)
    if clause.lemma == "seek":
        return Roles("asked", clause.subject, source, clause.object) if source else None
    if source and clause.lemma == "request":
        return Roles("asked", clause.subject, source, clause.object)
    if clause.lemma in {"approach", "petition"} and asked:
        return Roles("asked", clause.subject, asked, what)
    if not what or not asked or clause.lemma == "urge":
        return None
    if what[0] < asked[1] and asked[0] < what[1]:
        what = (asked[1] + 1, what[1]) if asked[1] + 1 < what[1] else what
    return Roles("asked", clause.subject, asked, what)


def _subject_of(sentence: Sentence, complement: Span | None) -> Span | None:
    """ "asked [the court] to order": some parses make the court the subject of "order"."""
    if complement is None:
        return None
    for clause in sentence.clauses:
        if (
            clause.infinitive
            and clause.subject
            and complement[0] <= clause.subject[0]
            and clause.verb[1] <= complement[1]
        ):
            return clause.subject
    return None


def _sends(sentence: Sentence, clause: Clause) -> Roles | None:
    marks = {"with", "before", "to"} if clause.lemma in {"lodge", "file"} else {"to"}
    asked = next((words for word, words, _ in clause.preps if word in marks), None) or clause.indirect
    what = clause.subject if clause.passive else clause.object
    asker = clause.agent if clause.passive else clause.subject
    if clause.lemma == "petition" and asked is None:
        asked = clause.object
    if asked is None or (clause.lemma in _TO_BODIES - {"write"} and not _BODY.search(sentence.words(asked))):
        return None
    if clause.lemma == "turn" and clause.object is not None:
        return None
    # People and goods are sent as well; only papers and matters are referred.
    moved = sentence.words(what)
    if clause.lemma in _MOVES and moved and not (REQUEST.search(moved) or _MATTER.search(moved)):
        return None
    if clause.lemma == "transfer" and PEOPLE.search(moved):
        return None
    if clause.lemma in {"write", "apply", "appeal", "complain", "turn"}:
        what = next((words for word, words, _ in clause.preps if word in {"for", "about"}), None) or _asking(
            sentence, clause
        )
    return Roles("asked", asker, asked, what, "sending-verb")


def _asking(sentence: Sentence, clause: Clause) -> Span | None:
    """ "wrote to the ministry, asking for a reply"."""
    for below in sentence.clauses:
        if below.lemma in {"ask", "request"} and clause.verb[1] <= below.verb[0] < sentence.span[1]:
            return (
                next((words for word, words, _ in below.preps if word == "for"), None)
                or below.complement
                or below.object
            )
    return None


def goes_back(sentence: Sentence, clause: Clause) -> str | None:
    """ "down" of turning down, "back" of sending or returning something to somebody."""
    if clause.lemma == "turn":
        after = sentence.doc.text[clause.verb[1] : sentence.span[1]]
        return (
            "down" if clause.particle == "down" or re.match(r"(?:\s+[\w']+){1,4}\s+down\b", after) else None
        )
    if clause.lemma == "send":
        return (
            "back"
            if re.match(r"(?:\s+\w+){0,4}\s+back\b", sentence.doc.text[clause.verb[1] : sentence.span[1]])
            else None
        )
    moved = clause.object is not None or clause.passive
    return "back" if moved and any(word == "to" for word, _, _ in clause.preps) else None
