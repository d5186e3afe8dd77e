"""Models that are compiled, cast or wrapped are published as they were written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
import torch.distributed as dist
from torch import nn

from tests.trainer.hooks.torch_models import (
    CLASSES,
    Functional,
    Nested,
    X,
    check,
    train,
)
from trainer.hooks.torch import watch


def test_compiled_model_is_published_as_it_was_written(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Functional()
    compiled = torch.compile(model, backend="eager")

    with watch(compiled, X[0], **CLASSES, **options) as w:
        train(compiled, 3, w)

    check(read(), X[0].numpy(), model.steps())


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")
def test_model_with_a_compiled_part_is_published_as_it_was_written(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model: Any = Nested()
    model.blocks["a"].compile(backend="eager")
    last = model.last
    model.last = torch.compile(last, backend="eager")

    with watch(model, X[0], **CLASSES, **options) as w:
        train(model, 3, w)

    model.last = last
    check(read(), X[0].numpy(), model.steps())


def test_autocast_does_not_change_what_is_published(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Functional()

    with (
        watch(model, X[0], **CLASSES, **options) as w,
        torch.autocast("cpu", torch.bfloat16),
    ):
        train(model, 3, w)

    check(read(), X[0].numpy(), model.steps())


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    """Make this process a group of its own."""
    where = (tmp_path / "store").as_uri()
    dist.init_process_group("gloo", init_method=where, rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.mark.usefixtures("group")
def test_distributed_model_is_published_unwrapped(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Functional()
    wrapped = nn.parallel.DistributedDataParallel(model)

    with watch(wrapped, X[0], **CLASSES, **options) as w:
        train(wrapped, 3, w)

    check(read(), X[0].numpy(), model.steps())


def test_model_on_several_devices_is_published_unwrapped(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model = Functional()

    with watch(nn.DataParallel(model), X[0], **CLASSES, **options):
        pass

    check(read(), X[0].numpy(), model.steps())


@pytest.mark.usefixtures("group")
def test_sharded_model_is_refused(options: Any) -> None:
    fsdp = pytest.importorskip("torch.distributed.fsdp")
    model = Functional()
    fsdp.fully_shard(model)

    with (
        pytest.raises(ValueError, match="expected whole parameters in this process"),
        watch(model, X[0], **options),
    ):
        pass
