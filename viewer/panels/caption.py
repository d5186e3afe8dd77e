"""The words below the input: which example it is, and its label."""

from protocol.messages import Manifest, Snapshot
from viewer.paint.canvas import Canvas
from viewer.paint.text import fit, longest_that_fits, width


class Caption:
    """Number of the example on the left, name of its class on the right.

    Examples that are tried one after the other are numbered in the header already.
    """

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        layout = canvas.layout
        left, right = layout.caption
        y = layout.picture.bottom + layout.px(20)
        self._theme, self._names = canvas.theme, dict(enumerate(manifest.classes))
        self._is_tried = manifest.axis == "example"
        self._style, self._bold = canvas.style(10.5), canvas.style(10.5, bold=True)
        self._room = right - left - layout.px(8)
        self._example = canvas.label(left, y, self._style)
        self._label = canvas.label(right, y, self._bold, align="right")

    def show(self, snapshot: Snapshot) -> None:
        """Say whose input is shown; the label needs the room more."""
        label, number = snapshot.probe.label, str(snapshot.probe.index)
        name = "" if label is None else self._names.get(label, "")
        if label is not None and not self._names:
            name = f"label {label}"
        room = max(self._room - width(number, self._style), self._room / 2)
        name = fit(name, self._bold, room)
        self._label.show(name, self._theme.ink)
        texts = [f"example {number}", f"no. {number}", number]
        if self._is_tried:
            texts = ["label" if name else ""]
        room = self._room - width(name, self._bold)
        text = longest_that_fits(texts, self._style, room)
        self._example.show(text, self._theme.dim)
