"""Words of others, made fit for one line of a screen."""

import unicodedata

# Escape sequences, line breaks and the like, by the categories of Unicode.
CONTROLS = ("Cc", "Zl", "Zp")


def plain(text: str) -> str:
    """Put a mark in the place of every character that is an order, not a letter."""
    if text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in CONTROLS else each
        for each in text
    )
