from pathlib import Path

import numpy as np
import pytest

from trainer.datasets.dataset import DatasetError
from trainer.datasets.point_file import load_points, read_table
from trainer.datasets.points import Points


def never(row: int, why: str) -> None:
    raise AssertionError(f"row {row}: {why}")


def load(path: Path, content: bytes) -> Points:
    path.write_bytes(content)
    return load_points(path, share=0.0, seed=0, on_skip=never)


@pytest.mark.parametrize(
    "content",
    [
        b"x,y,label\n1,2,a\n3,4,b\n",
        b"1,2,a\n3,4,b\n",
        b"1;2;a\r\n3;4;b\r\n",
        b"1\t2\ta\n3\t4\tb",
        b"1 2   a\n3  4 b\n",
        b"a|1|2\nb|3|4\n",
        b'"x","y","class"\n"1","2","a"\n"3","4","b"\n',
        b"\xef\xbb\xbfx,y,label\n1,2,a\n3,4,b\n",
        "x,y,label\n1,2,a\n3,4,b\n".encode("utf-16"),
        b"label,y,x\na,2,1\nb,4,3\n",
        b"id,x,y,size,label\n7,1,2,0,a\n8,3,4,0,b\n",
        b"1,0;2,0;a\n3,0;4,0;b\n",
    ],
)
def test_files_of_all_kinds_are_read(tmp_path: Path, content: bytes) -> None:
    points = load(tmp_path / "points.csv", content)

    assert points.places.tolist() == [[1, 2], [3, 4]]
    assert points.classes == ("a", "b")
    assert points.labels.tolist() == [0, 1]


def test_labels_may_be_any_text_and_numbers_are_in_their_order(tmp_path: Path) -> None:
    content = '1,1,10\n2,2,9\n3,3,"größer, als"\n'.encode()

    points = load(tmp_path / "points.csv", content)

    assert points.classes == ("9", "10", "größer, als")


def test_numbers_within_labels_are_in_their_order(tmp_path: Path) -> None:
    content = b"1,1,kind 10\n2,2,kind 9\n3,3,kind 09b\n4,4,a\n"

    points = load(tmp_path / "points.csv", content)

    assert points.classes == ("a", "kind 9", "kind 09b", "kind 10")


def test_labels_are_put_on_one_line_without_control_characters(tmp_path: Path) -> None:
    content = b'1,1," two\nlines "\n2,2,\x1b[31mred\n3,3,two lines\n'

    points = load(tmp_path / "points.csv", content)

    assert points.classes == ("[31mred", "two lines")
    assert points.labels.tolist() == [1, 0, 1]


def test_what_is_no_point_is_told_with_its_row(tmp_path: Path) -> None:
    path, told = tmp_path / "points.csv", list[tuple[int, str]]()
    path.write_text("x,y,label\n1,2,a\nnan,2,a\n\n3,inf,b\n4,4,\n5,5\n6,6,b\n")

    load_points(path, share=0, seed=0, on_skip=lambda *fault: told.append(fault))

    assert told == [
        (3, "x is 'nan'"),
        (5, "y is 'inf'"),
        (6, "the label is ''"),
        (7, "expected 3 columns, got 2"),
    ]


def test_many_rows_in_a_row_may_be_no_points(tmp_path: Path) -> None:
    path, told = tmp_path / "points.csv", list[tuple[int, str]]()
    path.write_text("x,y,label\n" + "1,2,a\n" * 100 + "1,2\n" * 40_000)

    table = read_table(path, labelled=True, on_skip=lambda *fault: told.append(fault))

    assert table.rows.tolist() == list(range(2, 102))
    assert len(told) == 40_000


def test_nobody_is_of_the_class_unclassified(tmp_path: Path) -> None:
    path, told = tmp_path / "points.csv", list[tuple[int, str]]()
    path.write_text("1,2,a\n3,4,Unclassified\n")

    load_points(path, share=0, seed=0, on_skip=lambda *fault: told.append(fault))

    assert told == [(2, "the label is 'Unclassified'")]


def test_points_to_predict_need_no_label(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x;y\n1;2\n3;4\n")

    table = read_table(path, labelled=False, on_skip=never)

    assert table.places.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\x00\x81", "expected text in UTF-8"),
        (b"only text\nand more\n", "expected columns x, y and label"),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    with pytest.raises(DatasetError, match=expected):
        load(tmp_path / "points.csv", content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        load_points(tmp_path / "none.csv", share=0, seed=0, on_skip=never)


def test_many_rows_are_read_in_parts(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    places = rng.normal(size=(40_000, 2))
    path = tmp_path / "points.csv"
    np.savetxt(path, np.column_stack([places, np.arange(40_000) % 3]), "%.18g", ",")

    points = load_points(path, share=0, seed=0, on_skip=never)

    np.testing.assert_array_equal(points.places, places)
    assert points.classes == ("0", "1", "2")
