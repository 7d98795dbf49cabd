"""The encyclopedia articles inside the `gensim` wheel, as raw wikitext (CC BY-SA)."""

import bz2
import html
import re
from collections.abc import Iterator
from importlib.resources import files

FILE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"


def articles() -> Iterator[str]:
    """The text of each article. Raises `ImportError` when gensim is not installed."""
    packed = files("gensim") / "test" / "test_data" / FILE
    whole = bz2.decompress(packed.read_bytes()).decode()
    for found in re.finditer(r"<text[^>]*>(.*?)</text>", whole, re.DOTALL):
        yield html.unescape(found[1])
