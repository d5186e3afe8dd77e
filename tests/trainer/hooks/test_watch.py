"""A loop that reports its epochs, whatever the framework."""

from typing import Any

import pytest

from protocol.messages import EndReason
from trainer import Layer
from trainer.hooks.watch import Watch


def look() -> list[Layer]:
    return [Layer(activation=[1.0, 2.0])]


def fail() -> list[Layer]:
    raise RuntimeError("no such layer")


def test_watch_counts_epochs_from_one(options: Any, read: Any) -> None:
    with Watch(**options) as watch:
        for _ in range(5):
            watch.report(look, loss=1.0)

    assert read().epochs() == [1, 2, 4, 5]
    assert read().column("epoch") == [1, 2, 3, 4, 5]


def test_watch_goes_on_from_an_epoch_that_it_is_told(options: Any, read: Any) -> None:
    with Watch(**options) as watch:
        watch.report(look, epoch=7)
        watch.report(look)

    assert read().epochs() == [7, 8]


def test_error_in_the_loop_ends_the_run_and_goes_on_its_way(
    options: Any, read: Any
) -> None:
    def loop() -> None:
        with Watch(**options) as watch:
            watch.report(look)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop()

    assert read().reason is EndReason.ERROR


def test_error_in_looking_does_not_reach_the_loop(
    options: Any, read: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with Watch(**{**options, "strict": False}) as watch:
        watch.report(look)
        watch.report(fail)
        watch.report(look)

    assert read().reason is EndReason.DONE
    assert watch.publisher.dropped == 1
    assert len(caplog.records) == 1


def test_strict_watch_raises_what_goes_wrong_in_looking(options: Any) -> None:
    with pytest.raises(RuntimeError, match="no such layer"), Watch(**options) as watch:
        watch.report(fail)
