"""What a frame costs, beside the two ordinary ways on the same content in the same run.

Run: python -m tests.benchmarks.frames

Every cycle shows a new snapshot, whole: 120 frames. Ours are painted as for a window, in
a hurry. The ordinary ways are too slow for that: they paint frames evenly spaced over
the same cycle. CPU is that of all threads; the largest of any frame is the cost of a
new snapshot.
"""

from collections.abc import Callable

from tests.benchmarks.interleaved import Times, Work, in_turn, print_table, spread
from tests.benchmarks.ordinary import Persistent, Replot
from tests.benchmarks.runs import timeline_of
from viewer.composition import Composition
from viewer.cue import cue_of
from viewer.options import PLAIN
from viewer.painter import Painter
from viewer.paints import make_hurried_painter
from viewer.pane import Moment, Pane
from viewer.scene import scene_of
from viewer.standing import Standing
from viewer.timeline import Timeline

CYCLE = 120  # frames, two seconds
ROUNDS = 5
SMALL, LARGE = (1280, 720), (1920, 1080)
SHAPES = (2500, 12, 12, 12, 4)
HEAD = ("drawn", "size", "frames", "CPU ms", "ratio", "p95", "max", "wall ms", "p95")


def main() -> None:
    """Measure and print."""
    shapes = timeline_of(SHAPES, ROUNDS + 2, (50, 50))
    again = timeline_of(SHAPES, ROUNDS + 2, (50, 50))
    middle = timeline_of((48, 48, 48, 48, 10), ROUNDS + 2)
    wide = timeline_of((128, 128, 128, 10), ROUNDS + 2)
    digits = timeline_of((784, 512, 512, 10), ROUNDS + 2, (28, 28))
    ways = {
        "2500-12-12-12-4": (ours(shapes, SMALL), SMALL),
        "48-48-48-48-10": (ours(middle, SMALL), SMALL),
        "128-128-128-10": (ours(wide, SMALL), SMALL),
        "784-512-512-10": (ours(digits, SMALL), SMALL),
        "2500-12-12-12-4 ": (ours(shapes, LARGE), LARGE),
        "two of them": (abreast([shapes, again], SMALL), SMALL),
        "two of them ": (abreast([shapes, again], LARGE), LARGE),
        "artists that stay, canvas.draw()": (persistent(shapes, SMALL), SMALL),
        "clear, plot collections, savefig": (replot(shapes, True), SMALL),
        "clear, plot each edge, savefig": (replot(shapes, False), SMALL),
    }
    times = in_turn({name: way for name, (way, _) in ways.items()}, ROUNDS)
    unit = spread(times["2500-12-12-12-4"].cpu)[0]
    print_table(HEAD, [_row(name, ways[name][1], times[name], unit) for name in ways])


def ours(timeline: Timeline, size: tuple[int, int]) -> Callable[[int], Work]:
    """Every frame of a cycle."""
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size, "dark", hurried=True)

    def cycle(number: int) -> Work:
        for frame in range(CYCLE):
            cue = cue_of(number, number + 1, frame / CYCLE)
            yield painter.paint(timeline, cue)

    return cycle


def abreast(timelines: list[Timeline], size: tuple[int, int]) -> Callable[[int], Work]:
    """Every frame of a cycle of several runs side by side."""
    panes = [Pane("run", each, PLAIN, make_hurried_painter) for each in timelines]
    composition = Composition(panes)
    live = Standing("live", is_usual=True)

    def cycle(number: int) -> Work:
        for frame in range(CYCLE):
            moment = Moment(cue_of(number, number + 1, frame / CYCLE), live)
            composition.paint([moment] * len(panes), size, "dark")
            yield composition.picture

    return cycle


def persistent(timeline: Timeline, size: tuple[int, int]) -> Callable[[int], Work]:
    """Each tenth frame of a cycle."""
    assert timeline.manifest is not None
    return _ordinary(timeline, Persistent(timeline.manifest, size), 10)


def replot(timeline: Timeline, collected: bool) -> Callable[[int], Work]:
    """Each thirtieth frame of a cycle."""
    assert timeline.manifest is not None
    way = Replot(timeline.manifest, SMALL, collected=collected)
    return _ordinary(timeline, way, 30)


def _ordinary(
    timeline: Timeline, way: Persistent | Replot, each: int
) -> Callable[[int], Work]:
    def cycle(number: int) -> Work:
        for frame in range(0, CYCLE, each):
            cue = cue_of(number, number + 1, frame / CYCLE)
            yield way.paint(scene_of(timeline, cue))

    return cycle


def _row(
    name: str, size: tuple[int, int], times: Times, unit: float
) -> tuple[str, ...]:
    cpu, wall = spread(times.cpu), spread(times.wall)
    figures = [f"{value:.1f}" for value in (*cpu[1:], *wall[:2])]
    ratio = f"{cpu[0] / unit:.1f}"
    count, pixels = str(len(times.cpu)), f"{size[0]}x{size[1]}"
    return name, pixels, count, f"{cpu[0]:.2f}", ratio, *figures


if __name__ == "__main__":
    main()
