"""A first filling of the form for an item that somebody makes by hand: the words of each role, guessed from
the sentence and from what was selected in it.

Only a start: whoever makes the item sees every word before it counts, and the gate checks what is sent. For
referrals above all, of which the rules find about half. Shown right by
`tests/server/statements/rules/test_guess.py`.
"""

import re

from amanat.record.dates import dates_of
from amanat.record.numberwords import numbers
from amanat.record.text import ReadingText, Span

__all__ = ["LABELS_FIRST", "guess"]

LABELS_FIRST = {"stance": "asserts", "outcome": "asked"}
_MATTER = r"(?:it|this|the (?:matter|case|complaint|file))"
_ASKS = (
    r"asked|requested|urged|ordered|directed|petitioned|instructed|invited|wrote to|applied to|appealed to|"
    r"called on|turned to|complained to|reported (?:it |this |the matter )?to|"
    rf"referred {_MATTER} to|sent {_MATTER} to|forwarded {_MATTER} to"
)
_OUTCOMES = {
    "refused": r"refused|declined|rejected|dismissed|turned (?:it |this )?down|denied the \w+",
    "granted": r"granted|agreed|approved|allowed|accepted|consented",
    "withdrawn": r"withdrew|withdrawn|took back",
}
_TAIL = re.compile(r"\s+(?:to|that|for|about|into|whether|with|because|since|as|on|in)\b|[,.;]")
_REASON = re.compile(r"\b(?:because|since|on the ground that|saying that|as)\s+(.+?)\s*[.;]?\s*$", re.S)


def guess(doc: ReadingText, kind: str, sentence: Span, picked: Span) -> tuple[dict[str, str], dict[str, str]]:
    """The words of each role and the labels to begin with; roles that cannot be guessed are left out."""
    words = doc.text[slice(*picked)].strip() or doc.text[slice(*sentence)]
    whole = doc.text[slice(*sentence)]
    when = _when(doc, sentence)
    if kind == "referral":
        roles, outcome = _referral(whole)
        return {**roles, **when}, {"outcome": outcome}
    if kind == "statement":
        return {"content": words.rstrip(" .")} | when, {"stance": "asserts"}
    if kind == "event":
        return {"what": words.rstrip(" .")} | when, {}
    number = next(numbers(doc.text, *picked), None) or next(numbers(doc.text, *sentence), None)
    found = {"number": doc.text[number.start : number.end]} if number else {}
    return (found, {}) if kind == "figure" else (found | when, {"outcome": "affected"})


def _when(doc: ReadingText, sentence: Span) -> dict[str, str]:
    for dated in dates_of(doc):
        if sentence[0] <= dated.span[0] and dated.span[1] <= sentence[1]:
            return {"when": doc.text[slice(*dated.span)]}
    return {}


def _referral(sentence: str) -> tuple[dict[str, str], str]:
    """Who asked whom for what, or who answered how and why."""
    if asking := re.search(rf"\b(?:has |had |have )?(?:{_ASKS})\s+", sentence):
        rest = sentence[asking.end() :]
        tail = _TAIL.search(rest)
        asked, what = (rest[: tail.start()], rest[tail.start() :]) if tail else (rest, "")
        roles = {"asker": _head(sentence[: asking.start()]), "asked": asked, "what": what.strip(" ,.;\n")}
        return _filled(roles), "asked"
    for outcome, verbs in _OUTCOMES.items():
        if answer := re.search(rf"\b(?:has |had |have )?(?:{verbs})\b", sentence):
            why = _REASON.search(sentence, answer.end())
            roles = {"asked": _head(sentence[: answer.start()]), "reason": why[1] if why else ""}
            return _filled(roles), outcome
    return {}, "asked"


def _head(before: str) -> str:
    """The last part before the verb: who acts, without a date or an aside at the head of the sentence."""
    return before.rsplit(",", 1)[-1].strip() if "," in before else before.strip()


def _filled(roles: dict[str, str]) -> dict[str, str]:
    return {role: words.strip() for role, words in roles.items() if words.strip()}
