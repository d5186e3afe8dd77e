"""How long a class map of 800 x 800 cells takes to draw, beside matplotlib's images.

    python tests/benchmarks/class_maps.py

Every way draws the same maps at the same place of a frame. They take turns, so that
what else the machine does slows all of them alike; times are of this process alone.
Alone, frames follow one another as they do in a video.
"""

import time
from collections.abc import Callable

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from protocol.events import Arrived, Joined
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Snapshot
from viewer.cue import cue_of
from viewer.layout import Layout
from viewer.paint.class_map import ClassMap
from viewer.painter import Painter
from viewer.palette import DARK
from viewer.timeline import Timeline

Cells = NDArray[np.uint8]
Way = Callable[[int], object]
SIDE, LAYERS, CLASSES = 800, 60, 4
NAMES = tuple(f"group {k + 1}" for k in range(CLASSES))
WARM_UP = 10  # maps until memory is taken from the system no more
RUN = bytes(16)


def spread() -> list[Cells]:
    """Let four classes spread over a plane, a random neighbour's at a time."""
    lots = np.random.default_rng(1)
    cells = np.full((SIDE, SIDE), 255, np.uint8)
    cells.flat[lots.integers(0, SIDE * SIDE, 1200)] = lots.integers(0, CLASSES, 1200)
    maps = [cells]
    for _ in range(LAYERS):
        beside = [np.roll(cells, shift, axis) for shift in (1, -1) for axis in (0, 1)]
        heard = np.choose(lots.integers(0, 4, cells.shape), beside)
        cells = np.where((cells == 255) | (heard != 255), heard, cells)
        maps.append(cells)
    return maps


def timeline_of(maps: list[Cells]) -> Timeline:
    """Make a run of the maps."""
    manifest = Manifest(
        name="groups",
        kind="space",
        axis="layer",
        layers=(LayerSpec(name="plane", units=SIDE * SIDE, activation=""),),
        arrays=(ArraySpec(kind="class_map", layer=0, dtype="|u1", shape=(SIDE, SIDE)),),
        metrics=("epoch", "unclassified", "changed", "held_out_accuracy"),
        classes=NAMES,
        input_shape=(),
        every=1,
        epochs=LAYERS,
        started=0.0,
    )
    timeline = Timeline()
    none = np.empty((0, 4))
    timeline.absorb(
        Joined(run=RUN, manifest=manifest, rows=none, fresh=True, ended=None, viewers=1)
    )
    for layer, cells in enumerate(maps):
        changed = float((cells != maps[max(layer - 1, 0)]).mean())
        rows = np.array([[layer, float((cells == 255).mean()), changed, 0.4]])
        snapshot = Snapshot(
            run=RUN,
            seq=layer + 1,
            epoch=layer,
            step=0,
            time=0.0,
            probe=Probe(index=0, label=None),
            arrays={("class_map", 0): cells},
        )
        timeline.absorb(Arrived(snapshot=snapshot, rows=rows, skipped=0, lost=0))
    return timeline


def image_ways(maps: list[Cells], size: tuple[int, int]) -> dict[str, Way]:
    """Draw with matplotlib: a new image each time, or the same one with new data."""
    colours = np.array([*DARK.class_colours(NAMES), DARK.unclassified]) / 255
    box = Layout(*size).plane

    def make() -> tuple[FigureCanvasAgg, Callable[[Cells], AxesImage]]:
        figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
        canvas = FigureCanvasAgg(figure)
        left, bottom = box.left / size[0], 1 - box.bottom / size[1]
        axes = figure.add_axes(
            (left, bottom, box.width / size[0], box.height / size[1])
        )
        axes.set_axis_off()
        look = {"cmap": ListedColormap(colours), "vmin": 0, "vmax": CLASSES}
        return canvas, lambda cells: axes.imshow(cells, **look)  # type: ignore[arg-type]

    canvas, show = make()
    kept_canvas, keep = make()
    kept = keep(np.minimum(maps[0], CLASSES))

    def new(index: int) -> None:
        image = show(np.minimum(maps[index], CLASSES))
        canvas.draw()
        image.remove()

    def same(index: int) -> None:
        kept.set_data(np.minimum(maps[index], CLASSES))
        kept_canvas.draw()

    return {"a new imshow, draw": new, "set_data, draw": same}


def our_ways(maps: list[Cells], size: tuple[int, int]) -> dict[str, Way]:
    """Draw as the viewer does: the map alone, and the whole frame with all panels."""
    timeline = timeline_of(maps)
    manifest = timeline.manifest
    assert manifest is not None
    painter = Painter(manifest, size)
    colours = DARK.class_colours(NAMES)
    drawn = ClassMap(Layout(*size).plane, (SIDE, SIDE), colours, DARK.unclassified)
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    picture = drawn.picture(maps[0])
    return {
        "the map": lambda i: drawn.paint(pixels, drawn.picture(maps[i], picture)),
        "the whole frame": lambda i: painter.paint(timeline, cue_of(i, None, 0.0)),
        "a change half way": lambda i: painter.paint(timeline, cue_of(i, i, 0.77)),
    }


def measure(ways: dict[str, Way]) -> dict[str, list[float]]:
    """Let all ways draw each map in turn; milliseconds of processor time."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for index in range(1, LAYERS + 1):
        for name, draw in ways.items():
            start = time.process_time()
            draw(index)
            taken[name].append((time.process_time() - start) * 1e3)
    return {name: times[WARM_UP:] for name, times in taken.items()}


def main() -> None:
    """Measure and print one table."""
    maps = spread()
    print(f"{SIDE} x {SIDE} class map, ms of processor time, {LAYERS - WARM_UP} maps")
    print(f"{'frame':10}  {'way':24} {'median':>7} {'p95':>7} {'x the map':>10}")
    for size in ((1280, 720), (1920, 1080)):
        ours = our_ways(maps, size)
        taken = measure(image_ways(maps, size) | ours)
        for name in ("the map", "the whole frame"):
            taken |= measure({f"{name}, alone": ours[name]})
        map_alone = float(np.median(taken["the map"]))
        for name, times in taken.items():
            middle, late = np.median(times), np.percentile(times, 95)
            frame = f"{size[0]}x{size[1]}"
            ratio = middle / map_alone
            print(f"{frame:10}  {name:24} {middle:7.2f} {late:7.2f} {ratio:10.1f}")


if __name__ == "__main__":
    main()
