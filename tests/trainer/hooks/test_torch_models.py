"""What is published of a model is what its weights make of the probe."""

from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
from torch import nn

from tests.trainer.hooks import torch_models as models
from tests.trainer.hooks.torch_models import CLASSES, X, check, steps, train
from trainer.hooks.torch import watch


@pytest.mark.parametrize(
    "make",
    [
        models.Sequence,
        models.Nested,
        models.Functional,
        models.Overwriting,
        models.Shared,
        models.Tied,
        models.Parametrised,
        models.Keeping,
    ],
)
def test_published_equals_what_numpy_makes_of_the_weights(
    make: Any, options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model = make()

    with watch(model, X[0], **CLASSES, **options) as w:
        train(model, 3, w)

    check(read(), X[0].numpy(), model.steps())
    assert w.publisher is not None
    assert w.publisher.dropped == 0


def test_model_of_bfloat16_is_published_as_it_computes(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = models.Overwriting().to(torch.bfloat16)

    with watch(model, X[0], **CLASSES, **options):
        pass

    parts = model.float().steps()  # exactly what was rounded before
    check(read(), X[0].bfloat16().float().numpy(), parts, tolerance=0.02)


@pytest.mark.parametrize(
    ("outputs", "classes", "head", "function"),
    [
        (1, (), None, "linear"),
        (1, ("no", "yes"), None, "sigmoid"),
        (2, ("no", "yes"), None, "softmax"),
        (3, (), None, "linear"),
        (3, (), "softmax", "softmax"),
        (3, ("a", "b", "c"), "sigmoid", "sigmoid"),
        (3, ("a", "b", "c"), "linear", "linear"),
        (3, ("a", "b"), None, "linear"),
    ],
)
def test_outputs_are_read_as_the_classes_say_or_the_user(
    options: Any, read: Any, outputs: int, classes: Any, head: Any, function: str
) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, outputs))

    with watch(model, X[0], classes=classes, head=head, **options):
        pass

    made = steps((model[0], "relu"), (model[2], function))
    check(read(), X[0].numpy(), made)
    numbered = ("0", "1", "2") if head == "softmax" else ()
    assert read().manifest.classes == (tuple(classes) or numbered)
