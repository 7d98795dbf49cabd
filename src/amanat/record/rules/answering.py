"""Answering: the verbs that grant, refuse, send back, withdraw or leave unanswered."""

import re
from collections.abc import Sequence

from amanat.record.grammar import Clause, Sentence
from amanat.record.rules.asking import REQUEST, Roles, goes_back
from amanat.record.text import Span
from amanat.record.verbs import lemma_of

__all__ = ["answered"]

_SILENT = frozenset(
    ["say", "comment", "discuss", "disclose", "confirm", "name", "explain", "reply", "speak", "elaborate"]
)


def answered(sentence: Sentence, number: int, before: Sequence[str]) -> Roles | None:
    """The roles of a clause that answers, or None; `before` are those who were asked earlier."""
    clause = sentence.inherit(number)
    if clause.infinitive or clause.modal in {"may", "might", "could", "should", "would"}:
        return None
    by, about = (clause.agent, clause.subject) if clause.passive else (clause.subject, clause.object)
    requested = bool(about and REQUEST.search(sentence.words(about)))
    known = _known(sentence, by, before)
    for answer in (_silence, _refusal, _grant):
        if outcome := answer(sentence, clause, requested=requested, known=known):
            if outcome == "back":
                target = next((words for word, words, _ in clause.preps if word == "to"), None)
                return Roles("refused", by, target, about, "sent-back")
            what = about or (clause.complement if clause.complement_to else None)
            if outcome == "withdrawn":
                return Roles(outcome, by, None, what, "answering-verb")
            return Roles(outcome, None, by, what, "answering-verb")
    return None


def _silence(_: Sentence, clause: Clause, *, requested: bool, known: bool) -> str | None:
    del known
    if clause.lemma in {"answer", "reply", "respond", "acknowledge"} and clause.negated and not clause.modal:
        return "no answer found" if not clause.passive or requested else None
    return None


def _refusal(sentence: Sentence, clause: Clause, *, requested: bool, known: bool) -> str | None:
    if clause.negated:
        return None
    if clause.lemma in {"refuse", "decline"}:
        words = (
            re.sub(r"^to\s+", "", sentence.words(clause.complement)).split() if clause.complement_to else []
        )
        silent = bool(words) and lemma_of(words[0]) in _SILENT
        return None if silent else "refused"
    if clause.lemma in {"reject", "dismiss"}:
        return "refused" if requested or known else None
    if clause.lemma == "deny":
        return "refused" if requested and not clause.complement and not _of_fact(sentence, clause) else None
    if clause.lemma in {"send", "return", "turn"} and (back := goes_back(sentence, clause)):
        return "refused" if back == "down" else "back"
    if clause.lemma in {"reply", "answer", "respond"} and known and clause.complement:
        return (
            "refused"
            if re.search(r"\b(?:no|not|cannot|unable|never|nothing)\b|n't", sentence.words(clause.complement))
            else None
        )
    return None


def _of_fact(sentence: Sentence, clause: Clause) -> bool:
    return bool(re.search(r"\bletters?|calls?|complaints?\b", sentence.words(clause.object)))


def _grant(_: Sentence, clause: Clause, *, requested: bool, known: bool) -> str | None:
    if clause.negated:
        return None
    if clause.lemma in {"withdraw", "retract"}:
        return "withdrawn" if requested else None
    if clause.lemma in {"grant", "approve", "allow", "accept", "uphold"}:
        return "granted" if requested or (known and clause.object is not None) else None
    if clause.lemma in {"agree", "comply", "consent"}:
        return "granted" if known else None
    return "granted" if clause.lemma == "provide" and known else None


def _known(sentence: Sentence, by: Span | None, before: Sequence[str]) -> bool:
    """Whether this is somebody who was asked before: by a word of their name, or by a pronoun right after."""
    if by is None or not before:
        return False
    words = set(re.findall(r"[^\W\d_]{4,}", sentence.words(by).lower()))
    if not words:
        return sentence.words(by).lower() in {"it", "they", "he", "she"}
    return any(words & set(re.findall(r"[^\W\d_]{4,}", old.lower())) for old in before[-8:])
