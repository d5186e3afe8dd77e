"""Folders of pictures that are like no others."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def noise(seed: int, shape: tuple[int, int] = (12, 9)) -> Image.Image:
    """Give a picture like no other, dark specks on white."""
    specks = np.random.default_rng(seed).random(shape) < 0.2
    specks[[0, -1]] = specks[:, [0, -1]] = False
    return Image.fromarray(np.where(specks, 0, 255).astype(np.uint8))


def save(image: Image.Image, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of eight pictures."""
    for number in range(16):
        name = ("cat", "dog")[number % 2]
        save(noise(number), tmp_path / name / f"{number:02}.png")
    return tmp_path
