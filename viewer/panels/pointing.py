"""What is under the pointer on a stage: a unit and its layer sums, an edge and its weight."""

import numpy as np
from numpy.typing import NDArray

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
    name, tile, pool = layer.spec.name, layer.spec.tile, layer.pool
    if pool is not None and pool.averages:
        return f"{name}, patch {unit.unit}"
    members = np.array([unit.unit])
    if pool is not None:
        members = np.flatnonzero(pool.places == unit.unit)
    if tile is not None and layer.has_maps:
        return f"{name}, {_place_in_maps(members, tile)}"
    return f"{name}, {_numbers('unit', members)}"


def _place_in_maps(members: NDArray[np.intp], tile: tuple[int, int]) -> str:
    """Such as "map 3, row 0, column 7"; of whole maps their numbers are enough."""
    maps, within = np.divmod(members, tile[0] * tile[1])
    words = [_numbers("map", maps)]
    if len(members) < (maps[-1] - maps[0] + 1) * tile[0] * tile[1]:
        words += [_numbers("row", within // tile[1])]
        words += [_numbers("column", within % tile[1])]
    return ", ".join(words)


def _numbers(what: str, numbers: NDArray[np.intp]) -> str:
    """Such as "unit 3" or "units 12–15"."""
    first, last = numbers.min(), numbers.max()
    return f"{what} {first}" if first == last else f"{what}s {first}–{last}"


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
