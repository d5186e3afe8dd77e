"""Keep a run as a file while it trains, then make a video of it: nobody need watch.

Run: python examples/record_and_replay.py, then viewer connect ring.ncast
"""

import subprocess
import sys
from pathlib import Path

from minimal import main as train  # the example beside this one


def main(recording: str = "ring.ncast", video: str = "ring.mp4") -> None:
    train(epochs=500, address=None, record=recording)
    size = Path(recording).stat().st_size
    print(f"{recording} holds the whole run in {size // 1024} KiB")

    viewer = [sys.executable, "-m", "viewer"]
    options = ["--seconds", "0.5", "--fps", "30"]
    subprocess.run([*viewer, "record", recording, "-o", video, *options], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
