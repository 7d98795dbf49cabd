"""One file a format, each with `write(record) -> bytes`; `export` chooses."""
