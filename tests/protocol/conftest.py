"""Strategies for every message, so that tests can say `st.from_type(Welcome)`.

What test files share comes from conftest files, as they cannot import each other:
messages of a small run from here, one half at a time from halves/, both from link/.
"""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from protocol.arrays import DTYPES
from protocol.messages import (
    VERSION,
    Ack,
    ArraySpec,
    Beat,
    Bye,
    End,
    EndReason,
    Gap,
    Hello,
    LayerSpec,
    Manifest,
    Ping,
    Probe,
    Refusal,
    Rows,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.payload import Packing, packed, raw

# The same examples on every machine; a failure prints how to repeat it.
settings.register_profile("protocol", derandomize=True, deadline=None, database=None)
settings.load_profile("protocol")

NAMES = st.text(st.characters(codec="utf-8"), max_size=16)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=128)
COUNTS = st.integers(0, 1 << 53)
POSITIVE = st.integers(1, 1 << 53)
TIMES = st.floats(allow_nan=False, allow_infinity=False)
RUNS = st.binary(min_size=16, max_size=16)
NONCES = st.binary(min_size=8, max_size=8)
SHAPES = st.lists(st.integers(1, 64), min_size=1, max_size=2).map(tuple)


def rows(columns: st.SearchStrategy[int]) -> st.SearchStrategy[Rows]:
    shapes = st.tuples(st.integers(0, 5), columns)
    return hnp.arrays(np.float64, shapes, elements=st.floats())


@st.composite
def layers(draw: st.DrawFn) -> LayerSpec:
    units, tile = draw(st.integers(1, 1 << 27)), None
    if draw(st.booleans()):
        tile = draw(st.tuples(st.integers(1, 64), st.integers(1, 64)))
        units = draw(st.integers(1, 1 << 15)) * tile[0] * tile[1]
    return LayerSpec(name=draw(NAMES), units=units, activation=draw(NAMES), tile=tile)


@st.composite
def array_specs(draw: st.DrawFn, layers: int) -> ArraySpec:
    shape = draw(SHAPES)
    larger = st.tuples(*[st.integers(side, 1 << 27) for side in shape])
    full_shape = draw(st.none() | larger)
    return ArraySpec(
        kind=draw(NAMES) if full_shape is None else "weights",
        layer=draw(st.integers(0, max(0, layers - 1))),
        dtype=draw(st.sampled_from(sorted(DTYPES))),
        shape=shape,
        full_shape=full_shape,
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    stacked = draw(st.lists(layers(), max_size=5))
    arrays = array_specs(len(stacked))
    classes = draw(st.lists(NAMES, max_size=5))
    outputs = min(len(classes), stacked[-1].units if stacked else 0)
    return Manifest(
        name=draw(NAMES),
        kind=draw(NAMES),
        axis=draw(NAMES),
        layers=tuple(stacked),
        arrays=tuple(draw(st.lists(arrays, max_size=5, unique_by=lambda a: a.key))),
        metrics=tuple(draw(st.lists(NAMES, min_size=1, max_size=5))),
        classes=tuple(classes),
        input_shape=draw(st.just(()) | st.tuples(*[st.integers(1, 1 << 27)] * 2)),
        every=draw(COUNTS),
        epochs=draw(COUNTS),
        started=draw(TIMES),
        unknown=draw(st.sampled_from([None, *range(outputs)])),
        reject=draw(st.floats(0, 1)),
    )


@st.composite
def welcomes(draw: st.DrawFn) -> Welcome:
    manifest = draw(st.from_type(Manifest))
    newest = draw(COUNTS)
    return Welcome(
        version=VERSION,
        nonce=draw(NONCES),
        run=draw(RUNS),
        seq=newest,
        oldest=draw(st.integers(0, newest)),
        manifest=manifest,
        rows=draw(rows(st.just(len(manifest.metrics)))),
        ended=draw(st.none() | st.sampled_from(EndReason)),
        viewers=draw(COUNTS),
    )


@st.composite
def snapshot_parts(draw: st.DrawFn) -> SnapshotPart:
    parts = draw(st.integers(1, 1024))
    payload = draw(st.binary(max_size=64) | st.integers(20, 99).map(bytes))
    return SnapshotPart(
        run=draw(RUNS),
        seq=draw(POSITIVE),
        epoch=draw(COUNTS),
        step=draw(COUNTS),
        time=draw(TIMES),
        probe=draw(st.builds(Probe, index=COUNTS, label=st.none() | COUNTS)),
        skip=draw(COUNTS),
        rows=draw(rows(st.integers(1, 5))),
        part=draw(st.integers(0, parts - 1)),
        parts=parts,
        payload=packed(payload) or raw(payload),
    )


st.register_type_strategy(Manifest, manifests())
st.register_type_strategy(Welcome, welcomes())
st.register_type_strategy(SnapshotPart, snapshot_parts())
st.register_type_strategy(
    Hello,
    st.builds(
        Hello,
        version=st.just(VERSION),
        want=st.sampled_from(Want),
        window=st.integers(1, 8),
        nonce=NONCES,
        run=st.none() | RUNS,
        seq=COUNTS,
        max_cells=COUNTS,
        app=NAMES,
        packings=st.sampled_from([(), (Packing.DEFLATE,)]),
    ),
)
st.register_type_strategy(Ack, st.builds(Ack, run=RUNS, seq=COUNTS))
st.register_type_strategy(Ping, st.builds(Ping, time=TIMES))
st.register_type_strategy(Bye, st.builds(Bye))
st.register_type_strategy(
    Beat, st.builds(Beat, run=RUNS, seq=COUNTS, up=TIMES, dropped=COUNTS)
)
st.register_type_strategy(
    End,
    st.builds(End, run=RUNS, seq=COUNTS, reason=st.sampled_from(EndReason), text=TEXTS),
)
st.register_type_strategy(Refusal, st.builds(Refusal, code=NAMES, text=TEXTS))
st.register_type_strategy(
    Gap,
    st.tuples(RUNS, POSITIVE, POSITIVE).map(
        lambda t: Gap(run=t[0], first=min(t[1:]), last=max(t[1:]))
    ),
)
