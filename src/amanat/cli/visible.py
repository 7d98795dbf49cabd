"""Outside text on a terminal: what it would not show, or would obey, is spelt out."""

__all__ = ["visible"]


def visible(text: str) -> str:
    """The text with every unprintable character written as its escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
