"""Referrals: who asked whom for what, and what they answered. Needs a verb of asking or answering, and
somebody asked.

"No answer found" says that these sources have none, not that there was none. Links of answers to requests are
in `chain`.
"""

import re
from collections.abc import Iterator, Sequence

from amanat.record.grammar import Clause, Sentence
from amanat.record.rules.answering import answered
from amanat.record.rules.asking import REQUEST, Roles, asked
from amanat.record.rules.found import Found, date_in, make
from amanat.record.text import Span

__all__ = ["propose"]

_REASON = re.compile(
    r"[,\s](?:because|on the grounds? (?:that|of)|on grounds of|citing|saying(?: that)?|arguing(?: that)?|"
    r"stating(?: that)?|explaining(?: that)?|noting(?: that)?|since(?! (?:\d|last\b|[A-Z]\w+(?:day|ary|ch|il|ust|ber)\b))|owing to|due to|for (?:lack|want) of|as it)\s+"  # noqa: E501
)
_UNANSWERED = re.compile(
    r"\b(?:(?:remain\w*|went|gone|been left|left|still) unanswered|(?:received|had|got|had received|has received|have "  # noqa: E501
    r"received) no (?:answer|reply|response)|no (?:answer|reply|response) (?:was|has been|had been|came|ever came)|"  # noqa: E501
    r"without (?:an? )?(?:answer|reply|response))\b",
    re.I,
)
_NO_REPLY = re.compile(
    r"\bthere (?:was|has been|had been|is) (?:still )?(?P<what>no (?:answer|reply|response))\b", re.I
)
_OUTSIDE = re.compile(
    r"\b(?:(?:falls?|fell|lies|lay|is|are|was|were) (?:outside|beyond) (?:its|our|their|his|her|the)|(?:not|nor) within "  # noqa: E501
    r"(?:its|our|their|his|her|the)) (?:\w+ ){0,2}(?:powers?|remit|jurisdiction|mandate|competence|responsibility)\b"  # noqa: E501
)


def propose(sentence: Sentence, asked_before: Sequence[str]) -> Iterator[Found]:
    """Every referral of a sentence; `asked_before` are the words for those who were asked earlier, newest
    last."""
    seen = 0
    here = list(asked_before)
    for number, clause in enumerate(sentence.clauses):
        roles = asked(sentence, number) or answered(sentence, number, here)
        if roles is None or not (roles.asker or roles.asked or roles.what):
            continue
        seen += 1
        if roles.outcome == "asked" and roles.asked:
            here.append(sentence.words(roles.asked))
        yield _make(sentence, number, clause, roles)
    if not seen or _NO_REPLY.search(sentence.doc.text, *sentence.span):
        yield from _by_words(sentence, here)


def _make(sentence: Sentence, number: int, clause: Clause, roles: Roles) -> Found:
    spans = {
        "asker": roles.asker,
        "asked": roles.asked,
        "what": roles.what,
        "reason": _reason(sentence, clause),
        "when": date_in(sentence, number),
    }
    if roles.what and spans["reason"] and roles.what[1] > spans["reason"][0] > roles.what[0]:
        spans["what"] = _before_reason(sentence, roles.what, spans["reason"])
    score = 75 if roles.asker and roles.asked else 55
    labels = {"outcome": roles.outcome}
    return make(sentence, "referral", clause, spans, rule=roles.rule, labels=labels, score=score)


def _before_reason(sentence: Sentence, what: Span, reason: Span) -> Span | None:
    cut = _REASON.search(sentence.doc.text, what[0], reason[0])
    end = cut.start() if cut else reason[0]
    while end > what[0] and sentence.doc.text[end - 1] in " ,\n":
        end -= 1
    return (what[0], end) if end > what[0] else None


def _reason(sentence: Sentence, clause: Clause) -> Span | None:
    text = sentence.doc.text
    stop = text.find(";", clause.verb[1], sentence.span[1])
    stop = sentence.span[1] if stop < 0 else stop
    if found := _REASON.search(text, clause.verb[1], stop):
        end = stop
        while end > found.end() and text[end - 1] in ' .,;"”\n':
            end -= 1
        return (found.end(), end) if found.end() < end else None
    reason = clause.reason
    return reason if reason and reason[0] >= clause.verb[1] else None


def _by_words(sentence: Sentence, before: Sequence[str]) -> Iterator[Found]:
    text = sentence.doc.text
    if found := _UNANSWERED.search(text, *sentence.span):
        clause_number = sentence.clause_at(found.start())
        clause = sentence.clauses[clause_number] if clause_number is not None else None
        about = clause.subject if clause else None
        if about is None or not (REQUEST.search(sentence.words(about)) or "no " in found[0].lower()):
            return
        spans = {"asker": about} if re.match(r"(?:re|h|g)", found[0]) else {"what": about}
        yield make(
            sentence, "referral", clause, spans, rule="unanswered", labels={"outcome": "no answer found"}
        )
    elif found := _NO_REPLY.search(text, *sentence.span):
        spans = {"what": found.span("what")}
        yield make(
            sentence, "referral", None, spans, rule="unanswered", labels={"outcome": "no answer found"}
        )
    elif before and (found := _OUTSIDE.search(text, *sentence.span)):
        clause_number = sentence.clause_at(found.start())
        clause = sentence.clauses[clause_number] if clause_number is not None else None
        if clause and clause.subject:
            spans = {"what": clause.subject, "reason": found.span()}
            yield make(
                sentence, "referral", clause, spans, rule="outside-powers", labels={"outcome": "refused"}
            )
