from pathlib import Path

import pytest
import zmq

from protocol.errors import KeyFileError
from protocol.keys import text_of
from viewer.errors import UsageError
from viewer.keyring import read_keyring

SECRET = 0o600


def write(path: Path, *, secret: bool = True) -> str:
    """Make keys; give the public one."""
    public, own = (key.decode() for key in zmq.curve_keypair())
    path.write_text(text_of("", public, own if secret else None))
    path.chmod(SECRET)
    return public


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "server.key", secret=False)
    write(tmp_path / "viewer.key_secret")
    return tmp_path


def test_read_keyring_reads_both_keys(folder: Path) -> None:
    found = read_keyring(folder)

    assert found.own_path == folder / "viewer.key_secret"
    assert found.own.secret is not None
    assert found.server != found.own.public


def test_read_keyring_takes_the_only_viewer_there_is(folder: Path) -> None:
    (folder / "viewer.key_secret").rename(folder / "anna.key_secret")
    write(folder / "server.key_secret")

    assert read_keyring(folder).own_path == folder / "anna.key_secret"


def test_read_keyring_prefers_the_usual_name(folder: Path) -> None:
    write(folder / "anna.key_secret")

    assert read_keyring(folder).own_path == folder / "viewer.key_secret"


def test_read_keyring_does_not_guess_which_viewer_is_meant(folder: Path) -> None:
    (folder / "viewer.key_secret").rename(folder / "anna.key_secret")
    write(folder / "ben.key_secret")

    with pytest.raises(
        UsageError, match=r"got anna.key_secret, ben.key_secret; call the one to use .*"
    ):
        read_keyring(folder)


@pytest.mark.parametrize("name", ["server.key", "viewer.key_secret"])
def test_read_keyring_says_which_file_is_missing_and_where_it_is(
    folder: Path, name: str
) -> None:
    (folder / name).unlink()

    with pytest.raises(
        UsageError, match=rf"^no key {folder / name}; fetch it .* trainer keygen DIR"
    ):
        read_keyring(folder)


def test_read_keyring_does_not_take_the_trainer_s_secret_for_its_own(
    folder: Path,
) -> None:
    (folder / "viewer.key_secret").rename(folder / "server.key_secret")

    with pytest.raises(UsageError, match=r"^no key .*viewer.key_secret; fetch"):
        read_keyring(folder)


def test_read_keyring_refuses_a_secret_that_others_can_read(folder: Path) -> None:
    (folder / "viewer.key_secret").chmod(0o640)

    with pytest.raises(KeyFileError, match="got mode 640; say chmod 600"):
        read_keyring(folder)


def test_read_keyring_raises_where_a_file_cannot_be_read(folder: Path) -> None:
    (folder / "viewer.key_secret").unlink()
    (folder / "viewer.key_secret").mkdir()

    with pytest.raises(UsageError, match=r"^cannot read .*viewer.key_secret: is a dir"):
        read_keyring(folder)
