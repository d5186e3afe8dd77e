"""Which calls of layers are shown, in which order, and which have edges."""

from typing import Any

from trainer.hooks.calls import UNKNOWN, Call, Role, plan

X = 0  # the key of the example


def given(key: int = X) -> Call:
    return Call(role=Role.INPUT, name="input", inputs=(), output=key)


def call(role: Role, name: str, inputs: Any, output: int, function: str = "") -> Call:
    keys = inputs if isinstance(inputs, tuple) else (inputs,)
    return Call(role=role, name=name, inputs=keys, output=output, function=function)


def dense(name: str, inputs: Any, output: int) -> Call:
    return call(Role.DENSE, name, inputs, output, "linear")


def kinds(*calls: Call) -> list[tuple[str, str, bool]]:
    return [(each.name, each.function, each.has_edges) for each in plan(calls)]


def test_function_is_shown_with_the_sums_that_it_takes() -> None:
    (_, shown) = plan(
        [given(), dense("a", X, 1), call(Role.FUNCTION, "f", 1, 2, "relu")]
    )

    assert (shown.name, shown.function) == ("a", "relu")
    assert (shown.sums, shown.activation) == (1, 2)


def test_function_of_sums_that_others_take_too_is_shown_apart() -> None:
    found = kinds(
        given(),
        dense("a", X, 1),
        call(Role.FUNCTION, "f", 1, 2, "relu"),
        dense("b", 1, 3),
    )

    assert found == [
        ("input", "", False),
        ("a", "linear", True),
        ("f", "relu", False),
        ("b", "linear", False),
    ]


def test_function_of_the_example_is_shown_apart() -> None:
    found = kinds(given(), call(Role.FUNCTION, "f", X, 1, "relu"), dense("a", 1, 2))

    assert found == [
        ("input", "", False),
        ("f", "relu", False),
        ("a", "linear", True),
    ]


def test_layers_that_give_what_they_take_are_not_shown() -> None:
    found = kinds(
        given(),
        dense("a", X, 1),
        call(Role.OTHER, "dropout", 1, 1),
        call(Role.FUNCTION, "f", 1, 2, "tanh"),
        call(Role.RESHAPE, "flat", 2, 3),
        dense("b", 3, 4),
    )

    assert found == [
        ("input", "", False),
        ("a", "tanh", True),
        ("b", "linear", True),
    ]


def test_what_no_layer_gave_is_shown_before_the_layer_that_takes_it() -> None:
    found = kinds(given(), dense("a", X, 1), dense("b", 7, 2), dense("", 8, 3))

    assert found == [
        ("input", "", False),
        ("a", "linear", True),
        ("into b", "", False),
        ("b", "linear", True),
        ("computed", "", False),
        ("", "linear", True),
    ]


def test_what_comes_out_is_shown_unless_it_is_a_layer_shown_already() -> None:
    layer = [given(), dense("a", X, 1), call(Role.RESHAPE, "flat", 1, 2)]
    other = [given(), dense("a", X, 1), call(Role.RESHAPE, "flat", 7, 2)]
    out = call(Role.OTHER, "output", UNKNOWN, 2)

    assert kinds(*layer, out) == [("input", "", False), ("a", "linear", True)]
    assert kinds(*other, out)[2:] == [("output", "", False)]


def test_branches_that_were_called_in_turn_stay_together() -> None:
    found = kinds(
        given(),
        dense("a", X, 1),
        dense("b", X, 2),
        dense("aa", 1, 3),
        dense("bb", 2, 4),
        call(Role.OTHER, "both", (3, 4), 5),
        dense("end", 5, 6),
    )

    assert found == [
        ("input", "", False),
        ("a", "linear", True),
        ("aa", "linear", True),
        ("b", "linear", False),
        ("bb", "linear", True),
        ("both", "", False),
        ("end", "linear", True),
    ]


def test_what_is_made_of_unknown_things_comes_after_all_before_it() -> None:
    found = kinds(
        given(),
        dense("a", X, 1),
        dense("b", X, 2),
        call(Role.OTHER, "sum", (1, UNKNOWN), 3),
    )

    assert [name for name, *_ in found] == ["input", "a", "b", "sum"]
