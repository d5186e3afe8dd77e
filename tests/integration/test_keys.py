"""Who is let in by a trainer with keys, and what the others are told, on both sides."""

import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.keygen import add_viewer
from viewer.sources import FileSource

if TYPE_CHECKING:
    from tests.integration.conftest import Program, Start

ENDLESS = ("--epochs", "100000", "--every", "1", "--pace", "0.05")


def mixed(folder: Path, server: Path, viewer: Path) -> Path:
    """Make a folder with the server's key of one and the viewer's of another."""
    folder.mkdir()
    shutil.copy(server / "server.key", folder)
    shutil.copy(viewer / "viewer.key_secret", folder)
    return folder


def refusal_of(viewer: "Program") -> str:
    """Wait for the end of a viewer that is refused; give the line that it ends with."""
    assert viewer.end() == 1
    assert viewer.out == ""
    return viewer.lines[-1]


def test_viewer_with_an_authorised_key_gets_the_whole_run(
    start: "Start", train: "Start", keys: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    run = ("--epochs", "10", "--every", "2", "--wait", "1", "--bind", "0.0.0.0")
    trainer = train(*run, "--keys", keys)
    port = trainer.address.rpartition(":")[2]

    viewer = start(
        *("viewer", "record", f"127.0.0.1:{port}", "-o", path, "--keys", keys)
    )

    assert (trainer.end(), viewer.end()) == (0, 0)
    with FileSource(path) as source:
        assert source.count() == 6


def test_viewers_with_wrong_keys_or_none_are_refused_in_a_line_on_both_sides(
    start: "Start", train: "Start", keys: Path, others: Path, tmp_path: Path
) -> None:
    trainer = train(*ENDLESS, "--keys", keys)
    unknown = mixed(tmp_path / "unknown", keys, others)
    wrong_server = mixed(tmp_path / "wrong", others, keys)
    options: list[tuple[str | Path, ...]] = [
        (),
        ("--keys", unknown),
        ("--keys", wrong_server),
    ]

    viewers = [start("viewer", "info", trainer.address, *each) for each in options]
    without, not_known, not_the_one = [refusal_of(viewer) for viewer in viewers]

    said = f"Error: key refused: the trainer on {trainer.address} "
    assert without.startswith(f"{said}lets in only viewers with keys; say --keys DIR")
    assert not_known.startswith(f"{said}does not know {unknown}/viewer.key_secret; ")
    assert not_the_one.startswith(f"{said}is not the one of {wrong_server}/server.key;")
    trainer.wait_for_line(r"^refused a viewer without keys; it needs --keys$")
    trainer.wait_for_line(
        f"^refused a viewer from 127.0.0.1: its key is not in {keys}/authorized$"
    )
    trainer.wait_for_line("^refused a viewer that has the server.key of another train")


def test_viewer_with_keys_does_not_watch_a_trainer_without(
    start: "Start", train: "Start", keys: Path
) -> None:
    trainer = train(*ENDLESS)

    viewer = start("viewer", "info", trainer.address, "--keys", keys)

    assert refusal_of(viewer).startswith(
        f"Error: keys refused: the trainer on {trainer.address} has none; start it with"
    )
    trainer.wait_for_line("^refused a viewer with keys: this trainer was started witho")


def test_viewers_are_added_and_revoked_while_the_run_goes_on(
    start: "Start", train: "Start", keys: Path, tmp_path: Path
) -> None:
    trainer = train(*ENDLESS, "--keys", keys)
    (keys / "authorized" / "viewer.key").unlink()
    add_viewer(keys, "anna")
    anna = tmp_path / "anna"
    anna.mkdir()
    shutil.copy(keys / "server.key", anna)
    shutil.copy(keys / "anna.key_secret", anna)

    revoked = start("viewer", "info", trainer.address, "--keys", keys)
    added = start("viewer", "info", trainer.address, "--keys", anna)

    assert added.end() == 0
    assert "does not know" in refusal_of(revoked)


def test_recorder_keeps_what_it_has_when_the_trainer_comes_back_with_other_keys(
    start: "Start", train: "Start", keys: Path, others: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train(*ENDLESS, "--wait", "1", "--keys", keys)
    address, port = trainer.address, trainer.address.rpartition(":")[2]
    viewer = start("viewer", "record", address, "-o", path, "--keys", keys)
    trainer.wait_for_line(r"^epoch 3/")

    trainer.signal(signal.SIGKILL)
    trainer.end()
    train(*ENDLESS, "--port", port, "--keys", others)
    viewer.wait_for_line(f"^key refused: the trainer on {address} is not the one of ")
    viewer.signal(signal.SIGINT)

    assert viewer.end() == 130
    assert len([line for line in viewer.lines if "refused" in line]) == 1
    with FileSource(path) as source:
        assert source.count() >= 3
