import time

import pytest

from trainer.progress import Bar, Lines, Speed, progress


class At25:
    """A run after 25 epochs."""

    epoch, step = 25, 50

    def row(self, seconds: float) -> list[float]:
        return []

    def figures(self) -> str:
        return "loss 0.5000  held-out accuracy 0.700"


STEP = At25()


def test_lines_print_one_for_each_snapshot(capsys: pytest.CaptureFixture[str]) -> None:
    with Lines(100) as shown:
        shown.step(STEP, 2)
        shown.snapshot(STEP, 2)

    said = capsys.readouterr().err
    assert said.startswith("epoch 25/100  loss 0.5000  held-out accuracy 0.700")
    assert said.endswith("2 viewers\n")
    assert said.count("\n") == 1


def test_bar_shows_where_the_training_stands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("FORCE_COLOR", "1")

    with Bar(100) as shown:
        shown.step(STEP, 1)
        shown.snapshot(STEP, 1)
        shown.say("a [word]")

    said = capsys.readouterr().err
    assert "25/100" in said
    assert "loss 0.5000" in said
    assert "1 viewer" in said
    assert "a [word]" in said


def test_progress_is_lines_where_there_is_no_terminal() -> None:
    assert isinstance(progress(1), Lines)


def test_speed_is_nothing_before_the_first_epoch() -> None:
    assert Speed().text == "0 epochs/s"


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [(3, "1.5 epochs/s"), (900, "450 epochs/s"), (4200, "2,100 epochs/s")],
)
def test_speed_is_written_without_exponents(
    monkeypatch: pytest.MonkeyPatch, epochs: int, expected: str
) -> None:
    speed = Speed()
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    speed.step(0)
    now = 102.0
    speed.step(epochs)

    assert speed.text == expected
