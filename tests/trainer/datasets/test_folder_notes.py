from pathlib import Path

from tests.trainer.datasets.conftest import noise, save
from trainer.datasets.folder import load_folder


def test_load_folder_counts_what_it_passes_over(folder: Path) -> None:
    save(noise(99), folder / "cat" / "moving.gif")
    (folder / "dog" / "notes").write_text("none")
    (folder / "dog" / "gone.png").symlink_to(folder / "nowhere.png")
    (folder / "dog" / "loop").symlink_to(folder)
    notes: list[str] = []

    dataset = load_folder(folder, learned=20, on_note=notes.append)

    assert dataset.classes == ("cat", "dog")
    assert notes == [
        "passed over what is no PNG or JPEG file: 1 .gif, 1 .png, 1 no ending"
    ]


def test_load_folder_names_only_some_of_many_classes(tmp_path: Path) -> None:
    for number in range(300):
        save(noise(number), tmp_path / f"{number:03}" / "0.png")
    notes: list[str] = []

    dataset = load_folder(tmp_path, learned=300, on_note=notes.append)

    assert len(dataset.classes) == 300
    assert notes == [
        "too few different examples to hold one out of '000', '001', '002', '003', "
        "'004' and 295 more"
    ]


def test_load_folder_says_that_classes_are_uneven(folder: Path) -> None:
    for number in range(100, 130):
        save(noise(number), folder / "dog" / f"{number}.png")
    notes: list[str] = []

    load_folder(folder, on_note=notes.append)

    assert notes == ["classes are uneven: from 8 of 'cat' to 38 of 'dog'"]


def test_load_folder_learns_made_up_drawings_of_known_shapes(tmp_path: Path) -> None:
    for number in range(16):
        name = ("circle", "other")[number % 2]
        save(noise(number, (20, 20)), tmp_path / name / f"{number}.png")
    notes: list[str] = []

    dataset = load_folder(tmp_path, learned=40, on_note=notes.append)

    assert notes == ["60 made-up drawings of these classes are learned, too"]
    assert 90 <= len(dataset.y) <= 100
    assert dataset.unknown == 1
    assert dataset.views is not None
    assert len(dataset.held_out_y) == 4


def test_load_folder_takes_all_unknown_things_for_one_class(tmp_path: Path) -> None:
    for number in range(24):
        name = ("circle", "other", "Unknown")[number % 3]
        save(noise(number, (20, 20)), tmp_path / name / f"{number}.png")

    dataset = load_folder(tmp_path, learned=40)

    assert dataset.classes == ("circle", "unknown")
    assert dataset.unknown == 1
