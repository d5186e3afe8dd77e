"""What a run measures, over its epochs or layers, also of what was held out."""

from protocol.messages import Manifest
from viewer.paint.canvas import Canvas
from viewer.panels.curve import Measure
from viewer.panels.curve_set import CurveSet
from viewer.plane import plane_of
from viewer.scene import Scene
from viewer.told import is_told, others_of

MOST = 2  # curves of a network
TRIAL = (Measure("accuracy", "accuracy"), Measure("rejected", "rejected"))
NETWORK = (Measure("loss", "loss", is_share=False), Measure("accuracy", "accuracy"))
SPACE = (
    Measure("unclassified", "unclassified"),
    Measure("changed", "changed in a layer"),
    Measure("held_out_accuracy", "held-out accuracy"),
)


def wants(manifest: Manifest) -> bool:
    """Draw the curves of a run that measures something known."""
    return bool(measures(manifest))


def measures(manifest: Manifest) -> tuple[Measure, ...]:
    """List what a run measures, top curve first; others where there is room."""
    found = candidates(manifest)
    return found if plane_of(manifest) is not None else found[:MOST]


def candidates(manifest: Manifest) -> tuple[Measure, ...]:
    """List all that there could be curves of, the most interesting first."""
    known = NETWORK if plane_of(manifest) is None else SPACE
    if manifest.axis == "example":
        known = TRIAL
    found = [measure for measure in known if measure.metric in manifest.metrics]
    if known is not SPACE:
        found += [Measure(x, x, is_share=False) for x in others_of(manifest)]
    return tuple(found)


class Shown:
    """Chooses what there are curves of, from what was told up to a moment.

    A trainer may name metrics that it tells later or never.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._candidates, self._usual = candidates(manifest), measures(manifest)
        # Of planes and of examples that are tried a share may be one of none for a while.
        self._is_settled = manifest.axis != "epoch" or plane_of(manifest) is not None
        self._rows, self._found = 0, self._usual

    def of(self, scene: Scene) -> tuple[Measure, ...]:
        """Give them, top curve first; before anything was measured what is usual."""
        if len(scene.rows) != self._rows:
            self._rows, self._found = len(scene.rows), self._choose(scene)
        return self._found

    def _choose(self, scene: Scene) -> tuple[Measure, ...]:
        if self._is_settled or not len(scene.rows):
            return self._usual
        told = [
            measure
            for measure in self._candidates
            if any(is_told(scene.metric(x)[1]) for x in measure.metrics)
        ]
        return tuple(told[: len(self._usual)])


class CurvesPanel:
    """The curves of what is told, one set of them at a time."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas, self._manifest = canvas, manifest
        self._choice, self._shown = Shown(manifest), measures(manifest)
        self._sets: dict[tuple[Measure, ...], CurveSet] = {}

    def prepare(self) -> None:
        """Paint what does not move."""
        self._set(self._shown).prepare()

    def paint(self, scene: Scene) -> None:
        """Paint the curves of what was told up to now."""
        chosen = self._choice.of(scene)
        if chosen != self._shown:
            self._change(chosen)
        if chosen:
            self._set(chosen).paint(scene)

    def _change(self, chosen: tuple[Measure, ...]) -> None:
        if self._shown:
            self._set(self._shown).hide()
        self._shown = chosen
        if chosen:
            self._set(chosen).prepare()

    def _set(self, chosen: tuple[Measure, ...]) -> CurveSet:
        if chosen not in self._sets:
            self._sets[chosen] = CurveSet(self._canvas, self._manifest, chosen)
        return self._sets[chosen]
