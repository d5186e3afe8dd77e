from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def texts_of(timeline: Timeline, size: tuple[int, int] = (1280, 720)) -> list[str]:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size)
    painter.paint(timeline, cue_of(1, 2, 0.5))
    return [label.text for label in painter.canvas.labels if label.text]


def test_speed_and_learning_rate_are_counted(make_measured: Make) -> None:
    texts = texts_of(make_measured())

    found = dict(pairwise(texts))
    assert {"examples/s", "learning rate", "61.2k", "2.5e−1"} <= {*texts}
    assert found["epoch"] == "25/500"


def test_counters_without_a_value_say_so(make_measured: Make) -> None:
    timeline = make_measured()
    timeline._rows._room[:, -1] = np.nan

    texts = texts_of(timeline)

    assert texts[texts.index("examples/s") + 1] == "–"


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (900, 1100)])
def test_speed_takes_no_room_from_the_title(
    make_measured: Make, size: tuple[int, int]
) -> None:
    timeline = make_measured()
    assert timeline.manifest is not None
    timeline.manifest = replace(
        timeline.manifest, name="a long name of forty letters " * 2
    )

    texts = texts_of(timeline, size)

    assert any("multilayer" in text for text in texts) or "examples/s" not in texts
    assert "epoch" in texts


def test_runs_that_do_not_tell_them_have_other_counters_only(
    make_timeline: Make,
) -> None:
    texts = texts_of(make_timeline())

    assert {"epoch", "step", "snapshot"} <= {*texts}
    assert not {"examples/s", "learning rate"} & {*texts}
