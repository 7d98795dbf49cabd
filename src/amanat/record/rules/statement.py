"""Statements: who asserts, denies, alleges, estimates, demands, promises, orders or refuses to say what.

Speakers are chains: the one who speaks, and `via`, who said so. A statement without a speaker stays without
one.
"""

import re
from collections.abc import Iterator, Sequence

from amanat.record.grammar import Clause, Sentence
from amanat.record.rules.found import Found, date_in, make, overlaps
from amanat.record.rules.wording import by_words
from amanat.record.text import Span
from amanat.record.verbs import STANCES, lemma_of

__all__ = ["propose"]

# Verbs that report only with "that" or a sentence after them: "found seven letters" reports nothing.
_NEED_SENTENCE = frozenset(
    [
        "find",
        "show",
        "hold",
        "record",
        "establish",
        "describe",
        "point",
        "add",
        "move",
        "write",
        "submit",
        "report",
        "note",
        "believe",
        "complain",
        "insist",
        "indicate",
        "admit",
        "observe",
        "reveal",
        "reply",
        "respond",
        "put",
        "mention",
        "rule",
        "commit",
        "suspect",
        "charge",
        "tell",
        "inform",
        "recall",
        "disclose",
        "warn",
    ]
)
_WITH_OBJECT = frozenset(
    [
        "deny",
        "dispute",
        "contradict",
        "refute",
        "contest",
        "allege",
        "estimate",
        "demand",
        "promise",
        "recommend",
        "propose",
        "acknowledge",
        "confirm",
        "concede",
        "announce",
        "vow",
        "urge",
        "declare",
        "pledge",
        "calculate",
        "project",
        "guarantee",
        "order",
        "suggest",
    ]
)
_SILENT = frozenset(
    [
        "say",
        "comment",
        "answer",
        "discuss",
        "disclose",
        "confirm",
        "name",
        "explain",
        "reply",
        "give",
        "speak",
        "elaborate",
    ]
)
_FIGURE = re.compile(r"\b(?:figures?|numbers?|total|toll|count|cost|costs|damage)\b", re.I)
_CLAIM = re.compile(
    r"^(?:this|that|these|it)$|\b(?:allegations?|claims?|accusations?|charges?|criticisms?|suggestions?|figures?|versions?)\b",
    re.I,
)
_QUOTED = re.compile(r"[\"“«]([^\"”»]{8,})[\"”»]")


def propose(sentence: Sentence, taken: Sequence[Span]) -> Iterator[Found]:
    """Every statement of a sentence, but for verbs that are taken."""
    special = [*by_words(sentence)]
    yield from special
    used = [*taken, *(found.claims for found in special)]
    for number, clause in enumerate(sentence.clauses):
        if not any(overlaps(clause.verb, span) for span in used) and (stance := _stance(sentence, number)):
            yield from _statement(sentence, number, stance)


def _stance(sentence: Sentence, number: int) -> str | None:
    clause = sentence.clauses[number]
    if clause.infinitive:
        return None
    if clause.lemma in {"refuse", "decline"}:
        return "refuses" if _refuses_to_say(sentence, clause) else None
    if clause.lemma == "call" and any(word in {"for", "on", "upon"} for word, _, _ in clause.preps):
        return "demands"
    if clause.lemma == "reject" and _CLAIM.search(sentence.words(clause.object)):
        return "denies"
    stance = STANCES.get(clause.lemma)
    if stance is None or not _reports(sentence, clause):
        return None
    if clause.negated or clause.modal == "cannot":
        return "refuses" if clause.lemma in _SILENT else None
    if clause.modal in {"may", "might", "should", "could"}:
        return None
    return stance


def _refuses_to_say(sentence: Sentence, clause: Clause) -> bool:
    if not (clause.complement and clause.complement_to):
        return False
    words = re.sub(r"^to\s+", "", sentence.words(clause.complement)).split()
    return bool(words) and lemma_of(words[0]) in _SILENT


def _reports(sentence: Sentence, clause: Clause) -> bool:
    if clause.lemma == "put":
        return bool(_FIGURE.search(sentence.words(clause.object))) and any(p[0] == "at" for p in clause.preps)
    if clause.lemma in {"accuse", "speak"}:
        return any(word == "of" for word, _, _ in clause.preps)
    if clause.complement and not clause.complement_to:
        return True
    if _quote(sentence, clause) and clause.lemma not in _NEED_SENTENCE - {
        "add",
        "write",
        "note",
        "reply",
        "tell",
        "warn",
    }:
        return True
    if clause.complement and clause.complement_to:
        return clause.lemma not in _NEED_SENTENCE or (clause.passive and clause.lemma in {"report", "find"})
    if clause.lemma in _SILENT and (clause.negated or clause.modal == "cannot"):
        return clause.object is not None or clause.lemma == "comment"
    return clause.lemma in _WITH_OBJECT and clause.object is not None and not clause.passive


def _statement(sentence: Sentence, number: int, stance: str) -> Iterator[Found]:
    clause = sentence.inherit(number)
    speaker, content = _speaker(sentence, clause), _content(sentence, clause)
    if content is None or (speaker is None and not clause.passive):
        return
    if speaker and overlaps(speaker, content) and speaker != content:
        content = (clause.verb[0], content[1]) if content[1] > clause.verb[0] else content
    spans = {
        "speaker": speaker,
        "via": _via(sentence, number),
        "content": content,
        "when": date_in(sentence, number),
    }
    score = 80 if clause.complement and not clause.complement_to else 60
    yield make(
        sentence, "statement", clause, spans, rule="reporting-verb", labels={"stance": stance}, score=score
    )


def _speaker(sentence: Sentence, clause: Clause) -> Span | None:
    speaker = clause.agent if clause.passive else clause.subject
    if speaker and sentence.words(speaker).lower() in {"there", "what", "which", "that"}:
        return None
    return speaker


def _content(sentence: Sentence, clause: Clause) -> Span | None:
    if quoted := _quote(sentence, clause):
        return quoted
    if clause.lemma in {"put", "call", "accuse", "speak"} and clause.preps:
        return clause.preps[0][2][0], max(span[1] for _, _, span in clause.preps)
    if clause.passive and clause.complement_to and clause.subject and clause.complement:
        return clause.subject[0], clause.complement[1]
    if clause.complement and clause.object and clause.complement_to:
        return min(clause.object[0], clause.complement[0]), clause.complement[1]
    return clause.complement or clause.object or (clause.verb if clause.lemma in _SILENT else None)


def _quote(sentence: Sentence, clause: Clause) -> Span | None:
    for found in _QUOTED.finditer(sentence.doc.text, *sentence.span):
        if not found.start() <= clause.verb[0] < found.end():
            return found.span(1)
    return None


def _via(sentence: Sentence, number: int) -> Span | None:
    """The speaker of the statement that this one is part of."""
    for above in list(sentence.ancestors(number))[1:]:
        inside = (
            above.complement and above.complement[0] <= sentence.clauses[number].verb[0] < above.complement[1]
        )
        if inside and above.lemma in STANCES:
            return above.agent if above.passive else above.subject
    return None
