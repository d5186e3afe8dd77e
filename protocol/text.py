"""Sentences for people, short enough for the wire."""

from protocol import limits


def fitting(text: str) -> str:
    """Cut a text where it is too long; what UTF-8 does not hold becomes "?"."""
    return text.encode(errors="replace")[: limits.TEXT_BYTES].decode(errors="ignore")
