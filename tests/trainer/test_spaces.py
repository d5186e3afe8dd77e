import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from protocol.codec import decode_from_trainer
from protocol.messages import Welcome
from protocol.recording import RecordingReader
from trainer import cli

SMALL = ("--size", "40", "--layers", "60", "--port", "0")


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Ten thousand points of three classes, side by side, with a head and text."""
    rng = np.random.default_rng(0)
    lines = ["x,y,label"]
    for name, middle in (("left, far", -3), ("middle", 0), ("right", 3)):
        places = rng.normal((middle, 0), 0.6, (3334, 2))
        lines += [f'{x},{y},"{name}"' for x, y in places]
    path = tmp_path / "points.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_groups_fill_the_plane() -> None:
    result = run("space", *SMALL, "--json")

    found = json.loads(result.stdout)
    assert found["ended"] == "done"
    assert (found["layers"], found["snapshots"], found["dropped"]) == (60, 61, 0)
    assert found["unclassified"] == 0
    assert sum(found["cells"].values()) == 1600
    assert 0.2 < found["held_out_accuracy"] < 0.7


def test_the_same_seed_gives_the_same_map(tmp_path: Path) -> None:
    for name, seed in (("one", "3"), ("two", "3"), ("three", "4")):
        run("space", *SMALL, "--seed", seed, "--save", tmp_path / f"{name}.npz")

    one, two, three = (
        np.load(tmp_path / f"{name}.npz")["class_map"]
        for name in ("one", "two", "three")
    )
    np.testing.assert_array_equal(one, two)
    assert (one != three).any()


@pytest.mark.parametrize("rule", ["random", "mean"])
def test_a_table_is_learned_and_used(table: Path, tmp_path: Path, rule: str) -> None:
    model = tmp_path / "model.npz"

    result = run(
        *("space", "--data", table, *SMALL, "--filter", rule),
        *("--save", model, "--json"),
    )

    assert json.loads(result.stdout)["held_out_accuracy"] > 0.9
    (tmp_path / "new.csv").write_text("-3;0\n0;0\n3;0\n300;0\n")
    answer = run("predict", model, "--points", tmp_path / "new.csv")
    assert answer.stdout.splitlines() == [
        "row,x,y,class,outside",
        '1,-3.0,0.0,"left, far",',
        "2,0.0,0.0,middle,",
        "3,3.0,0.0,right,",
        "4,300.0,0.0,right,outside",
    ]
    assert "1 point outside of the map" in answer.stderr


def test_predict_prints_points_as_objects(table: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    run("space", "--data", table, *SMALL, "--save", model)
    (tmp_path / "new.csv").write_text("x,y\n0,0\n")

    answer = run("predict", model, "--points", tmp_path / "new.csv", "--json")

    assert json.loads(answer.stdout) == {
        "row": 2,
        "x": 0.0,
        "y": 0.0,
        "class": "middle",
        "outside": False,
    }


def test_rows_that_cannot_be_used_are_named_and_counted(table: Path) -> None:
    text = table.read_text() + "\nnan,1,left\n1,,right\n" + "1,2\n" * 7
    table.write_text(text)

    result = run("space", "--data", table, *SMALL)

    assert "skipped row 10004: x is 'nan'" in result.stderr
    assert "skipped row 10006: expected 3 columns, got 2" in result.stderr
    assert "9 of 10,011 rows skipped" in result.stderr
    assert result.exit_code == 0


def test_points_are_joined_with_their_file_by_their_rows(
    table: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    run("space", "--data", table, *SMALL, "--save", model)
    (tmp_path / "new.csv").write_text("x,y\n0,0\nnone,0\n\n3,0\n")

    answer = run("predict", model, "--points", tmp_path / "new.csv")

    rows = [line.split(",")[0] for line in answer.stdout.splitlines()[1:]]
    assert rows == ["2", "5"]
    assert "skipped row 3: x is 'none'" in answer.stderr
    assert "1 of 3 rows could not be read" in str(answer.exception)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (2, "1 point shares its cell with another; the most frequent class stays"),
        (3, "2 points share cells with others; the most frequent class stays"),
    ],
)
def test_points_in_one_cell_are_told(tmp_path: Path, count: int, expected: str) -> None:
    path = tmp_path / "points.csv"
    path.write_text("0,0,a\n5,5,b\n" + "9,9,c\n" * count)

    result = run("space", "--data", path, *SMALL, "--held-out", "0")

    assert expected in result.stderr.splitlines()


def test_held_out_points_beyond_the_map_are_told(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("0,0,a\n" * 10 + "-1000,0,b\n1000,0,b\n")

    result = run("space", "--data", path, *SMALL, "--held-out", "0.5")

    assert "1 held-out point lies beyond the map's edge" in result.stderr


@pytest.mark.parametrize(
    ("share", "metrics"),
    [
        ("0.2", ("epoch", "unclassified", "changed", "held_out_accuracy")),
        ("0", ("epoch", "unclassified", "changed")),
    ],
)
def test_accuracy_is_streamed_only_where_points_are_held_out(
    tmp_path: Path, share: str, metrics: tuple[str, ...]
) -> None:
    path = tmp_path / "run.ncast"

    result = run("space", *SMALL, "--held-out", share, "--record", path, "--json")

    with path.open("rb") as file:
        welcome = decode_from_trainer(next(iter(RecordingReader(file))).parts)
    assert isinstance(welcome, Welcome)
    assert welcome.manifest.metrics == metrics
    assert json.loads(result.stdout)["dropped"] == 0


def test_a_long_name_is_cut_for_viewers(table: Path) -> None:
    path = table.rename(table.with_name("ü" * 100 + ".csv"))

    result = run("space", "--data", path, *SMALL)

    assert result.exit_code == 0


def test_shares_that_need_more_memory_than_there_is_are_refused(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.spaces.available", lambda: 1 << 20)

    result = run("space", "--data", table, "--filter", "mean", "--port", "0")

    assert (
        "expected --filter mean to need at most the 1M of memory that are free, got "
        in str(result.exception)
    )
    assert "make --size smaller, or use --filter random" in str(result.exception)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "expected columns x, y and label, got no rows"),
        ("1,2\n3,4\n", "expected columns x, y and label, got 2 columns"),
        (
            "".join(f"{k},{k},{k + 0.5}\n" for k in range(300)),
            "expected at most 254 classes, got 300",
        ),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(
    tmp_path: Path, content: str, expected: str
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(content)

    result = run("space", "--data", path, *SMALL)

    assert expected in str(result.exception)


def test_one_class_takes_the_whole_plane(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("".join(f"{k},{k % 7},only\n" for k in range(40)))

    result = run("space", "--data", path, *SMALL, "--json")

    assert json.loads(result.stdout)["cells"] == {"only": 1600, "unclassified": 0}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--filter", "some"), "expected --filter random or mean, got 'some'"),
        (("--edges", "round"), "expected --edges wrap or reflect, got 'round'"),
        (
            ("--preset", "mine"),
            "expected --preset default or pb-clustering, got 'mine'",
        ),
        (("--preset", "pb-clustering"), "leave --layers out"),
        (("--save", "map.png"), "ends in .npz"),
        (
            ("--data", "points.csv", "--overlap", "0.3"),
            "expected --overlap with --data groups only, got points.csv",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    options: tuple[str, ...], expected: str
) -> None:
    result = run("space", *SMALL, *options)

    assert expected in str(result.exception)


def test_a_network_is_no_plane(tmp_path: Path, table: Path) -> None:
    model = tmp_path / "model.npz"
    run("space", "--data", table, *SMALL, "--save", model)

    result = run("predict", model, tmp_path / "picture.png")

    assert "expected a model of kind 'mlp', got 'space'" in str(result.exception)
