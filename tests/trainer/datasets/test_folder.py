from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.trainer.datasets.conftest import noise, save
from trainer.datasets.dataset import DatasetError
from trainer.datasets.drawing import CLASSES, generate
from trainer.datasets.folder import load_folder
from trainer.models.mlp import MLP
from trainer.recipe import Recipe
from trainer.training import Training


def test_load_folder_makes_a_class_of_each_sub_folder(folder: Path) -> None:
    dataset = load_folder(folder, learned=100)

    assert dataset.name == folder.name
    assert dataset.classes == ("cat", "dog")
    assert dataset.input_shape == (12, 9)
    assert dataset.x.shape == (len(dataset.y), 108)
    assert dataset.x.dtype == np.float32
    assert 0 <= dataset.x.min() <= dataset.x.max() <= 1 + 1e-6


def test_load_folder_holds_a_share_of_each_class_out(folder: Path) -> None:
    dataset = load_folder(folder, held_out=0.25)

    assert sorted(dataset.held_out_y) == [0, 0, 1, 1]


def test_load_folder_multiplies_few_pictures(folder: Path) -> None:
    dataset = load_folder(folder, learned=120)

    np.testing.assert_array_equal(np.bincount(dataset.y), [60, 60])


def test_load_folder_leaves_many_pictures_as_they_are(folder: Path) -> None:
    dataset = load_folder(folder, learned=1, held_out=0)

    assert len(dataset.x) == 16


def test_load_folder_gives_the_same_when_the_seed_is(folder: Path) -> None:
    one, two = (load_folder(folder, seed=5, learned=50) for _ in range(2))

    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.held_out_x, two.held_out_x)


def test_load_folder_keeps_copies_on_one_side(tmp_path: Path) -> None:
    for number in range(12):
        for quarters in range(4):
            turned = noise(number, (40, 40)).rotate(90 * quarters)
            name = ("cat", "dog")[number % 2]
            save(turned, tmp_path / name / f"{number}-{quarters}.png")

    dataset = load_folder(tmp_path, learned=1)

    learned = {row.tobytes() for row in dataset.x}
    copies = [
        np.rot90(row.reshape(40, 40), k) for row in dataset.held_out_x for k in range(4)
    ]
    assert len(dataset.held_out_x) > 0
    assert not any(np.ascontiguousarray(copy).tobytes() in learned for copy in copies)


def test_load_folder_passes_over_what_is_no_picture(folder: Path) -> None:
    (folder / "notes.txt").write_text("not a class", encoding="utf-8")
    (folder / "cat" / "notes.txt").write_text("not a cat", encoding="utf-8")
    (folder / "cat" / ".hidden.png").write_bytes(b"not a picture")
    (folder / "cat" / "folder.png").mkdir()
    save(noise(99), folder / ".hidden" / "0.png")
    skipped: list[Path] = []

    dataset = load_folder(folder, on_skip=lambda path, why: skipped.append(path))

    assert dataset.classes == ("cat", "dog")
    assert skipped == []


def test_load_folder_names_each_broken_picture_once_and_goes_on(folder: Path) -> None:
    whole = save(noise(50), folder / "cat" / "cut.png")
    whole.write_bytes(whole.read_bytes()[:60])
    (folder / "dog" / "empty.jpg").write_bytes(b"")
    skipped: dict[str, str] = {}

    def skip(path: Path, why: str) -> None:
        assert path.name not in skipped
        skipped[path.name] = why

    dataset = load_folder(folder, learned=1, on_skip=skip)

    assert sorted(skipped) == ["cut.png", "empty.jpg"]
    assert "truncated" in skipped["cut.png"]
    assert len(dataset.x) + len(dataset.held_out_x) == 16


def test_load_folder_drops_a_class_whose_pictures_are_all_broken(folder: Path) -> None:
    (folder / "fox").mkdir()
    (folder / "fox" / "0.png").write_bytes(b"")

    dataset = load_folder(folder)

    assert dataset.classes == ("cat", "dog")


def test_load_folder_brings_all_to_the_commonest_size(folder: Path) -> None:
    save(noise(50, (30, 30)), folder / "cat" / "large.png")
    notes: list[str] = []

    dataset = load_folder(folder, on_note=notes.append)

    assert dataset.input_shape == (12, 9)
    assert notes == ["pictures of 2 sizes are brought to 9 x 12 pixels"]


def test_load_folder_says_nothing_when_all_sizes_are_equal(folder: Path) -> None:
    notes: list[str] = []

    load_folder(folder, on_note=notes.append)

    assert notes == []


