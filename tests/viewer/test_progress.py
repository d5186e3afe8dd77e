import sys

import pytest

from viewer import progress as module
from viewer.pace import Counts
from viewer.progress import Bar, Lines, progress


def counts(frames: int) -> Counts:
    return Counts(snapshots=frames // 10, of_snapshots=21, frames=frames, of_frames=700)


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert isinstance(progress(), Bar)

    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert isinstance(progress(), Lines)


def test_lines_come_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(module, "clock", lambda: now)

    with Lines() as lines:
        for frame in range(1, 101):
            now = frame * 0.1
            lines.count(counts(frame))
        lines.say("a remark")

    assert capsys.readouterr().err.splitlines() == [
        "snapshot 5 of 21, 50 of 700 frames, 10 a second, 1 min 5 s left",
        "snapshot 10 of 21, 100 of 700 frames, 10 a second, 1 min 0 s left",
        "a remark",
    ]


def test_lines_are_not_said_again_while_nothing_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(module, "clock", lambda: now)

    with Lines() as lines:
        for second in range(60):
            now = float(second)
            lines.count(counts(200))

    assert len(capsys.readouterr().err.splitlines()) == 1


def test_lines_leave_out_what_is_not_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "LINE_S", 0.0)

    with Lines() as lines:
        lines.count(Counts(snapshots=3))

    assert capsys.readouterr().err == "snapshot 3\n"


def test_bar_shows_counts_and_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(module, "clock", lambda: now)
    monkeypatch.setattr(module, "REFRESH_S", 0.0)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")

    with Bar() as bar:
        for second, frames in enumerate((0, 100, 200)):
            now = float(second)
            bar.count(counts(frames))
        bar.say("a remark")

    error = capsys.readouterr().err
    assert "20 of 21" in error
    assert "200 of 700 frames, 100 a second, 5 s left" in error
    assert "a remark\n" in error
