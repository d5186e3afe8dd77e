"""What is under the pointer on a stage: a unit and its layer sums, an edge and its weight."""

import numpy as np

from protocol.messages import Snapshot
from viewer.detail import Detail
from viewer.options import Unit
from viewer.panels.stage import Stage
from viewer.spot import Spot


def spot_on(
    stage: Stage, detail: Detail, snapshot: Snapshot, at: tuple[float, float]
) -> Spot | None:
    """Find the unit or else the edge at a pixel (x, y), in words with its value."""
    unit = stage.unit_at(*at)
    if unit is not None:
        return Spot(_unit_words(detail, snapshot, unit), unit)
    edge = stage.edge_at(*at)
    if edge is None:
        return None
    gap, source, target, weight = edge
    before, after = (
        _name(detail, Unit(layer, place))
        for layer, place in ((gap, source), (gap + 1, target))
    )
    return Spot(f"{before} → {after}: weight {weight:+.4g}")


def _name(detail: Detail, unit: Unit) -> str:
    """Such as "hidden 1, unit 3", "input, patch 7" or "hidden 1, units 12–15"."""
    layer = detail.layers[unit.layer]
    if layer.pool is None:
        return f"{layer.spec.name}, unit {unit.unit}"
    if layer.pool.averages:
        return f"{layer.spec.name}, patch {unit.unit}"
    members = np.flatnonzero(layer.pool.places == unit.unit)
    return f"{layer.spec.name}, units {members[0]}–{members[-1]}"


def _unit_words(detail: Detail, snapshot: Snapshot, unit: Unit) -> str:
    layer, name = detail.layers[unit.layer], _name(detail, unit)
    activation = snapshot.arrays["activation", unit.layer]
    if layer.pool is not None:
        what = "mean" if layer.pool.averages else "largest |a|"
        return f"{name}: {what} {_figures(layer.show(activation)[unit.unit])}"
    words = f"a {_figures(activation[unit.unit])}"
    if detail.has("pre_activation", unit.layer):
        before = snapshot.arrays["pre_activation", unit.layer]
        words = f"z {_figures(before[unit.unit])}, {words}"
    return f"{name}: {words}"


def _figures(value: float) -> str:
    """Write four figures, and no sign before nought."""
    return f"{float(value) + 0.0:.4g}"
