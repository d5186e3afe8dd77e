import numpy as np
import pytest

from trainer.datasets.drawing import CLASSES
from trainer.datasets.made_up import can_be_made_up, kind_of, made_up


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("circle", "circle"),
        ("Squares", "square"),
        ("TRIANGLE", "triangle"),
        ("other", "unknown"),
        ("Unknown", "unknown"),
    ],
)
def test_names_of_shapes_are_known(name: str, kind: str) -> None:
    assert kind_of(name) == CLASSES.index(kind)


def test_other_names_are_not() -> None:
    assert kind_of("star") is None


def test_unknown_things_are_only_made_up_beside_known_classes() -> None:
    assert can_be_made_up(["circle", "other"])
    assert not can_be_made_up(["star", "other"])


def test_drawings_are_of_the_size_and_the_classes_that_are_wanted() -> None:
    pictures, labels = made_up(
        ("squares", "other"), 20, (30, 40), np.random.default_rng(0)
    )

    assert pictures.shape == (60, 30, 40)
    assert np.bincount(labels).tolist() == [20, 40]
    assert 0 <= pictures.min() <= pictures.max() <= 1
    assert (pictures[labels == 0].max((1, 2)) > 0.3).all()
