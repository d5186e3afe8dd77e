"""Draw something of your own beside the network: here the largest weight, as a bar.

Run: python examples/custom_panel.py run.ncast -o run.mp4, just as viewer record is run
"""

import sys

import numpy as np

from protocol.messages import Manifest
from viewer.cli import main
from viewer.paint.canvas import Canvas
from viewer.paint.shapes import bar
from viewer.painter import PANELS
from viewer.scene import Scene


class LargestWeight:
    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self.canvas = canvas
        self.left, self.top = canvas.layout.x(0.27), canvas.layout.y(0.1)
        self.label = canvas.label(self.left, self.top - 10, canvas.style(11))

    def prepare(self) -> None: ...

    def paint(self, scene: Scene) -> None:
        arrays = scene.snapshot.arrays.items()
        largest = max(np.abs(a).max() for (kind, _), a in arrays if kind == "weights")
        self.label.show(f"largest weight {largest:.2f}", self.canvas.theme.dim)
        theme = self.canvas.theme
        for share, colour in ((1, theme.hairline), (largest / 20, theme.positive)):
            box = self.left, self.top, self.left + 160 * min(share, 1), self.top + 6
            bar(self.canvas.pixels, box, colour)


PANELS.append((lambda manifest: manifest.kind == "mlp", LargestWeight))
if __name__ == "__main__":
    sys.argv.insert(1, "record")
    main()
