from pathlib import Path

import pytest
import zmq
from zmq.utils import z85

from protocol.errors import KeyFileError
from protocol.keys import text_of
from trainer.errors import TrainerError
from trainer.keygen import add_viewer, make_folder
from trainer.keyring import Keyring


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_folder(tmp_path / "keys")
    return tmp_path / "keys"


def test_keyring_reads_the_secret_that_keygen_made(folder: Path) -> None:
    public = zmq.curve_public(z85.encode(Keyring(folder).secret))

    assert f"public: {public.decode()}\n" in (folder / "server.key").read_text()


def test_keyring_reads_anew_whom_to_let_in(folder: Path) -> None:
    keyring = Keyring(folder)
    first = keyring.public_keys()

    add_viewer(folder, "anna")
    both = keyring.public_keys()
    (folder / "authorized" / "viewer.key").unlink()
    second = keyring.public_keys()

    assert (len(first), len(both), len(second)) == (1, 2, 1)
    assert first | second == both


def test_keyring_ignores_files_that_hold_no_key_and_says_so_once(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = folder / "authorized" / "bad.key"
    bad.write_text("hello")
    (folder / "authorized" / "folder.key").mkdir()
    keyring = Keyring(folder)

    found = [keyring.public_keys() for _ in range(2)]

    assert [len(keys) for keys in found] == [1, 1]
    (line,) = caplog.messages
    assert line.startswith(f"ignored {bad}: expected one line 'public: ...'")


def test_keyring_never_takes_a_secret_key_for_one_that_is_let_in(folder: Path) -> None:
    public, secret = (key.decode() for key in zmq.curve_keypair())
    (folder / "authorized" / "new.key").write_text(text_of("", public, secret))

    assert len(Keyring(folder).public_keys()) == 1


def test_keyring_lets_nobody_in_where_the_folder_is_gone(folder: Path) -> None:
    keyring = Keyring(folder)
    (folder / "authorized" / "viewer.key").unlink()
    (folder / "authorized").rmdir()

    assert keyring.public_keys() == set()


def test_keyring_raises_where_there_are_no_keys(tmp_path: Path) -> None:
    path = tmp_path / "server.key_secret"

    with pytest.raises(TrainerError, match=f"^no key {path}; make it with trainer key"):
        Keyring(tmp_path)


def test_keyring_raises_where_others_can_read_the_secret(folder: Path) -> None:
    (folder / "server.key_secret").chmod(0o644)

    with pytest.raises(KeyFileError, match="got mode 644; say chmod 600"):
        Keyring(folder)


def test_keyring_raises_where_the_secret_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "server.key_secret").mkdir()

    with pytest.raises(TrainerError, match=r"^cannot read .*server.key_secret: is a d"):
        Keyring(tmp_path)
