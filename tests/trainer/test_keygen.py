import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from protocol.keys import parse
from trainer import cli, keygen
from trainer.errors import TrainerError, UsageError


def modes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keygen.make_folder(tmp_path / "keys")
    return tmp_path / "keys"


def test_keygen_makes_files_that_only_the_owner_can_read(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["keygen", str(tmp_path / "keys")])

    assert result.exit_code == 0
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    made = modes(tmp_path / "keys")
    assert set(made) == {
        "authorized",
        "authorized/viewer.key",
        "server.key",
        "server.key_secret",
        "viewer.key_secret",
    }
    assert made["server.key_secret"] == made["viewer.key_secret"] == 0o600
    assert made["authorized"] == 0o700


def test_keygen_says_what_to_copy_and_what_to_run(tmp_path: Path) -> None:
    folder = tmp_path / "my keys"

    result = CliRunner().invoke(cli.app, ["keygen", str(folder)])

    copied = next(line for line in result.stdout.splitlines() if "scp " in line)
    assert f"USER@THIS-HOST:{folder}/server.key'" in copied
    assert f"USER@THIS-HOST:{folder}/viewer.key_secret'" in copied
    assert "server.key_secret" not in copied
    assert f"trainer run --bind 0.0.0.0 --keys '{folder}'" in result.stdout
    assert "viewer connect THIS-HOST:5556 --keys 'my keys'" in result.stdout


def test_keygen_makes_one_more_viewer(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.key*")}

    result = CliRunner().invoke(cli.app, ["keygen", str(folder), "--viewer", "anna"])

    after = {path: path.read_bytes() for path in folder.rglob("*.key*")}
    new = {path.relative_to(folder).as_posix() for path in after.keys() - before.keys()}
    assert new == {"anna.key_secret", "authorized/anna.key"}
    assert {path: after[path] for path in before} == before
    assert "anna.key_secret" in result.stdout
    assert modes(folder)["anna.key_secret"] == 0o600


def test_secret_and_authorized_key_of_a_viewer_belong_together(folder: Path) -> None:
    secret, public = (
        parse(path.read_bytes(), 0, path)
        for path in (folder / "viewer.key_secret", folder / "authorized/viewer.key")
    )

    assert secret.public == public.public
    assert public.secret is None


def test_keygen_overwrites_no_key(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"server.key; for one more viewer say train"):
        keygen.make_folder(folder)
    with pytest.raises(TrainerError, match=r"viewer.key_secret is there already"):
        keygen.add_viewer(folder, "viewer")


def test_keygen_leaves_nothing_behind_when_it_fails(folder: Path) -> None:
    (folder / "authorized" / "anna.key").write_text("")

    with pytest.raises(TrainerError, match=r"anna.key is there already"):
        keygen.add_viewer(folder, "anna")

    assert not (folder / "anna.key_secret").exists()
    assert (folder / "authorized" / "anna.key").read_text() == ""


@pytest.mark.parametrize("name", ["server", "Server", "../x", "a/b", ".hidden", "a b"])
def test_keygen_refuses_names_that_will_not_do(folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match="expected --viewer with a name"):
        keygen.add_viewer(folder, name)


def test_keygen_adds_no_viewer_where_there_is_no_trainer(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"server.key_secret, there is none; say trai"):
        keygen.add_viewer(tmp_path, "anna")


def test_keygen_raises_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")

    with pytest.raises(TrainerError, match=r"^cannot write keys to .*: file exists$"):
        keygen.make_folder(tmp_path / "keys")
