"""Lists of fingerprints, and the formats in which organisations hand them to each other.

A file of a partner goes in, a list of ours comes out, and the other way round. Nothing here opens a
connection: whoever fetches hands in the bytes. `hashlist.py` says what a list is, `changes.py` how one
version becomes the next; each format has one file, and `formats.py` knows them by name.
"""
