"""ClaimReview (schema.org) for statements and figures: what was claimed, by whom, where. No rating is ever
given: a record shows who said what and does not score them."""

import json
from typing import Any

from amanat.record.record import Entry, Record
from amanat.record.source import Source

__all__ = ["write"]


def write(record: Record) -> bytes:
    """A graph of claims."""
    sources = {source.sha256: source for source in record.sources}
    claims = [
        _claim(entry, sources[entry.item.quote.source_sha256], record)
        for entry in record.shown()
        if entry.item.kind in {"statement", "figure"} and entry.item.quote.source_sha256 in sources
    ]
    whole = {"@context": "https://schema.org", "@graph": claims}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _claim(entry: Entry, source: Source, record: Record) -> dict[str, Any]:
    item, review = entry.item, entry.review
    appearance: dict[str, Any] = {"@type": "CreativeWork", "identifier": f"sha256:{source.sha256}"}
    appearance |= {"url": source.address} if source.address else {}
    appearance |= {"name": source.title} if source.title else {}
    claim: dict[str, Any] = {"@type": "Claim", "text": item.quote.exact, "appearance": appearance}
    by = item.words.get("speaker") or item.words.get("counted_by")
    claim |= {"author": {"@type": "Thing", "name": " ".join(by.exact.split())}} if by else {}
    if item.when and "/" not in item.when.edtf:
        claim["datePublished"] = item.when.edtf.rstrip("~?%")
    found: dict[str, Any] = {
        "@type": "ClaimReview",
        "identifier": f"urn:amanat:item:{item.id}",
        "claimReviewed": item.quote.exact,
        "itemReviewed": claim,
        "author": {"@type": "Person", "name": review.by},
        "isPartOf": {"@type": "Dataset", "name": record.title},
    }
    return found | ({"datePublished": review.at.date().isoformat()} if review.at else {})
