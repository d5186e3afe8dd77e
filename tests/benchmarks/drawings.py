"""How many drawings a second are made up, beside drawing their strokes with Pillow.

Run: python -m tests.benchmarks.drawings [ROUNDS]

One core. The ways take turns. Pillow is given the finished paths and only draws them, as
lines of the same width with round joints; it draws no soft edges.
"""

import os
import sys
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from tests.benchmarks.audience import pin
from tests.benchmarks.interleaved import in_turn, print_table
from trainer.datasets.drawing import SIDE, generate
from trainer.datasets.strokes import POINTS

ROUNDS = 9
COUNT = 1024


def made_up(number: int) -> Iterator[object]:
    """Generate drawings, from the pen's way to the pixels."""
    yield generate(COUNT, np.random.default_rng(number))


def with_pillow(number: int) -> Iterator[object]:
    """Draw as many paths of as many points."""
    rng = np.random.default_rng(number)
    angle = np.linspace(0, 2 * np.pi, POINTS)
    radius = 15 + rng.normal(0, 1, (COUNT, 1))
    x, y = SIDE / 2 + radius * np.cos(angle), SIDE / 2 + radius * np.sin(angle)
    paths = np.stack([x, y], -1).reshape(COUNT, -1).tolist()
    yield [_drawn(path) for path in paths]


def _drawn(path: list[float]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    image = Image.new("L", (SIDE, SIDE), 255)
    ImageDraw.Draw(image).line(path, fill=0, width=3, joint="curve")
    return 1 - np.asarray(image, np.float32) / np.float32(255)


def main(rounds: int = ROUNDS) -> None:
    """Draw in both ways, and print."""
    pin(min(os.sched_getaffinity(0)))
    times = in_turn({"made up": made_up, "Pillow": with_pillow}, rounds)
    rows = [
        [way, f"{COUNT / np.median(taken.wall) * 1e3:,.0f}"]
        for way, taken in times.items()
    ]
    print_table(("way", "drawings a second"), rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
