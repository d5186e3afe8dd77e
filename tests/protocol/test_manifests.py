from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import DecodeError
from protocol.fields import Fields
from protocol.manifests import read_manifest, write_manifest
from protocol.messages import Manifest


def manifest_with(**array: Any) -> Fields:
    """A manifest of one layer and one array, some fields of which are given."""
    spec = {"k": "weights", "l": 0, "d": "<f4", "s": [2, 3]} | array
    values = {
        "name": "",
        "kind": "mlp",
        "axis": "epoch",
        "layers": [{"n": "", "u": 1, "a": ""}],
        "arrays": [spec],
        "metrics": ["epoch"],
        "classes": [],
        "input_shape": [],
        "every": 1,
        "epochs": 0,
        "started": 0.0,
    }
    return Fields(values, "manifest")


@given(st.from_type(Manifest))
def test_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    assert read_manifest(Fields(write_manifest(manifest), "manifest")) == manifest


@given(st.from_type(Manifest))
def test_manifest_of_older_trainers_knows_nothing_of_unknown(
    manifest: Manifest,
) -> None:
    values = write_manifest(manifest)
    del values["unknown"], values["reject"]

    older = read_manifest(Fields(values, "manifest"))

    assert older == replace(manifest, unknown=None, reject=0.0)


@pytest.mark.parametrize("full", [[2, 3], [200, 3], [2, 1 << 27]])
def test_manifest_may_hold_previews_of_weights(full: list[int]) -> None:
    manifest = read_manifest(manifest_with(f=full))

    assert manifest.arrays[0].full_shape == tuple(full)
    assert manifest.arrays[0].shape == (2, 3)


@pytest.mark.parametrize(
    ("array", "why"),
    [
        ({"f": [1, 3]}, r"expected no side smaller than in \[2, 3\], got \[1, 3\]"),
        ({"f": [2, 2]}, r"got \[2, 2\] - at manifest.arrays\[0\].f"),
        ({"f": [6]}, r"expected as many sides as \[2, 3\], got \[6\]"),
        ({"f": [2, 3, 4]}, "a list of at most 2"),
        ({"f": []}, "one or two dimensions"),
        ({"k": "bias", "s": [2], "f": [4]}, "expected previews of weights only"),
        ({"k": "activity", "s": [2], "f": [4]}, "got 'activity'"),
    ],
)
def test_manifest_is_refused_when_a_preview_contradicts_itself(
    array: dict[str, Any], why: str
) -> None:
    with pytest.raises(DecodeError, match=why):
        read_manifest(manifest_with(**array))


def manifest_of_one_layer(**layer: Any) -> Fields:
    """A manifest without arrays, some fields of whose layer are given."""
    values = write_manifest(read_manifest(manifest_with()))
    spec = {"n": "conv 1", "u": 128, "a": "relu"} | layer
    return Fields(values | {"layers": [spec], "arrays": []}, "manifest")


@pytest.mark.parametrize("tile", [[8, 8], [4, 4], [1, 128], [128, 1]])
def test_manifest_may_say_that_units_make_up_maps(tile: list[int]) -> None:
    manifest = read_manifest(manifest_of_one_layer(t=tile))

    assert manifest.layers[0].tile == tuple(tile)


def test_manifest_of_older_trainers_knows_nothing_of_maps() -> None:
    assert read_manifest(manifest_of_one_layer()).layers[0].tile is None
    assert read_manifest(manifest_of_one_layer(t=None)).layers[0].tile is None


@pytest.mark.parametrize(
    ("tile", "why"),
    [
        ([8], r"expected a height and a width, got \[8\] - at manifest.layers\[0\].t"),
        ([], r"expected a height and a width, got \[\]"),
        ([2, 8, 8], "a list of at most 2"),
        ([5, 5], r"expected maps that make up 128 units, got \[5, 5\]"),
        ([16, 16], r"expected maps that make up 128 units, got \[16, 16\]"),
        ([1 << 27, 1 << 27], "expected maps that make up 128 units"),
        ([0, 8], "an integer from 1"),
        ([8, -8], "an integer from 1"),
        ([8.0, 8.0], "an integer from 1"),
        ([True, 8], "an integer from 1"),
        ("88", "a list of at most 2"),
    ],
)
def test_manifest_is_refused_when_maps_do_not_make_up_a_layer(
    tile: Any, why: str
) -> None:
    with pytest.raises(DecodeError, match=why):
        read_manifest(manifest_of_one_layer(t=tile))
