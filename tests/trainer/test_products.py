from dataclasses import replace

import numpy as np
import pytest

from trainer.backend import CPU
from trainer.products import product, transposed_product

# Rows, columns and units: in blocks, with rows left over, and whole.
SHAPES = [(96, 2500, 12), (101, 2500, 12), (90, 784, 16), (33, 12, 12), (64, 784, 64)]


@pytest.mark.parametrize("shape", SHAPES)
def test_product_in_blocks_is_the_whole_product(shape: tuple[int, int, int]) -> None:
    rows, columns, units = shape
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(rows, columns)), rng.normal(size=(columns, units))

    found = product(CPU, x, w)

    np.testing.assert_allclose(found, x @ w, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_transposed_product_in_blocks_is_the_whole_product(
    shape: tuple[int, int, int],
) -> None:
    rows, columns, units = shape
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(rows, columns)), rng.normal(size=(rows, units))

    found = transposed_product(CPU, x, y)

    np.testing.assert_allclose(found, x.T @ y, rtol=1e-9, atol=1e-9)
    assert found.flags.c_contiguous


def test_products_of_a_gpu_are_whole() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(96, 2500)), rng.normal(size=(2500, 12))
    gpu = replace(CPU, name="gpu", in_pieces=False)

    np.testing.assert_array_equal(product(gpu, x, w), x @ w)
    np.testing.assert_array_equal(transposed_product(gpu, x, x[:, :9]), x.T @ x[:, :9])
