"""The forms that a verb of the lists takes. Regular ones are made, the others listed."""

__all__ = ["forms_of"]

_IRREGULAR = {
    "say": "said said", "tell": "told told", "find": "found found", "hold": "held held", "write": "wrote written",  # noqa: E501
    "put": "put put putting", "send": "sent sent", "show": "showed shown", "speak": "spoke spoken",
    "undertake": "undertook undertaken", "withdraw": "withdrew withdrawn", "seek": "sought sought", "hear": "heard heard",  # noqa: E501
    "build": "built built", "fall": "fell fallen", "begin": "began begun beginning", "catch": "caught caught",
    "meet": "met met", "lose": "lost lost", "strike": "struck struck", "break": "broke broken", "win": "won won",  # noqa: E501
    "leave": "left left", "hurt": "hurt hurt", "be": "was were been is are am being", "have": "had had has having",  # noqa: E501
    "do": "did done does", "set": "set set setting", "overturn": "overturned overturned", "deny": "denied denied",  # noqa: E501
    "beg": "begged begged begging", "admit": "admitted admitted admitting", "submit": "submitted submitted submitting",  # noqa: E501
    "refer": "referred referred referring", "transfer": "transferred transferred transferring",
    "remit": "remitted remitted remitting", "commit": "committed committed committing",
    "die": "died died dying", "burn": "burned burnt", "plead": "pleaded pled", "begins": "",
    "cancel": "cancelled canceled cancelling", "hand": "handed handed", "uphold": "upheld upheld",
    "vow": "vowed vowed", "wound": "wounded wounded", "found": "founded founded",
}  # fmt: skip


def forms_of(lemma: str) -> set[str]:
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
