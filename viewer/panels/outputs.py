"""The classes: probability and bar of each, which one is decided, the verdict."""

import numpy as np

from protocol.messages import Manifest, Snapshot
from viewer.arrival import Floats, arrived, between
from viewer.cue import Phase
from viewer.decision import Decision, decide
from viewer.detail import Detail, is_drawable
from viewer.geometry import Geometry
from viewer.head import DECISION, SIGMOID, is_binary, is_likelihood, names_of
from viewer.number import percent
from viewer.paint.canvas import Canvas
from viewer.panels.class_row import ClassRow, Verdict
from viewer.scene import Scene

_NARROWEST = 18  # pixels at 720 lines between two rows that can still be read
_LIKELIEST = 10  # listed where there are more classes than rows
_ROOMY = 32  # pixels at 720 lines between two of them
_CROWDED = 14  # pixels between two rows, whose smallest letters reach other bars
_APART = 96  # between the two classes of one output


def wants(manifest: Manifest) -> bool:
    """List the classes of a classifier, named or not."""
    return is_drawable(manifest) and is_likelihood(manifest)


class OutputsPanel:
    """A row for each class beside its unit, or for the likeliest of very many."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._last = len(manifest.layers) - 1
        self._classes = names_of(manifest)
        self._is_binary = is_binary(manifest)
        function = manifest.layers[-1].activation
        self._is_each = function == SIGMOID and not self._is_binary
        self._is_decided = function == DECISION
        # One output without a name: its label could mean that it is true, or not.
        self._has_label = bool(manifest.classes) or len(self._classes) > 1
        self._unknown = manifest.unknown
        known = self._is_each or self._is_decided
        self._reject = 0.0 if known else manifest.reject
        box = canvas.layout.classes
        rows = _rows(canvas, manifest)
        if self._is_binary:
            apart = canvas.layout.px(_APART)
            rows = rows[0] + np.array([-apart, apart]) / 2
        pitch = float(rows[1] - rows[0]) if len(rows) > 1 else float(box.height)
        self._ranked = box != canvas.layout.network
        self._ranked |= pitch < canvas.layout.px(_NARROWEST)
        if self._ranked:
            listed = min(int(box.height / canvas.layout.px(_ROOMY)), _LIKELIEST)
            pitch = box.height / listed
            listed = min(listed, len(self._classes))
            rows = box.top + pitch * (np.arange(listed) + 0.5)
        self._is_crowded = pitch < _CROWDED
        self._shown: tuple[list[int], list[float], list[Verdict]] = [], [], []
        self._rows = [
            ClassRow(canvas, float(y), pitch, mark=self._mark(k))
            for k, y in enumerate(rows)
        ]

    def _mark(self, row: int) -> float:
        """Where a class begins to be likely enough; that of the unknown never does."""
        is_unknown = not self._ranked and row == self._unknown
        return 0.0 if is_unknown else self._reject

    def prepare(self) -> None:
        """Paint empty bars."""
        for row in self._rows:
            row.prepare()

    def paint(self, scene: Scene) -> None:
        """Paint the rows: the old values, dim, until the wave has arrived."""
        probabilities = new = self._probabilities(scene.snapshot)
        label = scene.snapshot.probe.label
        come = arrived(scene)
        has_come = come > 0.5
        if come < 1 and scene.cue.phase is Phase.FORWARD:
            before = self._probabilities(scene.previous)
            probabilities = between(before, new, come)
            new = new if has_come else before
        decision = self._decide(new) if has_come else None
        chosen = self._chosen(new, decision) if has_come else set()
        if not has_come or not self._has_label or not (decision or self._is_each):
            label = None
        listed = self._listed(new)
        winner = None if decision is None else decision.chosen
        if winner is not None and winner not in listed:
            listed[-1] = winner  # unknown, and unlikely itself
        verdicts = [self._verdict(index, chosen, label) for index in listed]
        if decision is not None and decision.is_rejected:
            found = [self._rejection(index, decision, label) for index in listed]
            verdicts = [a or b for a, b in zip(found, verdicts, strict=True)]
        self._show(listed, probabilities, verdicts)

    def _show(
        self, listed: list[int], probabilities: Floats, verdicts: list[Verdict]
    ) -> None:
        """Paint all bars, then all words, as those of crowded rows lie over bars."""
        shares = [float(probabilities[index]) for index in listed]
        if self._is_crowded:
            if (listed, shares, verdicts) == self._shown:
                return
            self._shown = listed, shares, verdicts
            for row in self._rows:
                row.erase()
        found = list(zip(self._rows, listed, shares, verdicts, strict=False))
        for row, _, share, verdict in found:
            row.fill(share, verdict)
        for row, index, share, verdict in found:
            number = f"{share:.0f}" if self._is_decided else percent(share)
            broken = not np.isfinite(share)
            row.write(self._classes[index], number, verdict, broken=broken)

    def _listed(self, probabilities: Floats) -> list[int]:
        """Choose the classes to list: all in their order, or the likeliest first."""
        if not self._ranked:
            return list(range(len(self._classes)))
        known = np.nan_to_num(probabilities)
        order = np.argsort(-known, kind="stable")
        return [int(index) for index in order[: len(self._rows)]]

    def _decide(self, probabilities: Floats) -> Decision | None:
        if self._is_each:  # no class excludes another one
            return None
        return decide(probabilities, self._unknown, self._reject)

    def _chosen(self, probabilities: Floats, decision: Decision | None) -> set[int]:
        """Find the classes that the network chooses; none where it cannot choose."""
        if self._is_each:
            return set(np.flatnonzero(probabilities >= 0.5).tolist())
        if decision is None or decision.chosen is None:
            return set()
        return {decision.chosen}

    def _verdict(self, index: int, chosen: set[int], label: int | None) -> Verdict:
        """Mark the classes chosen and the label by colours, and glyphs for all eyes."""
        theme = self._canvas.theme
        if index not in chosen:
            glyph, text = ("←", "label") if index == label else ("", "")
            return Verdict(theme.dim, theme.dim, theme.dim, glyph, text)
        if label is None:
            return Verdict(theme.ink, theme.dim, theme.dim)
        right = index == label
        colour = theme.correct if right else theme.wrong
        glyph, text = ("✓", "label") if right else ("✗", "not the label")
        return Verdict(theme.ink, colour, colour, glyph, text)

    def _rejection(
        self, index: int, decision: Decision, label: int | None
    ) -> Verdict | None:
        """Say why it is unknown: at that class, or at the best where no class is it."""
        theme, has_class = self._canvas.theme, decision.chosen is not None
        if index != (decision.chosen if has_class else decision.best):
            return None
        is_right = label == decision.chosen if has_class else label not in self._known
        colour, glyph = theme.dim, ""
        if label is not None:
            colour = theme.correct if is_right else theme.wrong
            glyph = "✓" if is_right else "✗"
        if has_class:
            text = f"none reaches {self._reject:.0%}"
            return Verdict(theme.ink, colour, colour, glyph, text)
        text, brief = (f"{x} {self._reject:.0%}" for x in ("unknown: best below", "<"))
        return Verdict(theme.dim, theme.dim, colour, glyph, text, brief)

    @property
    def _known(self) -> range:
        return range(len(self._classes))

    def _probabilities(self, snapshot: Snapshot | None) -> Floats:
        if snapshot is None:
            return np.zeros(len(self._classes))
        found = snapshot.arrays["activation", self._last].astype(np.float64)
        known = np.where(np.isfinite(found), np.clip(found, 0, 1), found)
        return np.append(1 - known, known) if self._is_binary else known


def _rows(canvas: Canvas, manifest: Manifest) -> Floats:
    """Find the rows of the output units."""
    layout = canvas.layout
    layers = Detail(manifest).layers
    geometry = Geometry(layout.network, layout.scale, layers, layout.height)
    return geometry.columns[-1].y
