from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from viewer.errors import ViewerError
from viewer.sinks.still import StillSink

MakeFrame = Callable[..., NDArray[np.uint8]]


def test_still_is_the_newest_frame(tmp_path: Path, frame: MakeFrame) -> None:
    path = tmp_path / "run.png"
    sink = StillSink(path, size=(320, 180))

    sink.write(frame(0))
    sink.write(frame(9))
    sink.close()

    with Image.open(path) as picture:
        np.testing.assert_array_equal(np.asarray(picture), frame(9)[..., :3])


def test_still_leaves_no_file_when_no_frame_came(tmp_path: Path) -> None:
    StillSink(tmp_path / "run.png", size=(320, 180)).close()

    assert list(tmp_path.iterdir()) == []


def test_still_says_when_the_file_cannot_be_written(
    tmp_path: Path, frame: MakeFrame
) -> None:
    sink = StillSink(tmp_path / "gone" / "run.png", size=(320, 180))
    sink.write(frame(0))

    with pytest.raises(ViewerError, match=r"cannot write '.*run.png': no such file"):
        sink.close()
