from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.display import BACKENDS, PROGRAMS, attempt

Frame = NDArray[np.uint8]


@pytest.fixture
def frame() -> Callable[..., Frame]:
    """A frame of one colour with a bright bar, so that each number looks different."""

    def make(number: int, size: tuple[int, int] = (320, 180)) -> Frame:
        width, height = size
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[...] = (11, 15, 23, 255)
        left = (number * 4) % (width - 8)
        pixels[:, left : left + 8, :3] = (76, 194, 255)
        return pixels

    return make


@pytest.fixture
def decode() -> Callable[[Path], list[Frame]]:
    """All frames of a video, shape (height, width, 3)."""

    def read(path: Path) -> list[Frame]:
        with av.open(path) as container:
            pictures = container.decode(video=0)
            return [
                np.asarray(p.to_ndarray(format="rgb24"), np.uint8) for p in pictures
            ]

    return read


@pytest.fixture(scope="module", params=["tkinter", "PySide6"])
def backend(display: None, request: pytest.FixtureRequest) -> str:
    """A toolkit; once Qt has run in a process, matplotlib takes no other: it is last."""
    toolkit = request.param
    if find_spec(toolkit) is None or attempt(PROGRAMS[toolkit]) != 0:
        pytest.skip(f"needs {toolkit}, and that it works here")
    return BACKENDS[toolkit]
