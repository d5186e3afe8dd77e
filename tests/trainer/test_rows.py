from typing import Any

import array_api_strict
import numpy as np
import pytest

from trainer.backend import CPU, Backend
from trainer.rows import Rows

STRICT = Backend("strict", array_api_strict, array_api_strict.asarray, np.asarray)


@pytest.mark.parametrize("backend", [CPU, STRICT], ids=["numpy", "strict"])
def test_rows_come_in_the_order_of_their_indices(backend: Backend) -> None:
    array: Any = np.arange(20, dtype=np.float32).reshape(10, 2)
    rows = Rows(backend, backend.to_device(array))

    for indices in ([3, 1], [9, 0, 4, 4], [2]):
        found = rows.take(np.array(indices))
        np.testing.assert_array_equal(np.asarray(found), array[indices])


def test_rows_are_copied_into_the_same_memory() -> None:
    array = np.arange(20, dtype=np.float32).reshape(10, 2)
    rows = Rows(CPU, array)

    first, second = rows.take(np.array([1, 2, 3])), rows.take(np.array([5, 6]))

    assert np.shares_memory(first, second)
    assert not np.shares_memory(first, array)
