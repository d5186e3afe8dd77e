from collections.abc import Callable
from dataclasses import replace

import pytest

from protocol.messages import Manifest
from viewer.head import is_binary, is_likelihood, names_of

Make = Callable[..., Manifest]


def ending(
    make_manifest: Make, units: int, function: str, classes: tuple[str, ...]
) -> Manifest:
    manifest = make_manifest((4, units))
    first, last = manifest.layers
    layers = first, replace(last, activation=function)
    return replace(manifest, layers=layers, classes=classes)


@pytest.mark.parametrize(
    ("units", "function", "classes", "is_one"),
    [
        (3, "softmax", ("a", "b", "c"), True),
        (3, "softmax", (), True),
        (3, "sigmoid", ("a", "b", "c"), True),
        (1, "sigmoid", ("no", "yes"), True),
        (1, "sigmoid", (), True),
        (3, "decision", ("a", "b", "c"), True),
        (3, "softmax", ("a", "b"), False),
        (3, "linear", ("a", "b", "c"), False),
        (3, "log_softmax", ("a", "b", "c"), False),
        (1, "tanh", ("no", "yes"), False),
        (3, "", (), False),
    ],
)
def test_only_functions_that_make_probabilities_have_any(
    make_manifest: Make,
    units: int,
    function: str,
    classes: tuple[str, ...],
    is_one: bool,
) -> None:
    manifest = ending(make_manifest, units, function, classes)

    assert is_likelihood(manifest) is is_one


def test_one_sigmoid_and_two_classes_are_binary(make_manifest: Make) -> None:
    assert is_binary(ending(make_manifest, 1, "sigmoid", ("no", "yes")))
    assert not is_binary(ending(make_manifest, 1, "sigmoid", ("yes",)))
    assert not is_binary(ending(make_manifest, 1, "linear", ("no", "yes")))


@pytest.mark.parametrize(
    ("units", "classes", "names"),
    [
        (2, ("x", "y"), ("x", "y")),
        (2, (), ("output 0", "output 1")),
        (2, ("x",), ("output 0", "output 1")),
        (1, (), ("output",)),
    ],
)
def test_outputs_have_the_names_of_classes_that_fit(
    make_manifest: Make, units: int, classes: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert names_of(ending(make_manifest, units, "linear", classes)) == names
