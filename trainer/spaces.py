"""What `trainer space` does: classify a whole plane, one snapshot a layer."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from protocol.messages import ArraySpec, Probe
from protocol.sizes import show
from trainer import pb_clustering
from trainer.datasets.groups import groups, points_for
from trainer.datasets.point_file import load_points
from trainer.datasets.points import Points
from trainer.editions import check_size
from trainer.errors import UsageError
from trainer.interruption import Interruption
from trainer.layer import CLASS_MAP, Layer
from trainer.mapped import Mapped, save
from trainer.memory import available
from trainer.model_file import check_target
from trainer.models.lots import Bits
from trainer.models.mean_of_neighbours import MeanOfNeighbours, bytes_for, reach_for
from trainer.models.random_neighbour import RandomNeighbour
from trainer.models.space import EDGES, REFLECT, WRAP, Cells, Space
from trainer.progress import count
from trainer.run import Run
from trainer.running import Plan, Shown
from trainer.skipped_rows import SkippedRows
from trainer.space_options import Plane
from trainer.space_summary import LayerDone, SummaryOfSpace
from trainer.stream_options import Stream
from trainer.streaming import publish, publisher_of, say

METRICS = ("epoch", "unclassified", "changed", "held_out_accuracy")


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

    @property
    def measures(self) -> bool:
        """Whether points are held out."""
        return self.points is not None and len(self.points.held_out_labels) > 0


def run(plane: Plane, save_to: Path | None, wanted: Stream) -> None:
    """Classify a plane and publish each layer.

    Raises:
        TrainerError: What was asked for makes no sense, or the points cannot be used.
    """
    if save_to is not None:
        check_target(save_to)
    with publisher_of(wanted) as publisher:
        begun = PRESETS[_known("preset", plane.preset, tuple(PRESETS))](plane)
        shape = begun.space.cells.shape
        check_size([ArraySpec(kind=CLASS_MAP, layer=0, dtype="|u1", shape=shape)], 0)

        def look(layer: LayerDone) -> Shown:
            plane = Layer(name="plane", more={CLASS_MAP: begun.space.cells})
            return Probe(index=0, label=None), [plane]

        summary = SummaryOfSpace(classes=begun.classes)
        plan = Plan(
            marks=layers(begun),
            look=look,
            run=Run(
                name=begun.name,
                kind="space",
                axis="layer",
                classes=begun.classes,
                metrics=METRICS if begun.measures else METRICS[:-1],
                every=1,
                epochs=begun.layers,
            ),
            pace_s=wanted.pace_s,
        )
        if save_to is not None:
            plan = _saved(plan, begun, summary, save_to)
        publish(plan, summary, publisher, wanted)


def _saved(
    plan: Plan[LayerDone], begun: Begun, summary: SummaryOfSpace, path: Path
) -> Plan[LayerDone]:
    """Save the last layer, also that of a run that was interrupted."""

    def finish() -> None:
        done = summary.layers
        if begun.space.layer != done or done < min(1, begun.layers):
            say(f"did not save {path}: stopped before a layer was whole")
            return
        window = begun.points.window if begun.points else pb_clustering.WHOLE
        save(path, Mapped(begun.space.cells, begun.classes, window))
        say(f"saved {path} at layer {done} of {begun.layers}")

    words = "finishing the layer, to be saved; Ctrl-C again ends at once"
    whole = Interruption(lambda: say(words)).deferred
    return replace(plan, whole=whole, at_end=finish)


def layers(begun: Begun) -> Iterator[LayerDone]:
    """Go through the layers; the first mark is that of the points themselves."""
    space, points = begun.space, begun.points
    columns = space.cells.shape[1]
    at = np.empty(0, np.intp)
    if points is not None:
        at, _ = points.window.cells(points.held_out_places, columns)
    where = np.divmod(at, columns)
    while True:
        size = space.cells.size
        yield LayerDone(
            epoch=space.layer,
            unclassified=space.unclassified / size,
            changed=space.changed / size,
            accuracy=_accuracy(space.cells[where], points),
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
    if not plane.is_groups and "overlap" in plane.said():
        raise UsageError(
            f"expected --overlap with --data groups only, got {plane.data}; leave it out"
        )
    edges = plane.edges or (WRAP if plane.is_groups else REFLECT)
    _known("edges", edges, EDGES)
    points = _points(plane)
    cells, merged = points.drawn(plane.size)
    if merged:
        verb = (
            "shares its cell with another" if merged == 1 else "share cells with others"
        )
        say(f"{count(merged, 'point')} {verb}; the most frequent class stays")
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
    skipped = SkippedRows(say)
    points = load_points(
        Path(plane.data), share=plane.held_out, seed=plane.seed, on_skip=skipped
    )
    if skipped.count:
        used = len(points.labels) + len(points.held_out_labels)
        say(f"{skipped.of(used)} skipped")
    _, is_outside = points.window.cells(points.held_out_places, plane.size)
    if outside := int(np.count_nonzero(is_outside)):
        verb = "lies" if outside == 1 else "lie"
        say(f"{count(outside, 'held-out point')} {verb} beyond the map's edge")
    return points


def _random(cells: Cells, points: Points, edges: str, plane: Plane) -> Space:
    return RandomNeighbour(cells, fill=plane.fill, edges=edges, lots=Bits(plane.seed))


def _mean(cells: Cells, points: Points, edges: str, plane: Plane) -> Space:
    reach = reach_for(cells, plane.layers - plane.fill)
    classes, side = len(points.classes), plane.size
    needed, free = bytes_for(cells, classes, reach), available()
    if free is not None and needed > free:
        raise UsageError(
            f"expected --filter mean to need at most the {show(free)} of memory that are "
            f"free, got {show(needed)} for {side} x {side} cells, {classes} shares each; "
            "make --size smaller, or use --filter random"
        )
    return MeanOfNeighbours(cells, classes, fill=plane.fill, edges=edges, reach=reach)


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
