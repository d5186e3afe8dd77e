"""What a layer of 10,000 units costs when all of them change, beside matplotlib.

Run: python -m tests.benchmarks.cells

Ours is the plate of such a layer in a frame of 1280x720, without and with edges over
it. The others draw as many squares of the same size: markers of one collection, whose
colours are set, and an image, whose data is set. Each draws on a canvas that stays.
"""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tests.benchmarks.interleaved import Work, in_turn, print_table, spread
from tests.benchmarks.runs import manifest_of
from viewer.detail import Detail
from viewer.geometry import Column, Geometry
from viewer.layout import Layout
from viewer.paint.canvas import Canvas
from viewer.paint.plate import Plate
from viewer.palette import DARK

UNITS, SIZE, ROUNDS, STEPS = 10_000, (1280, 720), 10, 20
HEAD = ("10,000 units", "CPU ms", "p95", "ratio")
Floats = NDArray[np.floating]


def main() -> None:
    """Measure and print."""
    layout = Layout(*SIZE)
    layers = Detail(manifest_of((16, UNITS, 4), ())).layers
    column = Geometry(layout.network, layout.scale, layers, SIZE[1]).columns[1]
    ways = {
        "plate": plate(layout, column, veiled=False),
        "plate under edges": plate(layout, column, veiled=True),
        "image, set_data": image(column),
        "markers, set_array": markers(column),
    }
    times = in_turn(ways, ROUNDS)
    unit = spread(times["plate"].cpu)[0]
    rows = []
    for name in ways:
        middle, late, _ = spread(times[name].cpu)
        rows.append((name, f"{middle:.2f}", f"{late:.2f}", f"{middle / unit:.0f}"))
    print_table(HEAD, rows)


def plate(layout: Layout, column: Column, *, veiled: bool) -> Callable[[int], Work]:
    """Paint cells as the viewer does."""
    cells = Plate(Canvas(*SIZE, DARK, layout), column, DARK.saturation)
    shape = 3, cells.box.height, cells.box.width
    veil = np.full(shape, 200, np.uint16) if veiled else None

    def paint(number: int) -> Work:
        for values in _values(number):
            cells.plan(values, None, veil)
            cells.paint()
            yield values

    return paint


def image(column: Column) -> Callable[[int], Work]:
    """Set the data of an image with a pixel a unit."""
    canvas, axes = _axes(column)
    columns = int(np.count_nonzero(column.y == column.y[0]))
    shape = -1, columns
    shown = axes.imshow(_pad(np.zeros(UNITS), columns).reshape(shape), vmin=0, vmax=1)

    def draw(number: int) -> Work:
        for values in _values(number):
            shown.set_data(_pad(values, columns).reshape(shape))
            axes.draw_artist(shown)
            yield canvas

    return draw


def markers(column: Column) -> Callable[[int], Work]:
    """Set the colours of a collection of squares."""
    canvas, axes = _axes(column)
    side = 2 * column.radius * 72 / canvas.figure.dpi
    values = np.zeros(UNITS)
    shown = axes.scatter(column.x, -column.y, s=side**2, c=values, marker="s")
    shown.set_clim(0, 1)

    def draw(number: int) -> Work:
        for values in _values(number):
            shown.set_array(values)
            axes.draw_artist(shown)
            yield canvas

    return draw


def _axes(column: Column) -> tuple[FigureCanvasAgg, Axes]:
    assert column.plate is not None
    box, (width, height) = column.plate, SIZE
    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    place = box.left / width, 1 - box.bottom / height
    axes = figure.add_axes((*place, box.width / width, box.height / height))
    axes.set_axis_off()
    canvas.draw()
    return canvas, axes


def _values(number: int) -> list[Floats]:
    rng = np.random.default_rng(number)
    return [rng.random(UNITS, np.float32) for _ in range(STEPS)]


def _pad(values: Floats, columns: int) -> Floats:
    return np.pad(values, (0, -len(values) % columns))


if __name__ == "__main__":
    main()