@pytest.mark.parametrize(
    ("shape", "found"),
    [((8, 8), (8, 8)), ((100, 80), (100, 80)), ((400, 200), (100, 50))],
)
def test_load_folder_keeps_any_size_up_to_a_hundred(
    tmp_path: Path, shape: tuple[int, int], found: tuple[int, int]
) -> None:
    for number in range(4):
        save(noise(number, shape), tmp_path / str(number % 2) / f"{number}.png")

    dataset = load_folder(tmp_path, learned=8)

    assert dataset.input_shape == found
    assert dataset.features == found[0] * found[1]


def test_load_folder_takes_the_size_it_is_given(folder: Path) -> None:
    assert load_folder(folder, size=(6, 7)).input_shape == (6, 7)


def test_load_folder_reads_pictures_of_all_kinds_and_endings(tmp_path: Path) -> None:
    for number, mode in enumerate(["L", "RGB", "RGBA", "P", "1", "LA"]):
        save(noise(number).convert(mode), tmp_path / "mixed" / f"{mode}.PNG")
    deep = np.asarray(noise(7), np.uint16) * 257
    save(Image.fromarray(deep), tmp_path / "mixed" / "deep.png")
    save(noise(8), tmp_path / "other" / "photo.JPG")
    save(noise(9), tmp_path / "other" / "photo.jpeg")
    skipped: list[Path] = []

    dataset = load_folder(
        tmp_path, learned=1, on_skip=lambda path, why: skipped.append(path)
    )

    assert skipped == []
    assert len(dataset.x) + len(dataset.held_out_x) == 9


def test_load_folder_takes_names_in_any_writing(tmp_path: Path) -> None:
    for number, name in enumerate(["猫", "Kreis größer"]):
        for copy in range(3):
            seed = 10 * number + copy
            save(noise(seed), tmp_path / "рисунки" / name / f"ü{copy}.png")

    dataset = load_folder(tmp_path / "рисунки")

    assert dataset.name == "рисунки"
    assert set(dataset.classes) == {"猫", "Kreis größer"}


def test_load_folder_learns_from_the_only_picture_of_a_class(folder: Path) -> None:
    save(noise(60), folder / "owl" / "only.png")
    notes: list[str] = []

    dataset = load_folder(folder, on_note=notes.append)

    owl = dataset.classes.index("owl")
    assert owl in dataset.y
    assert owl not in dataset.held_out_y
    assert notes[-1] == "too few different examples to hold one out of 'owl'"


def test_load_folder_tells_its_progress(folder: Path) -> None:
    told: list[tuple[int, int]] = []

    load_folder(folder, on_progress=lambda done, total: told.append((done, total)))

    assert told == [(done, 16) for done in range(1, 17)]


def test_load_folder_says_when_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^no such folder: .*nowhere$"):
        load_folder(tmp_path / "nowhere")


def test_load_folder_says_when_it_is_a_file(tmp_path: Path) -> None:
    path = save(noise(0), tmp_path / "file.png")

    with pytest.raises(DatasetError, match=r"expected a folder .* got a file: .*png$"):
        load_folder(path)


def test_load_folder_says_when_there_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()

    with pytest.raises(DatasetError, match=r"found no pictures .*; put pictures"):
        load_folder(tmp_path)


def test_load_folder_says_when_pictures_lie_in_no_class(tmp_path: Path) -> None:
    save(noise(0), tmp_path / "0.png")

    with pytest.raises(DatasetError, match="1 lies in the folder itself"):
        load_folder(tmp_path)


def test_load_folder_says_when_there_is_only_one_class(folder: Path) -> None:
    for picture in (folder / "dog").iterdir():
        picture.unlink()

    with pytest.raises(DatasetError, match=r"only one class, 'cat'; put pictures into"):
        load_folder(folder)


def test_load_folder_says_when_all_but_one_class_is_broken(tmp_path: Path) -> None:
    save(noise(0), tmp_path / "cat" / "0.png")
    (tmp_path / "dog").mkdir()
    (tmp_path / "dog" / "0.png").write_bytes(b"")

    with pytest.raises(DatasetError, match=r"only one class, 'cat' \(1 .* skipped\)"):
        load_folder(tmp_path)


def test_load_folder_says_when_every_picture_is_broken(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.png").write_bytes(b"")

    with pytest.raises(DatasetError, match="none of 2 pictures can be read"):
        load_folder(tmp_path)


@pytest.mark.slow
def test_drawings_in_a_folder_are_told_apart(tmp_path: Path) -> None:
    pictures, labels = generate(160, np.random.default_rng(3))
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        if CLASSES[label] != "unknown":
            image = Image.fromarray((255 * (1 - picture)).astype(np.uint8))
            save(image, tmp_path / CLASSES[label] / f"{number}.png")

    dataset = load_folder(tmp_path)
    model = MLP((dataset.features, 12, 12, 12, 3))
    steps = list(Training(model, dataset, Recipe(epochs=150)))

    assert 7000 < len(dataset.x) <= 8100  # half of them made up
    assert steps[-1].held_out.accuracy > 0.75
