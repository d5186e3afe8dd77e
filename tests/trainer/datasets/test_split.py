import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.datasets import split
from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import flat
from trainer.datasets.drawing import SIDE, generate
from trainer.datasets.split import hold_out, near_duplicate_groups

SHAPE = (SIDE, SIDE)


@pytest.fixture(scope="module")
def drawings() -> np.ndarray:
    pictures, labels = generate(60, np.random.default_rng(1))
    return centre_by_mass(pictures[labels < 3][:30])


def groups_of(pictures: np.ndarray) -> list[int]:
    found = near_duplicate_groups(flat(pictures), pictures.shape[1:])
    return [int(group) for group in found]


def test_different_drawings_are_groups_of_one(drawings: np.ndarray) -> None:
    assert groups_of(drawings) == list(range(30))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_turned_and_mirrored_copies_are_one_group(
    drawings: np.ndarray, quarters: int, is_mirrored: bool
) -> None:
    copies = np.rot90(drawings, quarters, (1, 2))
    copies = copies[:, :, ::-1] if is_mirrored else copies

    found = groups_of(np.concatenate([drawings, copies]))

    assert found == [*range(30), *range(30)]


def test_a_copy_moved_by_a_pixel_is_in_the_group(drawings: np.ndarray) -> None:
    moved = np.roll(drawings, (1, -1), (1, 2))

    found = groups_of(np.concatenate([drawings, moved]))

    assert found == [*range(30), *range(30)]


def test_groups_are_transitive(drawings: np.ndarray) -> None:
    steps = [np.roll(drawings[:1], shift, 1) for shift in range(4)]

    assert groups_of(np.concatenate(steps)) == [0, 0, 0, 0]


def test_blank_pictures_are_groups_of_one() -> None:
    assert groups_of(np.zeros((3, 40, 40), np.float32)) == [0, 1, 2]


def test_small_pictures_are_one_group_only_when_faithful_copies() -> None:
    rng = np.random.default_rng(0)
    picture = rng.random((1, 8, 8)).astype(np.float32)
    nearly = (picture + 0.2 * rng.random((1, 8, 8))).astype(np.float32)

    assert groups_of(np.concatenate([picture, nearly, picture])) == [0, 1, 0]


def test_exact_copies_are_found_when_comparing_all_would_take_too_long(
    drawings: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "AFFORDABLE", 0)
    copies = np.rot90(drawings, 1, (1, 2))

    found = groups_of(np.concatenate([drawings, copies]))

    assert found == [*range(30), *range(30)]


def test_near_duplicate_groups_takes_pictures_that_are_not_square() -> None:
    pictures = np.random.default_rng(0).random((4, 40, 33)).astype(np.float32) ** 9
    copies = pictures[:, ::-1, ::-1]

    found = groups_of(np.concatenate([pictures, copies]))

    assert found == [0, 1, 2, 3, 0, 1, 2, 3]


@given(
    data=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), min_size=1),
    share=st.floats(0, 0.9),
    seed=st.integers(0, 9),
)
def test_hold_out_never_parts_a_group_nor_empties_a_class(
    data: list[tuple[int, int]], share: float, seed: int
) -> None:
    groups, labels = (np.array(column, np.int64) for column in zip(*data, strict=True))

    kept = hold_out(groups, labels, share, np.random.default_rng(seed))

    for group in np.unique(groups):
        assert len(np.unique(kept[groups == group])) == 1
    for label in np.unique(labels):
        assert not kept[labels == label].all()


def test_hold_out_takes_the_share_of_each_class() -> None:
    labels = np.repeat([0, 1], [40, 12])

    kept = hold_out(np.arange(52), labels, 0.25, np.random.default_rng(0))

    assert kept[labels == 0].sum() == 10
    assert kept[labels == 1].sum() == 3


def test_hold_out_keeps_the_only_picture_of_a_class_to_learn_from() -> None:
    labels = np.array([0, 0, 0, 0, 1])

    kept = hold_out(np.arange(5), labels, 0.5, np.random.default_rng(0))

    assert not kept[4]


def test_hold_out_takes_the_smallest_group_when_all_are_large() -> None:
    groups = np.repeat([0, 1, 2], [5, 4, 6])

    kept = hold_out(groups, np.zeros(15, np.int64), 0.1, np.random.default_rng(0))

    np.testing.assert_array_equal(kept, groups == 1)


def test_hold_out_takes_nothing_when_told_so() -> None:
    kept = hold_out(np.arange(9), np.zeros(9, np.int64), 0.0, np.random.default_rng(0))

    assert not kept.any()


def test_many_classes_take_no_longer_than_few() -> None:
    labels = np.arange(10_000) % 1000
    began = time.process_time()

    held_out = hold_out(np.arange(10_000), labels, 0.2, np.random.default_rng(0))

    assert held_out.sum() == 2000
    assert time.process_time() - began < 2


def test_many_copies_are_no_more_work_than_different_pictures() -> None:
    pictures = np.tile(
        np.random.default_rng(0).random((1, 8, 8), np.float32), (1500, 1, 1)
    )
    began = time.process_time()

    assert set(groups_of(pictures)) == {0}
    assert time.process_time() - began < 2


def test_memory_for_many_small_pictures_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(split, "COMPARED", 3)
    pictures = np.random.default_rng(0).random((4, 2, 2), np.float32)
    close = pictures[:1] + np.float32(0.004) * pictures[:1]

    assert groups_of(np.concatenate([pictures, pictures[:1], close])) == [
        *range(4),
        0,
        5,
    ]
