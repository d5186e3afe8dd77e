"""How often each class was decided to be which: the confusion matrix of a run. Pure."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import ArraySpec, Manifest

Counts = NDArray[np.floating]
KIND = "confusion"
FIGURES = ("rejected", "caught", "auroc")  # metrics of the unknown
MOST = 26  # rows: 25 classes and the unknown; nobody could read more


def spec_of(manifest: Manifest) -> ArraySpec | None:
    """Find the matrix that snapshots hold, None where there is none or a wrong one."""
    classes = len(manifest.classes)
    sides = {classes, classes + 1} if manifest.unknown is None else {classes}
    for spec in manifest.arrays:
        if spec.kind == KIND and len(spec.shape) == 2:
            rows, columns = spec.shape
            if rows == columns and rows in sides and 2 <= rows <= MOST:
                return spec
    return None


def metric_of(manifest: Manifest, figure: str) -> str:
    """Name the metric: of the held-out examples, or of those tried so far."""
    return figure if manifest.axis == "example" else f"held_out_{figure}"


def is_measured(manifest: Manifest) -> bool:
    """Whether a run tells what is decided about examples that are not trained on.

    A trainer names its metrics though nothing is held out; then it sends no matrix. Of
    more classes than a matrix can show the figures alone are worth the room.
    """
    if spec_of(manifest) is not None:
        return True
    has_figures = any(metric_of(manifest, f) in manifest.metrics for f in FIGURES)
    return has_figures and len(manifest.classes) >= MOST


def words_at(manifest: Manifest, counts: Counts, truth: int, decided: int) -> str:
    """Say what a cell counts, such as "square taken for circle: 3 of 270"."""
    names = [*manifest.classes, "unknown"]
    unknown = len(manifest.classes) if manifest.unknown is None else manifest.unknown
    count, total = int(counts[truth, decided]), int(counts[truth].sum())
    name, other = names[truth], names[decided]
    if not total:
        return f"{name}: none"
    if truth == decided:
        what = "caught" if truth == unknown else "right"
        return f"{name}: {count:,} of {total:,} {what}"
    verb = "called" if decided == unknown else "taken for"
    return f"{name} {verb} {other}: {count:,} of {total:,}"
