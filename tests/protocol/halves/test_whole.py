"""Whole snapshots beside previews, for viewers that ask for all weights."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from protocol.messages import ArraySpec, Manifest, SnapshotPart, Welcome

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import TrainerHalf

FULL = ArraySpec(kind="weights", layer=0, dtype="<f4", shape=(10, 10))
PREVIEW = replace(FULL, shape=(5, 1), full_shape=(10, 10))


@pytest.fixture
def trainer(
    make_trainer: "Callable[..., TrainerHalf]", small: Manifest
) -> "TrainerHalf":
    usual = replace(small, arrays=(PREVIEW,))
    return make_trainer(usual, whole_manifest=replace(small, arrays=(FULL,)))


@pytest.mark.parametrize(
    ("max_cells", "size"), [(0, 20), (5, 20), (99, 20), (100, 400), (2**53, 400)]
)
def test_viewer_gets_whole_snapshots_when_it_asks_for_all_weights(
    trainer: "TrainerHalf", max_cells: int, size: int
) -> None:
    trainer.publish(blob=bytes(20), whole=bytes(400))
    trainer.hello(max_cells=max_cells)

    welcome, part = trainer.sent()

    assert isinstance(welcome, Welcome)
    assert isinstance(part, SnapshotPart)
    assert len(part.payload.data) == size
    assert welcome.manifest.arrays == ((FULL,) if size == 400 else (PREVIEW,))


def test_both_kinds_have_the_same_numbers_and_rows(trainer: "TrainerHalf") -> None:
    trainer.hello(peer=b"usual")
    trainer.hello(peer=b"whole", max_cells=100)
    for peer in (b"usual", b"whole"):
        trainer.sent(peer=peer)

    trainer.publish(blob=bytes(20), whole=bytes(400))

    (usual,), (whole,) = trainer.sent(peer=b"usual"), trainer.sent(peer=b"whole")
    assert isinstance(usual, SnapshotPart)
    assert isinstance(whole, SnapshotPart)
    assert (usual.seq, len(usual.rows)) == (whole.seq, len(whole.rows)) == (1, 1)


@pytest.mark.parametrize("sizes", [(20, 399), (19, 400)])
def test_publishing_refuses_blobs_of_another_size(
    trainer: "TrainerHalf", sizes: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="expected a blob of"):
        trainer.publish(blob=bytes(sizes[0]), whole=bytes(sizes[1]))

    assert trainer.publishing.seq == 0
