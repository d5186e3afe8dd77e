import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.datasets import arrays
from trainer.datasets.arrays import load_arrays
from trainer.datasets.dataset import DatasetError

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (40, 12, 9), np.uint8)
PICTURES[:, [0, -1]] = PICTURES[:, :, [0, -1]] = 0
LABELS = np.arange(40) % 2


def saved(path: Path, **content: Any) -> Path:
    np.savez(path / "data.npz", **content)
    return path / "data.npz"


def _parts(*parts: Any) -> dict[str, Any]:
    return dict(zip(("x_train", "x_test", "y_train", "y_test"), parts, strict=True))


def test_pictures_become_ink(tmp_path: Path) -> None:
    dataset = load_arrays(saved(tmp_path, x=PICTURES, y=LABELS))

    assert dataset.name == "data"
    assert dataset.input_shape == (12, 9)
    assert dataset.classes == ("0", "1")
    assert dataset.preparation.kind == "ink"
    assert 0 <= dataset.x.min() < dataset.x.max() <= 1 + 1e-6


def test_bytes_of_square_pictures_may_lie_in_rows(tmp_path: Path) -> None:
    rows = RNG.integers(0, 256, (40, 64), np.uint8)

    dataset = load_arrays(saved(tmp_path, x=rows, y=LABELS))

    assert dataset.input_shape == (8, 8)


def test_other_rows_are_a_table(tmp_path: Path) -> None:
    rows = RNG.normal(size=(40, 4))

    dataset = load_arrays(saved(tmp_path, x=rows, y=LABELS))

    assert dataset.input_shape == ()
    assert dataset.preparation.kind == "table"
    assert dataset.features == 4


def test_dark_ink_on_light_paper_is_ink(tmp_path: Path) -> None:
    light = load_arrays(saved(tmp_path, x=PICTURES, y=LABELS), seed=3)
    dark = load_arrays(saved(tmp_path, x=255 - PICTURES, y=LABELS), seed=3)

    np.testing.assert_allclose(light.held_out_x, dark.held_out_x, atol=1e-6)


def test_labels_may_be_text(tmp_path: Path) -> None:
    labels = np.array(["Rot", "größer"])[LABELS]

    dataset = load_arrays(saved(tmp_path, x=PICTURES, y=labels))

    assert dataset.classes == ("Rot", "größer")


def test_numbers_may_be_named(tmp_path: Path) -> None:
    names = np.array(["cat", "other", "ant"])

    dataset = load_arrays(saved(tmp_path, x=PICTURES, y=LABELS, classes=names))

    assert dataset.classes == ("cat", "other")
    assert dataset.unknown == 1


def test_numbers_are_in_their_order(tmp_path: Path) -> None:
    dataset = load_arrays(saved(tmp_path, x=PICTURES, y=np.arange(40) % 11 + 1.0))

    assert dataset.classes[:2] == ("01", "02")
    assert dataset.classes[-1] == "11"


@pytest.mark.parametrize("dtype", [np.str_, np.bytes_])
def test_text_may_be_bytes(tmp_path: Path, dtype: type) -> None:
    names: NDArray[Any] = np.array(["cat", "dog"], dtype)

    named = load_arrays(saved(tmp_path, x=PICTURES, y=LABELS, classes=names))
    given = load_arrays(saved(tmp_path, x=PICTURES, y=names[LABELS]))

    assert named.classes == given.classes == ("cat", "dog")


def test_bytes_that_are_no_text_are_no_reason_to_fail(tmp_path: Path) -> None:
    names = np.array([b"caf\xe9", b"tea"])

    dataset = load_arrays(saved(tmp_path, x=PICTURES, y=names[LABELS]))

    assert dataset.classes == ("caf\ufffd", "tea")


def test_numbers_may_be_negative(tmp_path: Path) -> None:
    dataset = load_arrays(saved(tmp_path, x=PICTURES, y=LABELS * 101 - 1))

    assert dataset.classes == ("-01", "100")


