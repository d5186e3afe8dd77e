import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

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
        "x,y,class,outside",
        '-3.0,0.0,"left, far",',
        "0.0,0.0,middle,",
        "3.0,0.0,right,",
        "300.0,0.0,right,outside",
    ]
    assert "1 point outside of the map" in answer.stderr


def test_predict_prints_points_as_objects(table: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    run("space", "--data", table, *SMALL, "--save", model)
    (tmp_path / "new.csv").write_text("x,y\n0,0\n")

    answer = run("predict", model, "--points", tmp_path / "new.csv", "--json")

    assert json.loads(answer.stdout) == {
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
    assert "9 rows were skipped in all" in result.stderr
    assert result.exit_code == 0


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
