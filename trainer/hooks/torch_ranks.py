"""Metrics of many processes as one: each epoch's numbers, averaged over all ranks.

How it works: the ranks add up one small tensor through the process group that the
training already has. It is as long on every rank, whatever is in it, and holds a checksum
of the metrics' names: ranks that report different ones are told so, none of them hangs.
"""

import math
import zlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import torch
import torch.distributed as dist

from trainer.hooks.watch import Number
from trainer.trouble import Trouble

# Metrics of one epoch; the sum takes the same time for one as for all.
MOST = 64


def rank() -> int:
    """Give this process's number among those that train together; 0 where it is alone."""
    return dist.get_rank() if _is_one_of_many() else 0


def averaged(numbers: Mapping[str, Number]) -> dict[str, Number]:
    """Average numbers over all ranks; every rank must call this, in the same order.

    Args:
        numbers: By name, the same names on every rank; what is None or not a number on
            some ranks is averaged over the others. Beyond 64, each rank's own.

    Raises:
        ValueError: Another rank reports other names.
        RuntimeError: A rank is gone.
    """
    plain = {name: _plain(value) for name, value in numbers.items()}
    if not _is_one_of_many():
        return dict(plain)
    names = sorted(plain)[:MOST]
    checksum = float(zlib.crc32("\n".join(names).encode()))
    values = [plain[name] for name in names]
    known = [value is not None and not math.isnan(value) for value in values]
    own = [
        value if value is not None and k else 0.0
        for value, k in zip(values, known, strict=True)
    ]
    padding = [0.0] * (MOST - len(names))
    table = torch.tensor(
        [[*own, *padding, checksum], [*map(float, known), *padding, 1.0]],
        dtype=torch.float64,
        device=_device(),
    )
    dist.all_reduce(table)
    sums, counts = table.tolist()
    if sums[-1] != checksum * counts[-1]:
        raise ValueError(
            f"expected the same metrics on every rank, got {', '.join(names)} on rank "
            f"{rank()} and others elsewhere"
        )
    averages: dict[str, Number] = {
        name: total / count if count else None
        for name, total, count in zip(names, sums, counts, strict=False)
    }
    return {**plain, **averages}


class OtherRank:
    """What `watch` gives on all ranks but the first: takes part in the averages only."""

    publisher = None

    def __init__(self, *, strict: bool = False) -> None:
        self.epochs = 0
        self._trouble = Trouble(strict)

    def epoch(
        self, *, epoch: int | None = None, step: int | None = None, **numbers: Any
    ) -> bool:
        """Report a completed epoch; see ModelWatch.epoch."""
        self.epochs = self.epochs + 1 if epoch is None else epoch
        try:
            averaged(numbers)
        except Exception as error:  # no training ends for its stream
            self._trouble.note(error)
            if self._trouble.is_strict:
                raise
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


def _plain(value: Number) -> float | None:
    """Make a number of a tensor, which PyTorch else warns about."""
    detach = getattr(value, "detach", None)
    value = value if detach is None else detach()
    return None if value is None else float(value)


def _is_one_of_many() -> bool:
    return bool(
        dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1
    )


def _device() -> torch.device:
    """Give the device that the process group computes on."""
    backend = dist.get_backend()
    return torch.device("cuda") if backend == "nccl" else torch.device("cpu")
