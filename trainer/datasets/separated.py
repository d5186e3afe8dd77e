"""A text file with separated columns: which character separates them, and which is which.

Spreadsheets, languages and programs differ in all of it, so it is looked up in the first
rows of the file.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# In this order where several would do.
USUAL = ",;\t|"
NEVER = "\"'.-+_%"
SHOWN = 20  # characters of a cell in an error
LABELS = ("label", "class", "group", "species", "target")

Row = list[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """How to read the rows of a file.

    Attributes:
        separator: Between two columns; " " for any blanks.
        width: How many columns there are.
        x: Index of the column.
        y: Likewise.
        label: Likewise; None where there is none.
        has_head: Whether the first row has names.
    """

    separator: str
    width: int
    x: int
    y: int
    label: int | None
    has_head: bool


class SeparatedError(ValueError):
    """The columns cannot be told; the text says what was expected and what is there."""


def rows_of(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Cut lines into columns; quoted text may hold anything."""
    if separator == " ":
        lines = (" ".join(line.split()) for line in lines)
    return csv.reader(lines, delimiter=separator, skipinitialspace=separator != " ")


def number(text: str) -> float | None:
    """Read a number, with a point or a comma; None where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def columns_of(sample: Sequence[str], *, labelled: bool) -> Columns:
    """Find out how to read a file.

    Args:
        sample: Its first lines.
        labelled: Whether there must be a label.

    Raises:
        SeparatedError: There are no two columns of numbers, or no label.
    """
    needed = 3 if labelled else 2
    found = [(_fit(sample, each, needed), each) for each in _separators(sample)]
    best = max(found, key=lambda pair: pair[0])  # the first of several
    separator = best[1]
    rows = [row for row in rows_of(sample, separator) if row]
    if not rows:
        raise SeparatedError(f"expected {_wanted(labelled)}, got no rows")
    return _named(rows, separator, labelled=labelled)


def _separators(sample: Sequence[str]) -> str:
    """List what may separate columns, the usual ones first."""
    text = "".join(sample)
    others = sorted({c for c in text if c.isprintable() and not c.isalnum()})
    return USUAL + "".join(c for c in others if c not in USUAL + NEVER)


def _fit(sample: Sequence[str], separator: str, needed: int) -> tuple[int, int]:
    """Count the rows that make sense with a separator, and less what is no number."""
    fitting = texts = 0
    for row in rows_of(sample, separator):
        numbers = sum(number(each) is not None for each in row)
        fitting += len(row) >= needed and numbers >= 2
        texts += len(row) - numbers
    return fitting, -texts if fitting else 0


def _named(rows: Sequence[Row], separator: str, *, labelled: bool) -> Columns:
    """Find the columns, by their names or by what is in them."""
    first, body = rows[0], rows[1:]
    has_head = bool(body) and all(number(each) is None for each in first)
    width = Counter(map(len, body or rows)).most_common(1)[0][0]
    names = _names(first) if has_head else []
    if len(names) != width:
        names = []
    label = next((names.index(each) for each in LABELS if each in names), None)
    if label is None and width == 3:
        label = _label_among(names, body if has_head else rows)
    if "x" in names and "y" in names and (label is not None or not labelled):
        x, y = names.index("x"), names.index("y")
    elif width == 3:
        x, y = (k for k in range(3) if k != label)
    elif width == 2 and not labelled:
        x, y = 0, 1
    else:
        raise SeparatedError(_refusal(rows, width, labelled))
    return Columns(separator, width, x, y, label if labelled else None, has_head)


def _names(head: Row) -> list[str]:
    """Read the names of the columns; the head may begin with # as a comment does."""
    names = [each.strip().lower() for each in head]
    if names[0].startswith("#"):
        first = names[0].lstrip("# ")
        names[:1] = [first] if first else []
    return names


def _refusal(rows: Sequence[Row], width: int, labelled: bool) -> str:
    row = next(row for row in rows if len(row) == width)
    names = "x, y and label" if labelled else "x and y"
    more = f" and names {names} above them" if width > 3 else ""
    cells = ", ".join(each[:SHOWN] for each in row[:8])
    plural = "" if width == 1 else "s"
    return f"expected {_wanted(labelled)}{more}, got {width} column{plural}: {cells}"


def _label_among(names: Sequence[str], rows: Sequence[Row]) -> int:
    """Choose of three columns the one beside x and y, or with the fewest numbers."""
    others = [k for k, name in enumerate(names) if name not in ("x", "y")]
    if len(others) == 1:
        return others[0]
    whole = [row for row in rows if len(row) == 3]
    texts = [sum(number(row[k]) is None for row in whole) for k in range(3)]
    return max(range(3), key=lambda k: (texts[k], k))  # of several the last


def _wanted(labelled: bool) -> str:
    return "columns x, y and label" if labelled else "columns x and y"
