import numpy as np
import pytest

from trainer.backend import backend


def test_backend_of_the_cpu_is_numpy_and_copies_nothing() -> None:
    cpu, array = backend("cpu"), np.ones(3)

    assert cpu.xp is np
    assert cpu.to_host(cpu.to_device(array)) is array


@pytest.mark.parametrize(
    ("name", "message"),
    [("gpu", "not built in yet; use cpu"), ("tpu", "expected the device .* got 'tpu'")],
)
def test_backend_says_what_cannot_compute(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        backend(name)
