"""What `trainer generate` does: made-up drawings as picture files."""

from collections import Counter
from pathlib import Path

import numpy as np
import typer

from trainer.datasets.drawing import CHUNK, CLASSES, generate
from trainer.datasets.folder import find
from trainer.datasets.paper import write_ink
from trainer.errors import TrainerError
from trainer.patience import Patience
from trainer.progress import count
from trainer.streaming import say


def write(folder: Path, *, drawings: int, seed: int) -> None:
    """Write drawings, a sub-folder a class: dark ink on white paper, 50 x 50 pixels.

    Args:
        folder: Made if it is not there.
        drawings: How many; about a quarter of each class.
        seed: The same seed gives the same drawings.

    Raises:
        TrainerError: There are pictures already, or a file cannot be written.
    """
    if folder.exists() and find(folder):
        raise TrainerError(
            f"expected a folder without pictures, got {folder}; choose another one, so "
            "that they are not mixed up"
        )
    rng, patience = np.random.default_rng(seed), Patience("wrote", say)
    done: Counter[str] = Counter()
    width = len(str(drawings))
    try:
        while left := drawings - done.total():
            for ink, label in zip(*generate(min(CHUNK, left), rng), strict=True):
                name = CLASSES[label]
                done[name] += 1
                path = folder / name / f"{done[name]:0{width}}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                write_ink(path, ink)
            patience(done.total(), drawings)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise TrainerError(f"cannot write {error.filename or folder}: {why}") from error
    each = ", ".join(f"{done[name]} {name}" for name in CLASSES)
    typer.echo(f"wrote {count(done.total(), 'drawing')} into {folder}: {each}")
