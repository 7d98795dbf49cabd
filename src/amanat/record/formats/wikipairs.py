"""Which openings of wikitext have an end, and where: one pass with a stack, so that no input makes it slow.

An opening without an end is plain text, as MediaWiki shows it. Returns positions only; `wikitext` reads them.
"""

import re

__all__ = ["pairs_of"]

_TOKEN = re.compile(
    r"<!--|-->|<nowiki>|</nowiki>|<ref\b[^<>]{0,500}?/>|<ref\b[^<>]{0,500}>|</ref\s*>|\{\||\|\}(?!\})|\{\{|\}\}|\[\[|\]\]",
    re.I,
)
_CLOSES = {"}}": "{{", "]]": "[[", "|}": "{|"}
# What may stand inside what is decided by the innermost opening only; these never reach across a paragraph's
# ref.
_RAW = {"<!--": "-->", "<nowiki>": "</nowiki>"}


def pairs_of(text: str) -> dict[int, int]:
    """From the position of each opening to the position after its end."""
    found: dict[int, int] = {}
    stacks: dict[str, list[int]] = {"{{": [], "[[": [], "{|": [], "<ref": []}
    raw: tuple[str, int] | None = None
    for token in _TOKEN.finditer(text):
        word = token[0].lower()
        if raw is not None:
            if word == _RAW[raw[0]]:
                found[raw[1]] = token.end()
                raw = None
        elif word in _RAW:
            raw = (word, token.start())
        else:
            _pair(found, stacks, word, token)
    return found


def _pair(found: dict[int, int], stacks: dict[str, list[int]], word: str, token: re.Match[str]) -> None:
    if word.startswith("<ref"):
        if word.endswith("/>"):
            found[token.start()] = token.end()
        else:
            stacks["<ref"].append(token.start())
    elif word.startswith("</ref"):
        _close(found, stacks, "<ref", token.end())
    elif word in _CLOSES:
        _close(found, stacks, _CLOSES[word], token.end())
    elif word in stacks:
        stacks[word].append(token.start())


def _close(found: dict[int, int], stacks: dict[str, list[int]], opening: str, end: int) -> None:
    if not stacks[opening]:
        return
    start = stacks[opening].pop()
    found[start] = end
    for stack in stacks.values():
        # Openings inside a closed one that are still open never end outside it.
        while stack and stack[-1] > start:
            stack.pop()
