"""What `trainer predict --points` does: the class of each row, from the last layer."""

import csv
import json
import sys
from pathlib import Path

from trainer.datasets.point_file import read_table
from trainer.errors import TrainerError
from trainer.mapped import KIND, unpack
from trainer.model_file import load
from trainer.progress import count
from trainer.streaming import say


def predict(model: Path, points: Path, *, as_json: bool) -> None:
    """Print x, y, class and whether a point is outside of the map, a row each.

    Args:
        model: The model file.
        points: Text with columns x and y.
        as_json: Print an object a line.

    Raises:
        TrainerError: The model or the points cannot be used, or some rows could not be;
            the others are printed all the same.
    """
    mapped = unpack(load(model, KIND), model)
    skipped = 0

    def skip(row: int, why: str) -> None:
        nonlocal skipped
        skipped += 1
        say(f"skipped row {row}: {why}")

    table = read_table(points, labelled=False, on_skip=skip)
    names, is_outside = mapped.decide(table.places)
    rows = zip(table.places.tolist(), names, is_outside.tolist(), strict=True)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if not as_json:
        writer.writerow(("x", "y", "class", "outside"))
    for (x, y), name, outside in rows:
        if as_json:
            line = {"x": x, "y": y, "class": name, "outside": outside}
            sys.stdout.write(json.dumps(line) + "\n")
        else:
            writer.writerow((x, y, name, "outside" if outside else ""))
    if is_outside.any():
        say(
            f"{count(int(is_outside.sum()), 'point')} outside of the map: the class is "
            "that of its nearest cell"
        )
    if skipped:
        raise TrainerError(f"{count(skipped, 'row')} could not be read")