def test_a_test_part_is_what_is_held_out(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        x_train=PICTURES[:30],
        y_train=LABELS[:30],
        x_test=PICTURES[30:],
        y_test=LABELS[30:],
    )

    dataset = load_arrays(path)

    assert len(dataset.held_out_y) == 10
    np.testing.assert_array_equal(dataset.held_out_y, LABELS[30:])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"x": PICTURES}, "expected arrays x and y, got x in"),
        ({"x": PICTURES, "y": LABELS[:3]}, r"x of \(40, 12, 9\) and y of \(3,\)"),
        ({"x": PICTURES[:0], "y": LABELS[:0]}, "as many labels as examples"),
        ({"x": PICTURES, "y": LABELS + 0.5}, "expected y of whole numbers or text"),
        ({"x": PICTURES, "y": LABELS * 0}, "expected 2 to 1024 classes, got 1 in"),
        (
            {"x": np.zeros((1100, 3)), "y": np.arange(1100)},
            "expected 2 to 1024 classes, got 1100 in",
        ),
        (
            {"x": np.full((40, 3), np.nan), "y": LABELS},
            r"finite numbers up to 1e\+18, got others in 40 of 40 examples",
        ),
        ({"x": np.full((40, 3), 1e19), "y": LABELS}, "got others in 40 of 40"),
        ({"x": PICTURES, "y": LABELS * 1e17}, "expected y of whole numbers or text"),
        ({"x": np.full(40, "a"), "y": LABELS}, "expected x of numbers, got <U1"),
        ({"x": np.zeros(40), "y": LABELS}, r"expected x of shape .* got \(40,\)"),
        (
            {"x": np.zeros((40, 0)), "y": LABELS},
            r"expected x of shape .* got \(40, 0\)",
        ),
        (
            {"x": PICTURES, "y": LABELS + 1, "classes": np.array(["a", "b"])},
            "expected y from 0 to 1, as classes has 2 names, got 1 to 2",
        ),
        (_parts(PICTURES[:0], PICTURES, LABELS[:0], LABELS), "examples to learn from"),
        (_parts(PICTURES, PICTURES, LABELS, np.array(1)), "y_test like x_train and"),
        (_parts(PICTURES, np.array(1), LABELS, np.array(1)), "y_test like x_train and"),
        (_parts(PICTURES, PICTURES, LABELS, LABELS.astype("M8[s]")), "of numbers, got"),
    ],
)
def test_arrays_that_make_no_sense_are_refused(
    tmp_path: Path, content: dict[str, Any], expected: str
) -> None:
    with pytest.raises(DatasetError, match=expected):
        load_arrays(saved(tmp_path, **content))


def test_python_objects_are_refused(tmp_path: Path) -> None:
    objects = np.array([{}, []] * 20, dtype=object)

    with pytest.raises(DatasetError, match="cannot use y: it is an array of Python"):
        load_arrays(saved(tmp_path, x=PICTURES, y=objects))


def test_what_is_no_npz_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.npz").write_bytes(b"no zip")

    for name, expected in (
        ("data.npz", "cannot read .*: File is not"),
        ("no.npz", "no such file"),
    ):
        with pytest.raises(DatasetError, match=expected):
            load_arrays(tmp_path / name)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, x=PICTURES, y=LABELS)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(DatasetError, match="cannot read"):
        load_arrays(path)


def test_more_than_fits_into_memory_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "MOST_BYTES", 1000)

    with pytest.raises(DatasetError, match="expected at most 0 GiB of arrays"):
        load_arrays(saved(tmp_path, x=PICTURES, y=LABELS))


def test_an_array_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
    )
    with zipfile.ZipFile(tmp_path / "data.npz", "w") as file:
        file.writestr("x.npy", head.getvalue())

    with pytest.raises(
        DatasetError, match=r"cannot use x: it is .* bytes, but it says"
    ):
        load_arrays(tmp_path / "data.npz")
