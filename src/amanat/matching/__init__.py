"""Finding prints that are near, in lists of any length, exactly; and counting what is different.

`linear.py` defines a search, `bands.py` does it fast. `index.py` keeps a list in files that processes share,
`lists.py` asks several lists at once, `groups.py` counts. Prints come in and numbers go out: nothing here
reads media, and no message carries a print. `docs/reference/index-format.md` has the bytes.
"""
