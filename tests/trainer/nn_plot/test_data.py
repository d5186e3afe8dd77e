from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.datasets.dataset import DatasetError
from trainer.nn_plot.data import drawn, read

Picture = Callable[[Path], None]


@pytest.fixture
def save_picture() -> Picture:
    """Save a picture of 50 x 50 that is dark in one corner and reddish elsewhere."""

    def save(path: Path) -> None:
        pixels = np.full((50, 50, 3), (200, 10, 30), np.uint8)
        pixels[:10, :10] = 0
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)

    return save


def never(path: Path, why: str) -> None:
    raise AssertionError(f"{path}: {why}")


def test_as_many_drawings_as_the_original_had_each_turned_three_times() -> None:
    dataset = drawn(0)

    assert dataset.x.shape == (864, 2500)
    assert np.bincount(dataset.y).tolist() == [3 * 96, 3 * 107, 3 * 85]
    assert dataset.classes == ("circle", "square", "triangle", "I don't know")
    assert dataset.x.min() == 0
    assert dataset.x.max() == 255


def test_pixels_are_red_and_raw_and_never_upright(
    tmp_path: Path, save_picture: Picture
) -> None:
    for name in ("one", "two", "unknown"):
        save_picture(tmp_path / name / "picture.png")

    dataset = read(tmp_path, never)

    turned = dataset.x.reshape(2, 3, 50, 50)
    assert dataset.classes == ("one", "two", "I don't know")
    assert dataset.unknown == 2
    assert np.unique(turned).tolist() == [0, 200]
    corners = turned[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
    upright_left, *_ = np.moveaxis(corners, -1, 0)
    assert (upright_left == 200).all()
    assert ((corners == 0).sum(-1) == 1).all()


def test_a_picture_of_another_size_is_scaled(
    tmp_path: Path, save_picture: Picture
) -> None:
    for name in ("one", "two"):
        save_picture(tmp_path / name / "picture.png")
    Image.new("L", (20, 30), 77).save(tmp_path / "two" / "small.png")

    dataset = read(tmp_path, never)

    assert dataset.x.shape == (9, 2500)
    assert (dataset.x[-1] == 77).all()


def test_one_class_is_refused(tmp_path: Path, save_picture: Picture) -> None:
    save_picture(tmp_path / "one" / "picture.png")

    with pytest.raises(DatasetError, match="found pictures of 1 classes; put"):
        read(tmp_path, never)
