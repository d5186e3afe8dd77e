"""Where hooks publish to in tests, and how what they published is read back."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Keras asks for its backend when it is loaded, and takes TensorFlow where none is named.
os.environ.setdefault(
    "KERAS_BACKEND", "torch" if importlib.util.find_spec("torch") else "jax"
)


@pytest.fixture
def options(path: Path) -> dict[str, Any]:
    """Say how to publish into a file only, saying nothing and raising all."""
    return {
        "address": None,
        "record": path,
        "say": lambda text: None,
        "strict": True,
        "every": 2,
    }


@pytest.fixture
def read(path: Path, recorded: Callable[[Path], Any]) -> Callable[[], Any]:
    """Read what was published."""
    return lambda: recorded(path)
