import sys

import pytest

from viewer import progress as module
from viewer.progress import Bar, Lines, progress


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
            lines.count(snapshots=frame // 10, of=21, frames=frame)
        lines.say("a remark")

    assert capsys.readouterr().err.splitlines() == [
        "snapshot 5 of 21, 50 frames",
        "snapshot 10 of 21, 100 frames",
        "a remark",
    ]


def test_lines_leave_out_what_is_not_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "LINE_S", 0.0)

    with Lines() as lines:
        lines.count(snapshots=3, of=0, frames=0)

    assert capsys.readouterr().err == "snapshot 3\n"


def test_bar_shows_counts_and_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "REFRESH_S", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")

    with Bar() as bar:
        bar.count(snapshots=5, of=21, frames=300)
        bar.say("a remark")

    error = capsys.readouterr().err
    assert "5/21" in error
    assert "300 frames" in error
    assert "a remark\n" in error
