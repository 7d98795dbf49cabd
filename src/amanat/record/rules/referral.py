"""Referrals: who asked whom for what, and what they answered. Needs a verb of asking or answering, and somebody asked.

"No answer found" says that these sources have none, not that there was none. Links of answers to requests are in
`chain`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amanat.record.grammar import Clause, Sentence
from amanat.record.rules.found import Found, date_in, make
from amanat.record.rules.harm import PEOPLE
from amanat.record.text import Span
from amanat.record.verbs import ASKS, lemma_of

__all__ = ["REQUEST", "propose"]

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
_TO_ANYBODY = frozenset("refer forward apply appeal petition complain remit redirect transfer".split())
_TO_BODIES = frozenset("send write turn pass hand submit report address file lodge route".split())
_MOVES = frozenset("send turn pass hand submit".split())
_ASK = frozenset("ask request beg invite approach petition urge seek".split())
_SILENT = frozenset("say comment discuss disclose confirm name explain reply speak elaborate".split())
_REASON = re.compile(
    r"[,\s](?:because|on the grounds? (?:that|of)|on grounds of|citing|saying(?: that)?|arguing(?: that)?|"
    r"stating(?: that)?|explaining(?: that)?|noting(?: that)?|since(?! (?:\d|last\b|[A-Z]\w+(?:day|ary|ch|il|ust|ber)\b))|owing to|due to|for (?:lack|want) of|as it)\s+"
)
_UNANSWERED = re.compile(
    r"\b(?:(?:remain\w*|went|gone|been left|left|still) unanswered|(?:received|had|got|had received|has received|have "
    r"received) no (?:answer|reply|response)|no (?:answer|reply|response) (?:was|has been|had been|came|ever came)|"
    r"without (?:an? )?(?:answer|reply|response))\b",
    re.I,
)
_NO_REPLY = re.compile(r"\bthere (?:was|has been|had been|is) (?:still )?(?P<what>no (?:answer|reply|response))\b", re.I)
_MATTER = re.compile(
    r"\b(?:matters?|cases?|questions?|files?|reports?|documents?|findings|evidence|us|them|it|him|her|records?|proposals?|"
    r"lists?|notes?|drafts?|papers?)\b",
    re.I,
)
_OUTSIDE = re.compile(
    r"\b(?:(?:falls?|fell|lies|lay|is|are|was|were) (?:outside|beyond) (?:its|our|their|his|her|the)|(?:not|nor) within "
    r"(?:its|our|their|his|her|the)) (?:\w+ ){0,2}(?:powers?|remit|jurisdiction|mandate|competence|responsibility)\b"
)


@dataclass(frozen=True, slots=True)
class _Roles:
    outcome: str
    asker: Span | None = None
    asked: Span | None = None
    what: Span | None = None
    rule: str = "asking-verb"


def propose(sentence: Sentence, asked_before: Sequence[str]) -> Iterator[Found]:
    """Every referral of a sentence; `asked_before` are the words for those who were asked earlier, newest last."""
    seen = 0
    here = list(asked_before)
    for number, clause in enumerate(sentence.clauses):
        roles = _asked(sentence, number) or _answered(sentence, number, here)
        if roles is None or not (roles.asker or roles.asked or roles.what):
            continue
        seen += 1
        if roles.outcome == "asked" and roles.asked:
            here.append(sentence.words(roles.asked))
        yield _make(sentence, number, clause, roles)
    if not seen or _NO_REPLY.search(sentence.doc.text, *sentence.span):
        yield from _by_words(sentence, here)


def _make(sentence: Sentence, number: int, clause: Clause, roles: _Roles) -> Found:
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


def _asked(sentence: Sentence, number: int) -> _Roles | None:
    clause = sentence.inherit(number)
    if clause.lemma not in ASKS or clause.negated or clause.modal or not _happened(sentence, number):
        return None
    if clause.lemma in {"send", "turn"} and _goes_back(sentence, clause):
        return None
    if clause.lemma in _ASK:
        return _asks(sentence, clause)
    if clause.lemma in _TO_ANYBODY | _TO_BODIES:
        return _sends(sentence, clause)
    return None


def _happened(sentence: Sentence, number: int) -> bool:
    """"To ask" did not happen, unless it was what somebody agreed or decided."""
    clause = sentence.clauses[number]
    if not clause.infinitive:
        return True
    above = sentence.clauses[clause.head] if clause.head is not None else None
    words = sentence.words((above.verb[0], above.verb[1])).lower() if above else ""
    return words in {"agreed", "decided", "resolved", "voted"}


def _asks(sentence: Sentence, clause: Clause) -> _Roles | None:
    what = clause.complement if clause.complement_to else None
    what = what or next((words for word, words, _ in clause.preps if word == "for"), None)
    if clause.passive:
        return _Roles("asked", clause.agent, clause.subject, what) if what and clause.subject else None
    asked = clause.object or clause.indirect or _subject_of(sentence, clause.complement)
    source = next((words for word, words, _ in clause.preps if word == "from"), None)
    if clause.lemma == "seek":
        return _Roles("asked", clause.subject, source, clause.object) if source else None
    if source and clause.lemma == "request":
        return _Roles("asked", clause.subject, source, clause.object)
    if clause.lemma in {"approach", "petition"} and asked:
        return _Roles("asked", clause.subject, asked, what)
    if not what or not asked or clause.lemma == "urge":
        return None
    if what[0] < asked[1] and asked[0] < what[1]:
        what = (asked[1] + 1, what[1]) if asked[1] + 1 < what[1] else what
    return _Roles("asked", clause.subject, asked, what)


def _subject_of(sentence: Sentence, complement: Span | None) -> Span | None:
    """"asked [the court] to order": some parses make the court the subject of "order"."""
    if complement is None:
        return None
    for clause in sentence.clauses:
        if clause.infinitive and clause.subject and complement[0] <= clause.subject[0] and clause.verb[1] <= complement[1]:
            return clause.subject
    return None


def _sends(sentence: Sentence, clause: Clause) -> _Roles | None:
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
        what = next((words for word, words, _ in clause.preps if word in {"for", "about"}), None) or _asking(sentence, clause)
    return _Roles("asked", asker, asked, what, "sending-verb")


def _asking(sentence: Sentence, clause: Clause) -> Span | None:
    """"wrote to the ministry, asking for a reply"."""
    for below in sentence.clauses:
        if below.lemma in {"ask", "request"} and clause.verb[1] <= below.verb[0] < sentence.span[1]:
            return next((words for word, words, _ in below.preps if word == "for"), None) or below.complement or below.object
    return None


def _answered(sentence: Sentence, number: int, before: Sequence[str]) -> _Roles | None:
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
                return _Roles("refused", by, target, about, "sent-back")
            what = about or (clause.complement if clause.complement_to else None)
            if outcome == "withdrawn":
                return _Roles(outcome, by, None, what, "answering-verb")
            return _Roles(outcome, None, by, what, "answering-verb")
    return None


def _silence(sentence: Sentence, clause: Clause, *, requested: bool, known: bool) -> str | None:
    del sentence, known
    if clause.lemma in {"answer", "reply", "respond", "acknowledge"} and clause.negated and not clause.modal:
        return "no answer found" if not clause.passive or requested else None
    return None


def _refusal(sentence: Sentence, clause: Clause, *, requested: bool, known: bool) -> str | None:
    if clause.negated:
        return None
    if clause.lemma in {"refuse", "decline"}:
        words = re.sub(r"^to\s+", "", sentence.words(clause.complement)).split() if clause.complement_to else []
        silent = bool(words) and lemma_of(words[0]) in _SILENT
        return None if silent else "refused"
    if clause.lemma in {"reject", "dismiss"}:
        return "refused" if requested or known else None
    if clause.lemma == "deny":
        return "refused" if requested and not clause.complement and not _of_fact(sentence, clause) else None
    if clause.lemma in {"send", "return", "turn"} and (back := _goes_back(sentence, clause)):
        return "refused" if back == "down" else "back"
    if clause.lemma in {"reply", "answer", "respond"} and known and clause.complement:
        return "refused" if re.search(r"\b(?:no|not|cannot|unable|never|nothing)\b|n't", sentence.words(clause.complement)) else None
    return None


def _of_fact(sentence: Sentence, clause: Clause) -> bool:
    return bool(re.search(r"\bletters?|calls?|complaints?\b", sentence.words(clause.object)))


def _goes_back(sentence: Sentence, clause: Clause) -> str | None:
    """"down" of turning down, "back" of sending or returning something to somebody."""
    if clause.lemma == "turn":
        after = sentence.doc.text[clause.verb[1] : sentence.span[1]]
        return "down" if clause.particle == "down" or re.match(r"(?:\s+[\w']+){1,4}\s+down\b", after) else None
    if clause.lemma == "send":
        return "back" if re.match(r"(?:\s+\w+){0,4}\s+back\b", sentence.doc.text[clause.verb[1] : sentence.span[1]]) else None
    moved = clause.object is not None or clause.passive
    return "back" if moved and any(word == "to" for word, _, _ in clause.preps) else None


def _grant(sentence: Sentence, clause: Clause, *, requested: bool, known: bool) -> str | None:
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
    words = {word for word in re.findall(r"[^\W\d_]{4,}", sentence.words(by).lower())}
    if not words:
        return sentence.words(by).lower() in {"it", "they", "he", "she"}
    return any(words & set(re.findall(r"[^\W\d_]{4,}", old.lower())) for old in before[-8:])


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
        if about is None or not (REQUEST.search(sentence.words(about)) or "no " in found[0]):
            return
        spans = {"asker": about} if re.match(r"(?:re|h|g)", found[0]) else {"what": about}
        yield make(sentence, "referral", clause, spans, rule="unanswered", labels={"outcome": "no answer found"})
    elif found := _NO_REPLY.search(text, *sentence.span):
        spans = {"what": found.span("what")}
        yield make(sentence, "referral", None, spans, rule="unanswered", labels={"outcome": "no answer found"})
    elif before and (found := _OUTSIDE.search(text, *sentence.span)):
        clause_number = sentence.clause_at(found.start())
        clause = sentence.clauses[clause_number] if clause_number is not None else None
        if clause and clause.subject:
            spans = {"what": clause.subject, "reason": found.span()}
            yield make(sentence, "referral", clause, spans, rule="outside-powers", labels={"outcome": "refused"})

