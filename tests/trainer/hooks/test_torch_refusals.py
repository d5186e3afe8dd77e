"""What cannot be watched is said in a line, and the loop goes on."""

from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
from torch import nn

from trainer.hooks.torch import watch

X = torch.rand(4, 6)
PICTURES = nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(18, 2))


class Own(nn.Module):
    """Computes all itself."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.rand(6, 2))

    def forward(self, x: Any) -> Any:
        return x @ self.weight


@pytest.mark.parametrize(
    ("model", "probe", "text"),
    [
        (Own(), X[0], "expected a model with layers, got Own that runs none"),
        (
            nn.Linear(6, 2),
            X[0, :5],
            r"one example such as x\[0\], got shape \(5,\): .* cannot be multiplied",
        ),
        (nn.Linear(6, 2), "six", r"tensor or array as probe, such as x\[0\], got str"),
        (nn.LazyLinear(2), X[0], "got none yet for 'weight'; run one batch"),
    ],
)
def test_strict_watch_says_why_a_model_cannot_be_watched(
    options: Any, model: Any, probe: Any, text: str
) -> None:
    with (
        pytest.raises((ValueError, RuntimeError), match=text),
        watch(model, probe, **options),
    ):
        pass


def test_error_in_looking_is_said_once_and_does_not_reach_the_loop(
    options: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with watch(nn.Linear(6, 2), X[0, :5], **{**options, "strict": False}) as w:
        for _ in range(3):
            assert not w.epoch(loss=1.0)

    assert w.publisher is not None
    assert w.publisher.dropped > 3
    assert len(caplog.records) == 1


def test_model_that_is_not_made_yet_is_shown_once_it_is(
    options: Any, read: Any
) -> None:
    model = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(2))

    with watch(model, X[0], **{**options, "strict": False}) as w:
        model(X)
        w.epoch()

    assert read().epochs() == [1]
    assert read().has("weights") == [1, 2]


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_model_of_torchscript_is_refused(options: Any) -> None:
    script = torch.jit.trace(nn.Linear(6, 2), X[:1])

    with (
        pytest.raises(ValueError, match=r"got one that torch\.jit made"),
        watch(script, X[0], **options),
    ):
        pass


def test_watch_takes_modules_only(options: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a torch\.nn\.Module, got function"):
        watch(lambda x: x, X[0], **options)


@pytest.mark.parametrize(
    ("model", "probe", "is_said"),
    [
        (nn.Linear(6, 2), X, True),
        (PICTURES, torch.rand(4, 3, 5, 5), True),
        (nn.Linear(6, 2), X[0], False),
        (nn.Linear(6, 2), X[:1], False),
        (PICTURES, torch.rand(3, 5, 5), False),
    ],
)
def test_probe_of_many_examples_is_asked_about(
    options: Any,
    caplog: pytest.LogCaptureFixture,
    model: Any,
    probe: Any,
    is_said: bool,
) -> None:
    with watch(model, probe, **{**options, "strict": False}):
        pass

    texts = [record.message[:38] for record in caplog.records]
    assert texts == ["expected one example as probe, such as"] * is_said


def test_label_that_is_no_number_is_refused_at_once(options: Any) -> None:
    wrong: Any = "dog"

    with pytest.raises(ValueError, match=r"label to be an index .*, got 'dog'"):
        watch(nn.Linear(6, 2), X[0], label=wrong, **options)


def test_head_that_is_none_is_refused_at_once(options: Any) -> None:
    wrong: Any = "softmaxx"

    with pytest.raises(ValueError, match="expected head to be one of softmax, sigmoid"):
        watch(nn.Linear(6, 2), X[0], head=wrong, **options)
