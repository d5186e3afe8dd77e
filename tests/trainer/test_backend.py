import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from trainer.backend import CPU, backend
from trainer.errors import DeviceError, UsageError

# What CuPy does on a machine without a driver: the first operation fails.
NO_DRIVER = """
class CUDARuntimeError(RuntimeError): ...
def asarray(array):
    raise CUDARuntimeError("cudaErrorInsufficientDriver: CUDA driver is too old\\nmore")
"""
NO_MEMORY = """
class OutOfMemoryError(MemoryError): ...
def asarray(array):
    raise OutOfMemoryError("Out of memory allocating 512 bytes (allocated so far: 0).")
"""
BROKEN = "raise ImportError('libcublas.so.12: cannot open shared object file')"
ANOTHER = "from numpy import asarray, astype, sum"
COMPUTES = """
from types import SimpleNamespace
from numpy import asarray, astype, sum
asnumpy = asarray
runtime = SimpleNamespace(getDeviceProperties=lambda number: {"name": b"Test GPU"})
cuda = SimpleNamespace(Device=lambda: SimpleNamespace(id=0), runtime=runtime)
"""
UNUSABLE = {
    NO_DRIVER: "CuPy cannot use a gpu here: cudaErrorInsufficientDriver: .* too old; see",
    NO_MEMORY: "CuPy cannot use a gpu here: Out of memory allocating 512 bytes .*; see",
    BROKEN: "CuPy cannot use a gpu here: libcublas.so.12: cannot open .* file; see",
    ANOTHER: "CuPy cannot use a gpu here: .*cuda.*; see",
}


@pytest.fixture
def cupy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Install a package that is called cupy, for one test."""
    (tmp_path / "cupy.py").write_text(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        patch.delitem(sys.modules, "cupy", raising=False)
        yield
    sys.modules.pop("cupy", None)


def test_backend_of_the_cpu_is_numpy_and_copies_nothing() -> None:
    cpu, array = backend("cpu"), np.ones(3)

    assert cpu.xp is np
    assert cpu.to_host(cpu.to_device(array)) is array


def test_backend_refuses_a_device_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="expected --device auto, cpu, gpu, got 'tpu'"):
        backend("tpu")


@pytest.mark.skipif(find_spec("cupy") is not None, reason="CuPy is installed")
def test_backend_says_how_to_get_cupy() -> None:
    with pytest.raises(DeviceError, match=r"pip install 'neurocast\[gpu\]', or use"):
        backend("gpu")


@pytest.mark.skipif(find_spec("cupy") is not None, reason="CuPy is installed")
def test_auto_is_the_cpu_without_a_word_where_there_is_no_cupy() -> None:
    said: list[str] = []

    assert backend("auto", said.append) is CPU
    assert said == []


@pytest.mark.parametrize(
    ("cupy", "message"), UNUSABLE.items(), indirect=["cupy"], ids=range(len(UNUSABLE))
)
def test_backend_says_why_the_gpu_cannot_compute(cupy: None, message: str) -> None:
    with pytest.raises(DeviceError, match=f"^{message} to its .* use --device cpu$"):
        backend("gpu")


@pytest.mark.parametrize(
    ("cupy", "message"), UNUSABLE.items(), indirect=["cupy"], ids=range(len(UNUSABLE))
)
def test_auto_falls_back_in_one_line_when_the_gpu_cannot_compute(
    cupy: None, message: str
) -> None:
    said: list[str] = []

    assert backend("auto", said.append) is CPU
    assert len(said) == 1
    assert "\n" not in said[0]
    assert said[0].startswith("computing on the cpu: CuPy cannot use a gpu here: ")


@pytest.mark.parametrize("cupy", [COMPUTES], indirect=True, ids=["computes"])
@pytest.mark.parametrize("name", ["auto", "gpu"])
def test_backend_is_the_gpu_when_it_computes(cupy: None, name: str) -> None:
    said: list[str] = []

    found = backend(name, said.append)

    assert (found.name, found.in_pieces) == ("gpu", False)
    assert found.xp is sys.modules["cupy"]
    assert said == ["computing on the gpu: Test GPU"]


@pytest.mark.parametrize("cupy", [NO_DRIVER], indirect=True, ids=["no driver"])
def test_the_cpu_is_used_without_looking_for_a_gpu(cupy: None) -> None:
    assert backend("cpu") is CPU
    assert "cupy" not in sys.modules
