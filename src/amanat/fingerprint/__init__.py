"""Fingerprints of pictures and films: what can be told apart, counted and found again without being shown.

A file goes in as bytes, prints and digests come out, and nothing is written or drawn. `value.py` says what a
print is; `docs/reference/fingerprints.md` says how each is computed.
"""
