"""Curves one above the other, with one axis under the last."""

from protocol.messages import Manifest
from viewer.axis import axis_of
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.text import height, longest_that_fits, width
from viewer.panels.curve import Curve, Measure, round_up, wipe
from viewer.panels.curve_key import CurveKey
from viewer.plane import plane_of
from viewer.scene import Scene


class CurveSet:
    """The curves of some measures; at least one.

    It can give way to another set, and come back: `prepare` and `hide` change the base
    of the frame, too.
    """

    def __init__(
        self, canvas: Canvas, manifest: Manifest, measures: tuple[Measure, ...]
    ) -> None:
        layout = canvas.layout
        self._canvas = canvas
        boxes = _boxes(canvas, manifest, len(measures))
        pairs = zip(measures, boxes, strict=True)
        self._curves = [Curve(canvas, *each) for each in pairs]
        box, style = boxes[-1], canvas.style(10)
        y = box.bottom + layout.px(16)
        key = boxes[0].bottom + layout.px(16)
        if len(measures) == 1:  # the axis is there
            key = y + max(layout.px(17), height(style))
        held_out = tuple(measure.held_out for measure in measures)
        self._key = CurveKey(canvas, boxes[0], key, held_out)
        self._axis = f"{axis_of(manifest)}s"
        self._style = style
        self._room = (box.width - width(self._axis, style)) / 2 - layout.px(4)
        self._start = canvas.label(box.left, y, style)
        self._middle = canvas.label(
            (box.left + box.right) / 2, y, style, align="center"
        )
        self._end = canvas.label(box.right, y, style, align="right")
        self._epochs = manifest.epochs

    def prepare(self) -> None:
        """Paint what does not move."""
        for curve in self._curves:
            curve.prepare()
        self._start.show("0", self._canvas.theme.dim)
        self._middle.show(self._axis, self._canvas.theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the curves and the end of the axis."""
        end = self._end_of(scene)
        for curve in self._curves:
            curve.paint(scene, end)
        self._key.paint(scene)
        texts = [f"{end:,.0f}", f"{end:.0e}"]
        text = longest_that_fits(texts, self._style, self._room)
        self._end.show(text, self._canvas.theme.dim)

    def hide(self) -> None:
        """Leave nothing of it."""
        for curve in self._curves:
            curve.hide()
        self._key.hide()
        for label in (self._start, self._middle, self._end):
            wipe(self._canvas, label)

    def _end_of(self, scene: Scene) -> float:
        """Find the end of the x axis; that of a run without an end grows in steps."""
        last = float(scene.rows[-1, 0]) if len(scene.rows) else 0.0
        end = max(float(self._epochs), last, *(each.end for each in scene.beside))
        if self._epochs and all(each.is_planned for each in scene.beside):
            return end
        return round_up(max(end, 10.0))


def _boxes(canvas: Canvas, manifest: Manifest, count: int) -> tuple[Box, ...]:
    """Choose the boxes of so many curves: a lone one has the room of two."""
    layout = canvas.layout
    if plane_of(manifest) is not None:
        return layout.plane_curves[:count]
    if count > 1:
        return layout.loss, layout.accuracy
    first, last = layout.loss, layout.accuracy
    return (Box(first.left, first.top, last.right, last.bottom),)
