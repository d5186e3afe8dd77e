from collections.abc import Callable
from dataclasses import replace

from protocol.messages import ArraySpec
from viewer.cue import cue_of
from viewer.options import PLAIN, Normalisation, Options
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def texts_of(
    timeline: Timeline,
    options: Options = PLAIN,
    size: tuple[int, int] = (1280, 720),
    fraction: float = 0.3,
) -> list[str]:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size)
    painter.paint(timeline, cue_of(1, 2, fraction), "", options)
    return [label.text for label in painter.canvas.labels if label.text]


def test_legend_says_what_saturations_are_shares_of(make_timeline: Make) -> None:
    timeline = make_timeline()
    network = Options(normalisation=Normalisation.NETWORK)

    assert "of a unit in its layer" in texts_of(timeline)
    assert "one scale for all layers" in texts_of(timeline, network)


def test_legend_explains_marks_that_units_can_bear(make_timeline: Make) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4))
    manifest = timeline.manifest
    assert manifest is not None
    spec = ArraySpec(kind="activity", layer=1, dtype="<f4", shape=(5,))
    tanh = replace(manifest.layers[1], activation="tanh")

    plain = texts_of(timeline)
    timeline.manifest = replace(
        manifest, layers=(manifest.layers[0], tanh, manifest.layers[2])
    )
    saturated = texts_of(timeline)
    timeline.manifest = replace(manifest, arrays=(*manifest.arrays, spec))
    timeline.snapshots = [
        replace(x, arrays={**x.arrays, ("activity", 1): x.arrays["activation", 1]})
        for x in timeline.snapshots
    ]
    dead = texts_of(timeline)

    assert [{"dead", "saturated", "NaN"} & set(x) for x in (plain, saturated, dead)] == [
        {"NaN"}, {"saturated", "NaN"}, {"dead", "NaN"},
    ]  # fmt: skip


def test_phase_track_says_what_the_light_is(make_timeline: Make) -> None:
    texts = texts_of(make_timeline())

    assert "light: |weight × activation|" in texts
    assert "light: change of the weights" in texts


def test_small_frames_leave_the_marks_out(make_timeline: Make) -> None:
    texts = texts_of(make_timeline(), size=(480, 270))

    assert "weight" in texts
    assert "NaN" not in texts
