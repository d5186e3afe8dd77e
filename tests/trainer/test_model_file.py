import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from trainer import model_file
from trainer.model_file import ModelFileError, check_target, load, save

META = {"kind": "mlp", "classes": ["circle", "Kreis ○"], "steps": 2**80}
ARRAYS: dict[str, Any] = {
    "w": np.arange(12, dtype=np.float32).reshape(3, 4),
    "b": np.zeros(4),
}
SHARED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "model.npz"
    save(path, META, ARRAYS)
    return path


@given(
    arrays_of.arrays(
        arrays_of.integer_dtypes() | arrays_of.floating_dtypes(),
        arrays_of.array_shapes(min_dims=0, min_side=0),
    )
)
@SHARED
def test_any_numbers_come_back_as_they_were(tmp_path: Path, array: Any) -> None:
    save(tmp_path / "model.npz", META, {"x": array})

    found = load(tmp_path / "model.npz").arrays["x"]

    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype


def test_what_it_means_comes_back(saved: Path) -> None:
    meta = load(saved, "mlp").meta

    assert {name: meta[name] for name in META} == META


def test_plain_numpy_reads_the_arrays(saved: Path) -> None:
    with np.load(saved, allow_pickle=False) as file:
        np.testing.assert_array_equal(file["w"], ARRAYS["w"])


def test_the_same_model_is_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    save(tmp_path / "again.npz", META, ARRAYS)

    assert (tmp_path / "again.npz").read_bytes() == saved.read_bytes()


@given(st.data())
@SHARED
def test_a_file_that_was_cut_anywhere_is_refused(saved: Path, data: Any) -> None:
    content = saved.read_bytes()
    cut = saved.with_name("cut.npz")
    cut.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])

    with pytest.raises(ModelFileError, match="not a model"):
        load(cut)


@given(st.data())
@SHARED
def test_a_file_with_an_altered_byte_is_refused(saved: Path, data: Any) -> None:
    content = bytearray(saved.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(
        st.integers(1, 255)
    )
    altered = saved.with_name("altered.npz")
    altered.write_bytes(content)

    with pytest.raises(ModelFileError, match="not a model"):
        load(altered)


def test_a_file_with_something_added_is_refused(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes() + b"more")

    with pytest.raises(ModelFileError, match="cut short or altered"):
        load(saved)


def test_another_npz_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=np.zeros(3))

    with pytest.raises(ModelFileError, match=r"data\.npz is not a model, or was cut"):
        load(tmp_path / "data.npz")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"cannot read .*none\.npz': no such file"):
        load(tmp_path / "none.npz")


def test_another_kind_of_model_is_refused(saved: Path) -> None:
    with pytest.raises(ModelFileError, match="kind 'space', got 'mlp'"):
        load(saved, "space")


def test_a_later_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_file, "VERSION", 2)
    save(tmp_path / "new.npz", META, ARRAYS)
    monkeypatch.undo()

    with pytest.raises(ModelFileError, match=r"version 1, got 2: .* a newer neurocast"):
        load(tmp_path / "new.npz")


def forge(path: Path, members: Mapping[str, bytes], compression: int) -> None:
    """Write any members with a digest that is right, as somebody could on purpose."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
        file.comment = b"0" * model_file.DIGEST
    whole = path.read_bytes()[: -model_file.DIGEST]
    digest = hashlib.sha256(whole).hexdigest()
    path.write_bytes(whole + digest.encode())


def header(text: str) -> bytes:
    line = text.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(line).to_bytes(2, "little") + line


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4'",
        "[" * 500,
    ],
)
def test_an_array_that_lies_about_itself_is_refused(tmp_path: Path, text: str) -> None:
    content = {"x.npy": header(text) + bytes(8)}
    forge(tmp_path / "forged.npz", content, zipfile.ZIP_STORED)

    with pytest.raises(ModelFileError, match=r"cannot read the model .*forged"):
        load(tmp_path / "forged.npz")


def test_a_compressed_array_is_refused(tmp_path: Path) -> None:
    bomb = {"x.npy": header("{}") + bytes(1 << 20)}
    forge(tmp_path / "bomb.npz", bomb, zipfile.ZIP_DEFLATED)

    with pytest.raises(ModelFileError, match="is compressed"):
        load(tmp_path / "bomb.npz")


def test_a_file_without_meaning_is_refused(tmp_path: Path) -> None:
    forge(tmp_path / "forged.npz", {}, zipfile.ZIP_STORED)

    with pytest.raises(ModelFileError, match="not a model"):
        load(tmp_path / "forged.npz")


def test_the_old_file_stays_whole_when_the_new_one_cannot_be_written(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(ModelFileError, match=r"cannot save .* no space left on device"):
        save(saved, META, {})

    assert set(load(saved).arrays) == set(ARRAYS)
    assert list(saved.parent.iterdir()) == [saved]


def test_a_model_may_be_saved_over(saved: Path) -> None:
    check_target(saved)


def test_what_is_no_model_is_not_saved_over(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=np.zeros(3))

    for name in ("data.npz", "."):
        with pytest.raises(ModelFileError, match="it is there already and"):
            check_target(tmp_path / name)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="there is no folder"):
        check_target(tmp_path / "none" / "model.npz")


def test_meta_is_json(saved: Path) -> None:
    with np.load(saved) as file:
        assert json.loads(file["meta"].tobytes())["format"] == "neurocast model"


def test_a_name_as_long_as_may_be_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / f"{'m' * 251}.npz"
    check_target(path)

    save(path, META, {})

    assert load(path).meta["kind"] == META["kind"]
