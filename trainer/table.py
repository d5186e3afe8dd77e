"""Counts of decisions as a table for a terminal."""

from collections.abc import Iterable, Sequence


def confusion_table(
    counts: Sequence[Sequence[int]], decisions: Sequence[str], most: int = 12
) -> str:
    """Lay counts out, a row a true class, a column a decision.

    Args:
        counts: Square; rows of classes that there are no examples of are left out.
        decisions: Name of each row and column.
        most: Characters of a name; longer ones end in an ellipsis.
    """
    words = [
        " ".join(name.split()) for name in decisions
    ]  # a folder's may be two lines
    names = [name if len(name) <= most else name[: most - 1] + "…" for name in words]
    left = max(len("true \\ decided"), *map(len, names))
    widths = [
        max(len(name), *(len(str(row[k])) for row in counts))
        for k, name in enumerate(names)
    ]
    rows = [_row("true \\ decided", names, left, widths)]
    rows += [
        _row(name, map(str, row), left, widths)
        for name, row in zip(names, counts, strict=True)
        if any(row)
    ]
    return "\n".join(rows)


def _row(name: str, cells: Iterable[str], left: int, widths: Sequence[int]) -> str:
    padded = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:{left}}  {'  '.join(padded)}"
