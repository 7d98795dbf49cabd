"""Harm at an event: how many were killed, injured, missing, ill, displaced or affected. Names are counted,
never kept as people. A denial ("nobody was hurt") is a count of zero."""

import re
from collections.abc import Iterator, Sequence

from amanat.record.gate import names_in
from amanat.record.grammar import Clause, Sentence, Token
from amanat.record.numberwords import Interval, Number
from amanat.record.rules.found import Found, make
from amanat.record.text import Span

__all__ = ["PEOPLE", "propose"]

_DONE_TO = {
    "kill": "killed", "drown": "killed", "injure": "injured", "wound": "injured", "hurt": "injured",
    "displace": "displaced", "evacuate": "displaced", "move": "displaced", "affect": "affected", "harm": "affected",  # noqa: E501
    "hospitalised": "ill", "hospitalized": "ill", "poisoned": "ill", "infected": "ill", "rehoused": "displaced",  # noqa: E501
    "sickened": "ill", "relocated": "displaced", "harmed": "affected", "affected": "affected",
}  # fmt: skip
_DONE = {
    "die": "killed",
    "drown": "killed",
    "perished": "killed",
    "disappear": "missing",
    "vanish": "missing",
}
_BESIDE = re.compile(
    r"\s+(?:[\w'-]+\s+){0,3}?(?P<word>dead|deaths?|fatalities|killed|injured|wounded|injuries|missing|homeless|ill|sick)\b",
    re.I,
)
_BESIDE_OF = {
    "dead": "killed", "death": "killed", "deaths": "killed", "fatalities": "killed", "killed": "killed",
    "injured": "injured", "wounded": "injured", "injuries": "injured", "missing": "missing", "homeless": "displaced",  # noqa: E501
    "ill": "ill", "sick": "ill",
}  # fmt: skip
_LOST = re.compile(
    r"\b(?:lost|losing) (?:their|his|her) (?P<what>lives|life|homes?)\b|\b(?:fell|fallen|fall|taken) (?P<ill>ill|sick)\b"  # noqa: E501
)
_AMONG = re.compile(r"\b(?:among them|including|of them|of whom|among whom)\s*,?\s*\Z")
_NAMED = re.compile(
    r"\b(?P<word>killed|dead|injured|wounded|missing|victims|ill)\b(?:\s+(?:in\s+[^.:;]{3,40}\s+)?(?:were|are)(?: named as)?(?: identified as)?|:| named as| included| include)\s+"  # noqa: E501
)
PEOPLE = re.compile(
    r"\b(?:people|persons?|men|man|women|woman|children|child|boys?|girls?|pupils?|students?|residents?|passengers?|"
    r"workers?|villagers?|famil(?:y|ies)|patients?|teachers?|drivers?|officers?|soldiers?|visitors?|volunteers?|"
    r"librarians?|civilians?|households?|adults?|infants?|bab(?:y|ies)|elders?|crew|miners?|farmers?|guests?|staff|"
    r"inhabitants?|citizens?|cyclists?|pedestrians?|nurses?|guards?|clerks?|employees?|firefighters?|others?)\b",
    re.I,
)


def propose(sentence: Sentence) -> Iterator[Found]:
    """Every count of people harmed in a sentence."""
    done: list[tuple[Number, str]] = []
    for number in [*sentence.numbers, *_single(sentence)]:
        outcome = _outcome(sentence, number, done)
        if outcome is None:
            continue
        done.append((number, outcome[0]))
        who = _who(sentence, number)
        spans = {"number": (number.start, number.end), "outcome": outcome[1], "who": who}
        clause_number = sentence.clause_at(number.start)
        clause = sentence.clauses[clause_number] if clause_number is not None else None
        claims = (number.start, number.end)
        yield make(
            sentence,
            "harm",
            clause,
            spans,
            rule="count-of-harm",
            labels={"outcome": outcome[0]},
            claims=claims,
            score=75,
        )
    yield from _named(sentence)


