"""The painted frame, read back: pixels, labels and matplotlib's own lines."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewer.cue import cue_at, cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def painter_of(timeline: Timeline, **options: object) -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, **options)  # type: ignore[arg-type]


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def test_frame_has_the_size_asked_for(make_timeline: Make) -> None:
    for size in ((1280, 720), (641, 361), (1000, 800)):
        timeline = make_timeline()

        frame = painter_of(timeline, size=size).paint(timeline, cue_of(0, 1, 0.1))

        assert frame.shape == (size[1], size[0], 4)
        assert (frame[..., 3] == 255).all()


def test_jumping_to_a_moment_gives_the_frame_of_playing_to_it(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((16, 6, 5, 3), (4, 4))
    played = painter_of(timeline)
    for frame in range(0, 78):
        played.paint(timeline, cue_at(frame, 40, 3), "paused")

    jumped = painter_of(timeline)
    jumped.paint(timeline, cue_at(77, 40, 3), "paused")

    np.testing.assert_array_equal(played.canvas.pixels, jumped.canvas.pixels)


def test_wave_moves_forward_and_then_back(make_timeline: Make) -> None:
    timeline = make_timeline()
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    rest = painter.paint(timeline, cue_of(0, None, 1.0)).copy()

    def front(fraction: float) -> float:
        frame = painter.paint(timeline, cue_of(0, 1, fraction))
        changed = np.abs(frame[box.slices].astype(int) - rest[box.slices])
        light = changed.sum(axis=(0, 2))
        return float(np.average(np.arange(len(light)), weights=light))

    forward = [front(fraction) for fraction in (0.12, 0.24, 0.36)]
    rest = painter.paint(timeline, cue_of(1, None, 1.0)).copy()
    backward = [front(fraction) for fraction in (0.62, 0.74, 0.86)]

    assert forward == sorted(forward)
    assert backward == sorted(backward)[::-1]


def test_weights_of_the_following_snapshot_are_drawn_behind_the_update(
    make_timeline: Make,
) -> None:
    timeline = make_timeline()
    painter = painter_of(timeline)
    middle = painter.canvas.layout.network.slices

    painter.paint(timeline, cue_of(0, 1, 1.0))
    after = painter.paint(timeline, cue_of(1, 2, 0.0))[middle].copy()
    before = painter.paint(timeline, cue_of(0, 1, 0.0))[middle].copy()
    fresh = painter_of(timeline).paint(timeline, cue_of(1, 2, 0.0))[middle]

    np.testing.assert_array_equal(after, fresh)
    assert (before != after).any()


def test_curves_show_every_row_up_to_the_epoch(make_timeline: Make) -> None:
    timeline = make_timeline(count=4)
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(2, 3, 0.2))

    held_out, loss, dot = painter.figure.axes[0].get_lines()
    epochs, values = np.asarray(loss.get_xdata()), np.asarray(loss.get_ydata())
    np.testing.assert_array_equal(epochs, np.arange(51))
    np.testing.assert_allclose(values, timeline.rows[:51, 1])
    np.testing.assert_allclose(np.asarray(held_out.get_ydata()), timeline.rows[:51, 3])
    np.testing.assert_array_equal(np.asarray(dot.get_xdata()), [50])


def test_late_joiner_sees_the_curve_from_epoch_0(make_timeline: Make) -> None:
    timeline = make_timeline(count=4)
    timeline.snapshots = timeline.snapshots[-1:]
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, None, 0.0))

    loss = painter.figure.axes[0].get_lines()[1]
    assert np.asarray(loss.get_xdata())[0] == 0
    assert len(np.asarray(loss.get_xdata())) == len(timeline.rows)


def test_epoch_runs_on_while_the_update_runs_back(make_timeline: Make) -> None:
    timeline = make_timeline()
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.8))

    assert "14/500" in texts_of(painter)


def test_verdict_appears_once_the_signal_has_arrived(make_timeline: Make) -> None:
    timeline = make_timeline()
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.1))
    early = texts_of(painter)
    painter.paint(timeline, cue_of(0, 1, 0.5))
    late = texts_of(painter)

    assert not [text for text in early if text.endswith("label")]
    assert [text for text in late if text.endswith("label")] in (
        ["✓ label"],
        ["← label", "✗ not the label"],
    )


def test_likeliest_classes_are_listed_where_there_are_hundreds(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((64, 8, 300), (8, 8))
    probabilities = timeline.snapshots[0].arrays["activation", 2]
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.5))

    texts = [text.lstrip("✓✗← ") for text in texts_of(painter)]
    listed = [text for text in texts if text.startswith("class ")]
    best = np.argsort(-probabilities)[:10]
    assert listed == [f"class {index}" for index in best]


def test_header_says_what_is_drawn(make_timeline: Make) -> None:
    timeline = make_timeline()
    painter = painter_of(timeline)

    assert "2500 – 12 – 12 – 12 – 4   multilayer perceptron" in texts_of(painter)
    assert "30,336 weights, 636 edges drawn; input pooled 2,500 → 25" in texts_of(
        painter
    )


def test_run_that_holds_nothing_out_shows_one_curve(make_timeline: Make) -> None:
    timeline = make_timeline()
    timeline._rows._room[:, 3:] = np.nan
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(1, 2, 0.5))

    held_out = painter.figure.axes[0].get_lines()[0]
    assert len(np.asarray(held_out.get_xdata())) == 0
    assert not [text for text in texts_of(painter) if "held-out" in text]
    assert not [text for text in texts_of(painter) if "diverged" in text]


def test_run_without_a_network_still_shows_its_curves(make_timeline: Make) -> None:
    timeline = make_timeline()
    assert timeline.manifest is not None
    timeline.manifest = replace(timeline.manifest, kind="other", arrays=())
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(1, 2, 0.5))

    assert "loss" in texts_of(painter)
    assert "hidden 1" not in texts_of(painter)


def test_example_is_shown_as_the_picture_it_is(make_timeline: Make) -> None:
    timeline = make_timeline((64, 5, 2), (8, 8))
    picture = np.zeros((8, 8), "<f4")
    picture[:4, :4] = 1
    timeline.snapshots[0].arrays["activation", 0][:] = picture.ravel()
    painter = painter_of(timeline)
    box = painter.canvas.layout.picture

    frame = painter.paint(timeline, cue_of(0, 1, 0.0))[box.slices]

    quarter = box.width // 4
    assert (frame[quarter // 2, quarter // 2, :3] == painter.canvas.theme.ink).all()
    assert (frame[-5, -5, :3] == painter.canvas.theme.panel).all()
