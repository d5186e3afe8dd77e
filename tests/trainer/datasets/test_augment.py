import numpy as np

from trainer.datasets.augment import warped


def ring(count: int, shape: tuple[int, int] = (50, 50)) -> np.ndarray:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    radius = np.hypot(rows - (shape[0] - 1) / 2, columns - (shape[1] - 1) / 2)
    picture = (np.abs(radius - min(shape) / 3) < 1.5).astype(np.float32)
    return np.repeat(picture[None], count, 0)


def test_warped_pictures_all_differ_but_little() -> None:
    pictures = ring(40)

    found = warped(pictures, np.random.default_rng(0))

    overlap = (found * pictures).sum((1, 2)) / pictures.sum((1, 2))
    assert len({picture.tobytes() for picture in found}) == 40
    assert overlap.max() < 1
    np.testing.assert_allclose(found.sum((1, 2)) / pictures[0].sum(), 1, atol=0.5)


def test_warped_keeps_ink_between_nothing_and_all() -> None:
    found = warped(ring(40), np.random.default_rng(0))

    assert found.min() >= 0
    assert found.max() <= 1 + 1e-6
    assert found.dtype == np.float32


def test_warped_never_turns_a_picture_on_its_side() -> None:
    bar = np.zeros((100, 50, 50), np.float32)
    bar[:, 10:40, 24:26] = 1

    found = warped(bar, np.random.default_rng(0))

    height = (found.max(2) > 0.5).sum(1)
    width = (found.max(1) > 0.5).sum(1)
    assert (height > width).all()


def test_warped_keeps_any_shape_and_number() -> None:
    rng = np.random.default_rng(0)

    for count, shape in [(0, (8, 8)), (1, (8, 8)), (300, (20, 33)), (2, (1, 1))]:
        assert warped(ring(count, shape), rng).shape == (count, *shape)


def test_warped_does_the_same_when_the_seed_is_the_same() -> None:
    one, two = (warped(ring(5), np.random.default_rng(1)) for _ in range(2))

    np.testing.assert_array_equal(one, two)