def _single(sentence: Sentence) -> Iterator[Number]:
    """ "A librarian was injured": one."""
    for clause in sentence.clauses:
        words = sentence.doc.text[slice(*clause.subject)] if clause.subject else ""
        # An animal or a tile may be hurt as well; only people are counted here.
        if clause.subject and (found := re.match(r"[Aa]n?\b", words)) and PEOPLE.search(words):
            yield Number(clause.subject[0], clause.subject[0] + found.end(), Interval(1, 1))


def _outcome(
    sentence: Sentence, number: Number, done: Sequence[tuple[Number, str]]
) -> tuple[str, Span] | None:
    text = sentence.doc.text
    before = text[max(sentence.span[0], number.start - 24) : number.start]
    if (
        done
        and _AMONG.search(before)
        and (noun := sentence.noun_after(number.end))
        and PEOPLE.search(sentence.words(noun[0]))
    ):
        return done[-1][1], noun[0]
    if (beside := _BESIDE.match(text, number.end, sentence.span[1])) and _near(sentence, number, beside):
        word = beside["word"].lower()
        if word in _BESIDE_OF:
            return _BESIDE_OF[word], beside.span("word")
    for clause in sentence.clauses:
        if found := _by_clause(sentence, number, clause):
            return found
    return None


def _near(sentence: Sentence, number: Number, beside: re.Match[str]) -> bool:
    """Nothing but adjectives and people between the number and the word."""
    between = [t for t in sentence.tokens if number.end <= t.start < beside.start("word")]
    return all(
        token.tag not in {"IN", "CC", ",", "WDT", "WP", "TO", "MD"} and not token.tag.startswith("VBD")
        for token in between
    )


def _by_clause(sentence: Sentence, number: Number, clause: Clause) -> tuple[str, Span] | None:
    if clause.infinitive or clause.modal in {"may", "might", "could", "would"}:
        return None
    subject, obj = _holds(clause.subject, number), _holds(clause.object, number)
    lost = _LOST.search(sentence.doc.text, clause.verb[0], sentence.span[1])
    if lost and subject and lost.start() <= clause.verb[0] + 2:
        gone = "displaced" if (lost["what"] or "").startswith("home") else "killed"
        return "ill" if lost["ill"] else gone, lost.span()
    if clause.lemma in _DONE and subject:
        return _DONE[clause.lemma], clause.verb
    if clause.lemma not in _DONE_TO or not (subject if clause.passive else obj):
        return None
    if _DONE_TO[clause.lemma] in {"displaced", "affected"} and not _about_people(sentence, number):
        return None
    return _DONE_TO[clause.lemma], clause.verb


def _about_people(sentence: Sentence, number: Number) -> bool:
    noun = sentence.noun_after(number.end)
    return noun is not None and bool(PEOPLE.search(sentence.words(noun[0])))


def _holds(span: Span | None, number: Number) -> bool:
    """Whether the number is at the head of a phrase: "the fire that killed nine" is not nine fires."""
    return span is not None and span[0] <= number.start < span[1] and number.start - span[0] <= 40


def _who(sentence: Sentence, number: Number) -> Span | None:
    noun: tuple[Span, Token] | None = sentence.noun_after(number.end)
    if noun is None or re.match(
        r"(?:deaths?|dead|injuries|fatalities|injured|wounded|missing)\b", sentence.words(noun[0]), re.I
    ):
        return None
    return noun[0]


def _named(sentence: Sentence) -> Iterator[Found]:
    for found in _NAMED.finditer(sentence.doc.text, *sentence.span):
        rest = sentence.doc.text[found.end() : sentence.span[1]].rstrip(" .\n")
        if len(names_in(rest)) >= 2:
            spans = {"names": (found.end(), found.end() + len(rest)), "outcome": found.span("word")}
            label = "killed" if found["word"] == "victims" else _BESIDE_OF[found["word"].lower()]
            yield make(
                sentence,
                "harm",
                None,
                spans,
                rule="list-of-names",
                labels={"outcome": label},
                claims=spans["names"],
            )
