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
from trainer.skipped_rows import SkippedRows
from trainer.streaming import say


def predict(model: Path, points: Path, *, as_json: bool) -> None:
    """Print a row for each point: its row in the file, x, y, class, if it is outside.

    Args:
        model: The model file.
        points: Text with columns x and y.
        as_json: Print an object a line.

    Raises:
        TrainerError: The model or the points cannot be used, or some rows could not be;
            the others are printed all the same.
    """
    mapped = unpack(load(model, KIND), model)
    skipped = SkippedRows(say)
    table = read_table(points, labelled=False, on_skip=skipped)
    names, is_outside = mapped.decide(table.places)
    found = zip(
        table.rows.tolist(),
        table.places.tolist(),
        names,
        is_outside.tolist(),
        strict=True,
    )
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if not as_json:
        writer.writerow(("row", "x", "y", "class", "outside"))
    for row, (x, y), name, outside in found:
        if as_json:
            line = {"row": row, "x": x, "y": y, "class": name, "outside": outside}
            sys.stdout.write(json.dumps(line) + "\n")
        else:
            writer.writerow((row, x, y, name, "outside" if outside else ""))
    if is_outside.any():
        say(
            f"{count(int(is_outside.sum()), 'point')} outside of the map: the class is "
            "that of its nearest cell"
        )
    if skipped.count:
        raise TrainerError(f"{skipped.of(len(names))} could not be read")
