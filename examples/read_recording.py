"""Read a recording in Python: how far did each layer's weights move?

Run: viewer record 127.0.0.1:5556 -o run.ncast && python examples/read_recording.py run.ncast
"""

import sys

import numpy as np

from viewer.sources import open_source
from viewer.timeline import Timeline


def main(path: str) -> None:
    timeline = Timeline()
    with open_source(path) as source:
        while not source.finished:
            for event in source.events():
                timeline.absorb(event)
    first = timeline.snapshots[0].arrays
    layers = sorted(layer for kind, layer in first if kind == "weights")
    print("epoch", *(f"layer {layer}" for layer in layers), sep="\t")
    for snapshot in timeline.snapshots:
        moved = [
            np.linalg.norm(snapshot.arrays["weights", k] - first["weights", k])
            for k in layers
        ]
        print(snapshot.epoch, *(f"{distance:.2f}" for distance in moved), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
