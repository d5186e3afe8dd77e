"""Outputs of all kinds: what is no probability is written as a number."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Meet = Callable[[str], Timeline]


def texts_of(timeline: Timeline) -> list[str]:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(1, 2, 0.5))
    return [label.text for label in painter.canvas.labels if label.text]


def output(timeline: Timeline, *values: float) -> Timeline:
    assert timeline.manifest is not None
    last = len(timeline.manifest.layers) - 1
    timeline.snapshots[1].arrays["activation", last][:] = values
    return timeline


def verdicts(texts: list[str]) -> list[str]:
    return [text for text in texts if text.startswith(("✓", "✗", "←"))]


def test_regression_has_a_number_and_neither_class_nor_accuracy(meet: Meet) -> None:
    texts = texts_of(output(meet("regression"), -0.25))

    assert {"output", "−0.250", "loss", "r2"} <= set(texts)
    assert "accuracy" not in texts
    assert not [text for text in texts if text.endswith("%")]
    assert verdicts(texts) == []


def test_softmax_without_names_has_probabilities_and_a_verdict(meet: Meet) -> None:
    texts = texts_of(output(meet("nameless"), 0.1, 0.2, 0.6, 0.1))

    assert {"output 2", "60.0%", "✓ label", "label 2", "accuracy"} <= set(texts)


def test_each_label_has_its_own_probability_and_no_verdict(meet: Meet) -> None:
    texts = texts_of(output(meet("multi-label"), 0.9, 0.8, 0.7, 0.2, 0.1))

    assert {"beach", "90.0%", "sunset", "80.0%", "city", "10.0%"} <= set(texts)
    assert verdicts(texts) == []


@pytest.mark.parametrize(
    ("name", "of"), [("one probability", "benign"), ("sigmoid number", "output")]
)
def test_one_sigmoid_is_one_probability(meet: Meet, name: str, of: str) -> None:
    texts = texts_of(output(meet(name), 0.75))

    assert {of, "75.0%"} <= set(texts)
    assert "25.0%" not in texts
    assert verdicts(texts) == []


def test_two_classes_of_one_sigmoid_are_decided_between(meet: Meet) -> None:
    texts = texts_of(output(meet("binary"), 0.75))

    assert {"malignant", "25.0%", "benign", "75.0%", "✓ label"} <= set(texts)


def test_scores_of_named_outputs_are_numbers(meet: Meet) -> None:
    timeline = output(meet("two numbers"), -7.5, 1234.5)
    assert timeline.manifest is not None
    timeline.manifest = replace(timeline.manifest, classes=("width", "height"))

    texts = texts_of(timeline)

    assert {"width", "−7.500", "height", "1234.5"} <= set(texts)
    assert verdicts(texts) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("autoencoder", "either sign, in its layer"),
        ("regression", "either sign, in its layer"),
        ("multi-label", "of a unit in its layer"),
        ("bottleneck", "either sign"),
        ("cnn", "of a unit in its layer"),
    ],
)
def test_legend_says_where_values_below_0_look_like_those_above(
    meet: Meet, name: str, words: str
) -> None:
    assert words in texts_of(meet(name))
