"""What `trainer predict` does: a line for each picture."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import typer

from trainer.datasets.dataset import Pictures
from trainer.datasets.folder import pictures_in
from trainer.datasets.paper import BrokenPictureError
from trainer.datasets.prepare import prepare
from trainer.errors import TrainerError, UsageError
from trainer.streaming import say
from trainer.trained import Trained, read

# Pictures that are decided at once.
TOGETHER = 64


def predict(
    model: Path, pictures: Sequence[Path], *, reject: float | None, as_json: bool
) -> None:
    """Print what a network decides of pictures.

    Args:
        model: The model file.
        pictures: Files, or folders of them.
        reject: Where no class reaches this the decision is unknown; None for the
            model's own.
        as_json: Print an object a line.

    Raises:
        TrainerError: The model cannot be used, or a picture could not be read; the
            others are printed all the same.
    """
    if not pictures:
        raise UsageError("expected pictures, got none; of trainer space give --points")
    trained = read(model)
    if reject is not None:
        trained = replace(trained, reject=reject)
    broken: list[Path] = []
    found = _prepared(_files(pictures), trained, broken)
    while some := list(islice(found, TOGETHER)):
        _print(
            [path for path, _ in some], np.stack([x for _, x in some]), trained, as_json
        )
    if broken:
        many = "pictures" if len(broken) > 1 else "picture"
        raise TrainerError(f"{len(broken)} {many} could not be read")


def _files(pictures: Sequence[Path]) -> Iterator[Path]:
    for path in pictures:
        if path.is_dir():
            found = pictures_in(path)
            if not found:
                raise TrainerError(f"found no pictures (PNG, JPEG) in {path}")
            yield from found
        else:
            yield path


def _prepared(
    files: Iterator[Path], trained: Trained, broken: list[Path]
) -> Iterator[tuple[Path, Pictures]]:
    for path in files:
        try:
            yield path, prepare(path, trained.preparation)
        except BrokenPictureError as error:
            say(f"cannot read {path}: {error}")
            broken.append(path)


def _print(paths: Sequence[Path], x: Pictures, trained: Trained, as_json: bool) -> None:
    p = trained.probabilities(x)
    for path, shares, decided in zip(paths, p, trained.decide(p), strict=True):
        name = trained.decisions[decided]
        every = dict(zip(trained.classes, map(float, shares), strict=True))
        if as_json:
            # JSON knows no NaN, which a training that went astray leads to.
            finite = {
                k: None if math.isnan(share) else share for k, share in every.items()
            }
            line = {"picture": str(path), "class": name, "probabilities": finite}
            typer.echo(json.dumps(line))
        else:
            words = (f"{each} {share:.1%}" for each, share in every.items())
            typer.echo(f"{path}: {name} ({', '.join(words)})")
