from dataclasses import replace

import numpy as np
import pytest

from protocol.arrays import blob_bytes
from protocol.limits import RING_BYTES
from protocol.messages import Array, ArraySpec, Manifest
from trainer.building import specs_of
from trainer.editions import Edition, check_size, editions
from trainer.errors import UsageError

Arrays = dict[tuple[str, int], Array]


@pytest.fixture
def large(manifest: Manifest) -> Manifest:
    """A network of 4-5-3 units, of whose first matrix 15 weights may be sent."""
    kept = (s for s in manifest.arrays if s.kind != "confusion")
    return replace(manifest, arrays=tuple(kept))


@pytest.fixture
def arrays(large: Manifest) -> Arrays:
    found = {s.key: np.full(s.shape, 0.5, np.float32) for s in large.arrays}
    signs = np.array([[1], [-1], [1], [-1]], np.float32)
    found["weights", 1] = np.arange(20, dtype=np.float32).reshape(4, 5) * signs
    return found


def written(edition: Edition, arrays: Arrays) -> Arrays:
    slot = edition.slots.take()
    assert slot is not None
    edition.write(slot, arrays)
    return slot.arrays


def test_network_of_small_matrices_has_one_edition(large: Manifest) -> None:
    found = editions(large, 20, 2**20)

    assert found.whole is None
    assert found.usual.ring.manifest == large


def test_large_matrices_have_previews_beside_the_whole(large: Manifest) -> None:
    found = editions(large, 15, 2**20)

    specs = {spec.key: spec for spec in found.usual.ring.manifest.arrays}
    assert found.whole is not None
    assert found.whole.ring.manifest == large
    assert specs["weights", 1].shape == (3, 5)
    assert specs["weights", 1].full_shape == (4, 5)
    assert specs["weights", 1].dtype == "<f2"
    assert specs["weights", 2] in large.arrays


def test_whole_snapshots_are_not_kept_where_few_of_them_fit(large: Manifest) -> None:
    size = blob_bytes(large.arrays)

    found = editions(large, 15, 6 * size - 1)

    assert found.whole is None
    assert found.usual.ring.manifest != large


def test_editions_share_the_buffer(large: Manifest) -> None:
    found = editions(large, 15, 100_000)

    assert found.whole is not None
    both = (found.usual, found.whole)
    assert sum(each.slots.count * each.ring.size for each in both) <= 100_000
    assert all(each.ring.capacity == each.slots.count - 2 for each in both)


def test_edition_writes_the_strongest_weight_of_each_block(
    large: Manifest, arrays: Arrays
) -> None:
    usual = editions(large, 15, 2**20).usual

    found = written(usual, arrays)

    np.testing.assert_array_equal(
        found["weights", 1],
        [[-5, -6, -7, -8, -9], [10, 11, 12, 13, 14], [-15, -16, -17, -18, -19]],
    )
    np.testing.assert_array_equal(found["weights", 2], arrays["weights", 2])


def test_preview_has_the_largest_number_of_its_kind_where_it_cannot_hold_more(
    large: Manifest, arrays: Arrays
) -> None:
    usual = editions(large, 15, 2**20).usual
    arrays["weights", 1][:, :3] = [1e6, -1e6, np.inf]

    found = written(usual, arrays)

    assert found["weights", 1][0, :3].tolist() == [65504, -65504, np.inf]


def test_edition_takes_weights_of_doubles_that_do_not_lie_in_order(
    large: Manifest, arrays: Arrays
) -> None:
    usual = editions(large, 15, 2**20).usual
    expected = written(usual, arrays)["weights", 1].copy()
    arrays["weights", 1] = np.asfortranarray(arrays["weights", 1], np.float64)

    found = written(usual, arrays)

    np.testing.assert_array_equal(found["weights", 1], expected)


@pytest.mark.parametrize("key", [("weights", 1), ("bias", 2)])
def test_edition_says_which_array_does_not_fit(
    large: Manifest, arrays: Arrays, key: tuple[str, int]
) -> None:
    usual = editions(large, 15, 2**20).usual
    arrays[key] = np.zeros(7, np.float32)

    with pytest.raises(ValueError, match=rf"got \(7,\) - at \('{key[0]}', {key[1]}\)"):
        written(usual, arrays)


def test_network_of_any_weights_is_small_enough_when_previewed() -> None:
    check_size(specs_of((10_000, 1_000_000, 10)), 2**20)


def test_network_is_too_large_when_all_its_weights_are_wanted() -> None:
    with pytest.raises(
        UsageError, match=r"at most 1\.1 GB, got 40\.0 GB; .*--max-cells"
    ):
        check_size(specs_of((10_000, 1_000_000, 10)), 0)


@pytest.fixture
def plane(manifest: Manifest) -> Manifest:
    cells = ArraySpec(kind="class_map", layer=0, dtype="|u1", shape=(800, 800))
    return replace(manifest, arrays=(cells,))


def test_class_maps_are_packed_and_weights_are_not(
    large: Manifest, plane: Manifest
) -> None:
    assert editions(plane, 0, 2**20).usual.ring.packs is not None
    assert editions(large, 0, 2**20).usual.ring.packs is None


def test_snapshots_and_packed_payloads_share_the_buffer(plane: Manifest) -> None:
    found = editions(plane, 0, RING_BYTES).usual
    packs = found.ring.packs
    assert packs is not None

    assert found.slots.count * found.ring.size + packs.most_bytes <= RING_BYTES
    assert found.ring.capacity >= 251  # all layers of a run as usual


def test_more_snapshots_may_wait_for_a_thread_that_packs(plane: Manifest) -> None:
    small = editions(plane, 0, 4 * 640_000).usual
    usual = editions(plane, 0, RING_BYTES).usual

    assert small.slots.count - small.ring.capacity == 2
    assert usual.slots.count - usual.ring.capacity == 16
