"""Sentences without a language model: tags guessed from closed lists, and clauses from the order of the
words.

Finds less than `parse`, and is always there. Shown right by `tests/record/test_parse.py`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from amanat.record.grammar import Clause, Token
from amanat.record.text import Span
from amanat.record.verbs import known, lemma_of

__all__ = ["tag"]

_WORD = re.compile(r"\d[\d,.]*\d|\d+|[^\W\d_]+(?:['’][^\W\d_]+)?(?:-[^\W\d_]+)*|['’]s\b|[^\s\w]")
_CLOSED = {
    "DT": "the a an this that these those every each any some all both",
    "PRP": "i we you he she it they us him her them nobody none everybody",
    "PRP$": "my our your his its their",
    "IN": "of in on at by for from with to into near about against between over under after before because since that "  # noqa: E501
    "during until above below without within across among as if while whether",
    "CC": "and or but nor",
    "MD": "will would can could may might must shall should cannot",
    "AUX": "is are was were be been being has have had do does did",
    "RB": "not never also only already still then there here again however later",
    "WDT": "which who whom whose",
    "TO": "",
    "CD": "one two three four five six seven eight nine ten eleven twelve no",
}
_TAGS = {word: tag for tag, words in _CLOSED.items() for word in words.split()}
_PHRASE = frozenset({"NN", "NNS", "NNP", "DT", "PRP", "PRP$", "CD", "JJ", "POS"})
_STOPS = frozenset({",", ";", ":", "(", ")", '"', "“", "”", "."})


def tag(texts: Iterable[tuple[str, int]]) -> Iterator[tuple[list[Token], list[Clause]]]:
    """Tokens and clauses of each sentence, given as its text and where that begins."""
    for text, offset in texts:
        tokens = [_token(found, offset, first=found.start() == 0) for found in _WORD.finditer(text)]
        tokens = [_nouned(token, before) for token, before in zip(tokens, [None, *tokens], strict=False)]
        clauses = list(_clauses(tokens))
        yield [replace(token, clause=_owner(token, clauses)) for token in tokens], clauses


def _token(found: re.Match[str], offset: int, *, first: bool) -> Token:
    return Token(found.start() + offset, found.end() + offset, found[0], _tag(found[0], first=first))


def _nouned(token: Token, before: Token | None) -> Token:
    """ "280 files", "the report": a noun, whatever verb has that form."""
    if token.tag != "VBD" or before is None or before.tag not in {"DT", "PRP$", "JJ", "POS", "CD"}:
        return token
    return replace(token, tag="NNS" if token.text.endswith("s") else "NN")


def _tag(word: str, *, first: bool) -> str:
    lower = word.lower()
    if not word[0].isalnum():
        return "POS" if len(word) > 1 else word
    if lower in _TAGS:
        return _TAGS[lower]
    if word[0].isdigit():
        return "CD"
    if known(lower) and not (word[0].isupper() and not first):
        return "VBG" if lower.endswith("ing") else "VBD"
    if word[0].isupper() and not first:
        return "NNP"
    if lower.endswith("ly"):
        return "RB"
    return "NNS" if lower.endswith("s") and not lower.endswith("ss") else "NN"


def _clauses(tokens: Sequence[Token]) -> Iterator[Clause]:
    verbs = [n for n, token in enumerate(tokens) if _is_verb(tokens, n, token)]
    for place, number in enumerate(verbs):
        stop = verbs[place + 1] if place + 1 < len(verbs) else len(tokens)
        yield _clause(tokens, number, stop, place)


def _is_verb(tokens: Sequence[Token], number: int, token: Token) -> bool:
    if token.tag == "AUX":
        after = next((t for t in tokens[number + 1 : number + 4] if t.tag not in {"RB", "AUX"}), None)
        return after is None or after.tag not in {"VBD", "VBG"}
    if token.tag not in {"VBD", "VBG"}:
        return False
    # "the [report]", "a [claim]": a noun.
    before = tokens[number - 1] if number else None
    return before is None or before.tag not in {"DT", "PRP$", "JJ", "POS", "CD"}


def _clause(tokens: Sequence[Token], number: int, stop: int, place: int) -> Clause:
    verb = tokens[number]
    first = number
    group = []
    while first and tokens[first - 1].tag in {"AUX", "RB", "MD"}:
        first -= 1
        group.append(tokens[first].text.lower())
    infinitive = first > 0 and tokens[first - 1].text.lower() == "to"
    subject = None if infinitive else _phrase_before(tokens, first)
    after, obj = _phrase_after(tokens, number + 1)
    end = _end(tokens, number)
    complement, complement_to = _complement(tokens, after, end)
    form = verb.text.lower()
    passive = bool({"was", "were", "been", "is", "are", "be"} & set(group)) and not form.endswith("ing")
    return Clause(
        verb=(verb.start, verb.end),
        lemma=lemma_of(form),
        start=subject[0] if subject else verb.start,
        end=tokens[end - 1].end,
        past=bool({"was", "were", "had", "has", "have"} & set(group))
        or (form != lemma_of(form) and not form.endswith(("s", "ing"))),
        passive=passive,
        negated="not" in group or "never" in group,
        infinitive=infinitive,
        modal=next((word for word in group if _TAGS.get(word) == "MD"), ""),
        subject=subject,
        agent=_agent(tokens, number + 1, stop) if passive else None,
        object=obj,
        complement=complement,
        complement_to=complement_to,
        preps=tuple(_preps(tokens, number + 1, end)),
        reason=_reason(tokens, number + 1),
        head=place - 1 if place else None,
    )


def _phrase_before(tokens: Sequence[Token], end: int) -> Span | None:
    """The noun phrase that ends here; "of" and "for" join two."""
    while end and tokens[end - 1].text == ",":
        end -= 1
    first = end
    while first and (
        tokens[first - 1].tag in _PHRASE or (first < end and tokens[first - 1].text.lower() in {"of", "for"})
    ):
        first -= 1
    while first < end and tokens[first].tag in {"IN", "CD"}:
        first += 1
    return (tokens[first].start, tokens[end - 1].end) if first < end else None


def _phrase_after(tokens: Sequence[Token], start: int) -> tuple[int, Span | None]:
    at = start
    while at < len(tokens) and (
        tokens[at].tag in _PHRASE or (at > start and tokens[at].text.lower() == "of")
    ):
        at += 1
    return at, ((tokens[start].start, tokens[at - 1].end) if at > start else None)


def _end(tokens: Sequence[Token], number: int) -> int:
    at = number + 1
    while at < len(tokens) and tokens[at].text not in {";", "."}:
        at += 1
    return at


def _complement(tokens: Sequence[Token], at: int, end: int) -> tuple[Span | None, bool]:
    if at + 1 < end and tokens[at].text.lower() in {"that", "to"}:
        return (tokens[at + 1].start, tokens[end - 1].end), tokens[at].text.lower() == "to"
    if at and tokens[at - 1].text.lower() == "that" and at < end:
        return (tokens[at].start, tokens[end - 1].end), False
    return None, False


def _preps(tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[str, Span, Span]]:
    for number in range(start, end):
        if tokens[number].tag == "IN" and tokens[number].text.lower() not in {
            "that",
            "because",
            "since",
            "of",
        }:
            _, phrase = _phrase_after(tokens, number + 1)
            if phrase:
                yield tokens[number].text.lower(), phrase, (tokens[number].start, phrase[1])


def _agent(tokens: Sequence[Token], start: int, stop: int) -> Span | None:
    return next((phrase for word, phrase, _ in _preps(tokens, start, stop) if word == "by"), None)


def _reason(tokens: Sequence[Token], start: int) -> Span | None:
    for number in range(start, len(tokens) - 1):
        if tokens[number].text.lower() == "because":
            return tokens[number + 1].start, tokens[_end(tokens, number) - 1].end
    return None


def _owner(token: Token, clauses: Sequence[Clause]) -> int | None:
    """The clause whose verb is nearest, the one before first."""
    before = [number for number, clause in enumerate(clauses) if clause.verb[0] <= token.start]
    return before[-1] if before else (0 if clauses else None)
