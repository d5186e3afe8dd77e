"""A plane, its viewers and its model file, in processes of their own."""

import signal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from protocol.events import Arrived, Ended, Joined
from protocol.messages import Want
from tests.integration.conftest import Start, Viewer, Watch
from viewer.palette import THEMES
from viewer.timeline import Timeline

SMALL = ("space", "--port", "0", "--size", "60", "--layers", "80", "--wait", "1")


Pixels = NDArray[np.uint8]


def maps_of(viewer: Viewer) -> list[Pixels]:
    """Give the class maps that came."""
    return [
        event.snapshot.arrays["class_map", 0]
        for event in viewer.events
        if isinstance(event, Arrived)
    ]


def place_of(picture: Pixels, frame: Pixels) -> tuple[int, int]:
    """Find the row and column of a frame where the first row of a picture is."""
    first = picture[0].tobytes()
    for row, pixels in enumerate(frame):
        if (at := pixels.tobytes().find(first)) >= 0:
            return row, at // 3
    raise AssertionError("the picture is nowhere in the frame")


def test_a_recorder_gets_every_layer_of_a_plane(
    start: Start, watch: Watch, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    run = start("trainer", *SMALL, "--save", model)

    viewer = watch(run.address, Want.ALL)
    viewer.wait_for(Ended)

    assert run.end() == 0
    maps = maps_of(viewer)
    assert viewer.seqs == list(range(1, 82))
    left = [np.count_nonzero(cells == 255) for cells in maps]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    np.testing.assert_array_equal(maps[-1], np.load(model)["class_map"])


def test_who_joins_late_gets_the_curves_of_all_layers_and_the_newest_map(
    start: Start, watch: Watch, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    run = start("trainer", *SMALL, "--hold", "--save", model)
    watch(run.address).wait_for(Ended)

    late = watch(run.address)
    late.wait_for(Ended)
    run.wait_for_line("the run is over")

    (joined,) = late.of(Joined)
    assert isinstance(joined, Joined)
    np.testing.assert_array_equal(joined.rows[:, 0], np.arange(81))
    assert np.isfinite(joined.rows).all()
    assert late.seqs == [81]
    np.testing.assert_array_equal(maps_of(late)[0], np.load(model)["class_map"])


def test_who_joins_in_the_middle_has_all_layers_so_far_and_follows(
    start: Start, watch: Watch
) -> None:
    run = start("trainer", *SMALL, "--pace", "0.03")
    first = watch(run.address)
    first.wait_for(Arrived, 10)

    late = watch(run.address)
    late.wait_for(Ended)

    (joined,) = late.of(Joined)
    assert isinstance(joined, Joined)
    newest, *_, last = late.seqs
    np.testing.assert_array_equal(joined.rows[:, 0], np.arange(len(joined.rows)))
    assert newest >= 10
    timeline = Timeline()
    for event in late.events:
        timeline.absorb(event)
    np.testing.assert_array_equal(timeline.rows[:, 0], np.arange(81))
    assert (last, timeline.lost) == (81, 0)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_still_shows_each_cell_of_the_last_map_in_the_colour_of_its_class(
    start: Start, tmp_path: Path, theme: str
) -> None:
    model, still = tmp_path / "model.npz", tmp_path / "still.png"
    plane = ("--size", "400", "--layers", "20", "--seed", "2")
    run = start("trainer", "space", "--port", "0", *plane, "--hold", "--save", model)
    run.wait_for_line("the run is over")

    look = ("--size", "1920x1080", "--theme", theme)
    recorder = start("viewer", "record", run.address, "-o", still, *look)

    assert recorder.end() == 0
    cells = np.load(model)["class_map"]
    assert set(np.unique(cells)) == {0, 1, 2, 3, 255}
    colours = np.full((256, 3), THEMES[theme].unclassified, np.uint8)
    colours[:4] = THEMES[theme].class_colours(("1", "2", "3", "4"))
    expected = colours[cells].repeat(2, axis=0).repeat(2, axis=1)
    frame = np.asarray(Image.open(still).convert("RGB"))
    top, left = place_of(expected, frame)
    np.testing.assert_array_equal(frame[top : top + 800, left : left + 800], expected)


def test_an_interrupted_plane_is_saved_as_if_no_more_layers_had_been_wanted(
    start: Start, watch: Watch, tmp_path: Path
) -> None:
    model, other = tmp_path / "model.npz", tmp_path / "other.npz"
    run = start("trainer", *SMALL, "--pace", "0.05", "--save", model)
    watch(run.address, Want.ALL).wait_for(Arrived, 5)

    run.signal(signal.SIGINT)

    assert run.end() == 130
    layer = run.wait_for_line(rf"^saved {model} at layer (\d+) of 80$")[1]
    assert 4 <= int(layer) < 80
    assert run.out.startswith(f"interrupted: {layer} layers")
    again = start("trainer", *SMALL[:-2], "--layers", layer, "--save", other)
    assert again.end() == 0
    np.testing.assert_array_equal(
        np.load(model)["class_map"], np.load(other)["class_map"]
    )


def test_a_plane_without_any_layer_replaces_no_model(
    start: Start, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    assert start("trainer", *SMALL[:-2], "--save", model).end() == 0
    before = model.read_bytes()
    run = start("trainer", *SMALL, "--seed", "1", "--save", model)
    run.wait_for_line("waiting for viewers")

    run.signal(signal.SIGINT)

    assert run.end() == 130
    assert f"did not save {model}: stopped before a layer was whole" in run.lines
    assert model.read_bytes() == before
