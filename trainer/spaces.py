"""What `trainer space` does: classify a whole plane, one snapshot a layer."""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from protocol.messages import ArraySpec, Probe
from trainer import pb_clustering
from trainer.datasets.groups import groups, points_for
from trainer.datasets.point_file import load_points
from trainer.datasets.points import Points
from trainer.editions import check_size
from trainer.errors import UsageError
from trainer.layer import CLASS_MAP, Layer
from trainer.mapped import Mapped, save
from trainer.model_file import check_target
from trainer.models.lots import Bits
from trainer.models.mean_of_neighbours import MeanOfNeighbours, reach_for
from trainer.models.random_neighbour import RandomNeighbour
from trainer.models.space import EDGES, REFLECT, WRAP, Cells, Space
from trainer.run import Run
from trainer.running import Plan, Shown
from trainer.space_options import Plane
from trainer.space_summary import LayerDone, SummaryOfSpace
from trainer.stream_options import Stream
from trainer.streaming import publish, publisher_of, say

METRICS = ("epoch", "unclassified", "changed", "held_out_accuracy")

# Of rows that cannot be used so many are named, all are counted.
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A plane with its points, ready for the first layer.

    Attributes:
        name: Title of the run.
        space: The plane at layer 0.
        layers: How many follow.
        classes: Names.
        points: What it was made of; None of the original, which holds nothing out.
    """

    name: str
    space: Space
    layers: int
    classes: tuple[str, ...]
    points: Points | None


def run(plane: Plane, save_to: Path | None, wanted: Stream) -> None:
    """Classify a plane and publish each layer.

    Raises:
        TrainerError: What was asked for makes no sense, or the points cannot be used.
    """
    if save_to is not None:
        check_target(save_to)
    with closing(publisher_of(wanted)) as publisher:
        begun = PRESETS[_known("preset", plane.preset, tuple(PRESETS))](plane)
        shape = begun.space.cells.shape
        check_size([ArraySpec(kind=CLASS_MAP, layer=0, dtype="|u1", shape=shape)], 0)

        def look(layer: LayerDone) -> Shown:
            plane = Layer(name="plane", more={CLASS_MAP: begun.space.cells})
            return Probe(index=0, label=None), [plane]

        def finish() -> None:
            if save_to is not None and begun.space.layer == begun.layers:
                window = begun.points.window if begun.points else pb_clustering.WHOLE
                save(save_to, Mapped(begun.space.cells, begun.classes, window))
                say(f"saved {save_to}")

        plan = Plan(
            marks=layers(begun),
            look=look,
            run=Run(
                name=begun.name,
                kind="space",
                axis="layer",
                classes=begun.classes,
                metrics=METRICS,
                every=1,
                epochs=begun.layers,
            ),
            pace_s=wanted.pace_s,
            at_end=finish,
        )
        summary = SummaryOfSpace(classes=begun.classes)
        publish(plan, summary, publisher, wanted)


def layers(begun: Begun) -> Iterator[LayerDone]:
    """Go through the layers; the first mark is that of the points themselves."""
    space, points = begun.space, begun.points
    columns = space.cells.shape[1]
    at = np.empty(0, np.intp)
    if points is not None:
        at, _ = points.window.cells(points.held_out_places, columns)
    while True:
        size = space.cells.size
        yield LayerDone(
            epoch=space.layer,
            unclassified=space.unclassified / size,
            changed=space.changed / size,
            accuracy=_accuracy(space.cells[at // columns, at % columns], points),
            cells=space.cells,
        )
        if space.layer == begun.layers:
            return
        space.advance()


def _accuracy(given: Cells, points: Points | None) -> float:
    """Give the share of held-out points whose cell has their class; NaN of none."""
    if points is None or not len(given):
        return math.nan
    return float((given == points.held_out_labels).mean())


def _original(plane: Plane) -> Begun:
    said = plane.said()
    if said:
        raise UsageError(
            f"pb-clustering is bit for bit the original; leave --{said[0]} out"
        )
    return Begun(
        name="pb-clustering",
        space=pb_clustering.Original(),
        layers=pb_clustering.LAYERS,
        classes=pb_clustering.CLASSES,
        points=None,
    )


def _default(plane: Plane) -> Begun:
    edges = plane.edges or (WRAP if plane.is_groups else REFLECT)
    _known("edges", edges, EDGES)
    points = _points(plane)
    cells, merged = points.drawn(plane.size)
    if merged:
        say(
            f"{merged:,} points share a cell with others; the most frequent class stays"
        )
    return Begun(
        name=points.name,
        space=FILTERS[_known("filter", plane.filter, tuple(FILTERS))](
            cells, points, edges, plane
        ),
        layers=plane.layers,
        classes=points.classes,
        points=points,
    )


def _points(plane: Plane) -> Points:
    if plane.is_groups:
        return groups(
            overlap=plane.overlap,
            share=plane.held_out,
            seed=plane.seed,
            points=points_for(plane.size),
        )
    skipped = 0

    def skip(row: int, why: str) -> None:
        nonlocal skipped
        skipped += 1
        if skipped <= NAMED:
            say(f"skipped row {row}: {why}")

    points = load_points(
        Path(plane.data), share=plane.held_out, seed=plane.seed, on_skip=skip
    )
    if skipped > NAMED:
        say(f"{skipped:,} rows were skipped in all")
    _, is_outside = points.window.cells(points.held_out_places, plane.size)
    if is_outside.any():
        say(f"{int(is_outside.sum()):,} held-out points lie beyond the map's edge")
    return points


def _random(cells: Cells, points: Points, edges: str, plane: Plane) -> Space:
    return RandomNeighbour(cells, fill=plane.fill, edges=edges, lots=Bits(plane.seed))


def _mean(cells: Cells, points: Points, edges: str, plane: Plane) -> Space:
    reach = reach_for(cells, plane.layers - plane.fill)
    return MeanOfNeighbours(
        cells, len(points.classes), fill=plane.fill, edges=edges, reach=reach
    )


def _known(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UsageError(f"expected --{option} {' or '.join(known)}, got {value!r}")
    return value


PRESETS: dict[str, Callable[[Plane], Begun]] = {
    "default": _default,
    "pb-clustering": _original,
}
FILTERS: dict[str, Callable[[Cells, Points, str, Plane], Space]] = {
    "random": _random,
    "mean": _mean,
}
