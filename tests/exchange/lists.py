"""Items and lists for the tests of exchange, made by hand and by Hypothesis; the prints are random bits."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from amanat.exchange.hashlist import Category, HashList, Item, make_list
from amanat.fingerprint.value import Fingerprint, Kind

NOW = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
OPAQUE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def pdq(number: int) -> Fingerprint:
    return Fingerprint(Kind.PDQ, number.to_bytes(32, "big"))


def fingerprints(*kinds: Kind) -> st.SearchStrategy[Fingerprint]:
    """Any print of these kinds, or of all."""
    return st.sampled_from(kinds or tuple(Kind)).flatmap(_of)


def _of(kind: Kind) -> st.SearchStrategy[Fingerprint]:
    if kind.opaque:
        return OPAQUE.map(lambda text: Fingerprint(kind, text.encode()))
    if kind is Kind.VPDQ:
        one = st.binary(min_size=32, max_size=32)
        return st.lists(one, min_size=1, max_size=3, unique=True).map(
            lambda prints: Fingerprint(kind, b"".join(prints))
        )
    size = kind.bits
    return st.binary(min_size=size // 8, max_size=size // 8).map(lambda data: Fingerprint(kind, data))


def items(**fixed) -> st.SearchStrategy[Item]:
    parts = {
        "fingerprint": fingerprints(),
        "source": NAMES,
        "source_id": TEXTS,
        "terms": TEXTS,
        "category": st.none() | st.builds(Category, NAMES, NAMES),
        "first_seen": MOMENTS,
        "withdrawn": st.none() | MOMENTS,
        "note": TEXTS,
    }
    return st.builds(Item, **(parts | fixed))


def hashlists() -> st.SearchStrategy[HashList]:
    return st.builds(
        make_list,
        NAMES,
        st.lists(items(), max_size=5),
        version=st.integers(0, 2**62),
        made=MOMENTS,
        provenance=st.lists(NAMES, max_size=3),
    )


def item(number: int, **parts) -> Item:
    return Item(**({"fingerprint": pdq(number), "source": "amna", "first_seen": NOW} | parts))


def listed(*held: Item, version: int = 1) -> HashList:
    return make_list("desk", held, version=version, made=NOW)
