"""One file a format, each with `read(source, encoding) -> ReadingText`."""
