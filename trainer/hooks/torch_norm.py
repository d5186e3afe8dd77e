"""How large the gradient of a layer is."""

import math
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Norm:
    """L2 norm of the gradient of a module's weights, taken where it is asked for.

    Of weights that are computed from other parameters it is that of those.

    Attributes:
        module: None of a layer without parameters.
    """

    module: nn.Module | None

    def __float__(self) -> float:
        """Give the norm; NaN where there is no gradient."""
        if self.module is None:
            return math.nan
        named = self.module.named_parameters()
        found = [p.grad for name, p in named if not name.startswith("bias")]
        norms = [torch.linalg.vector_norm(grad) for grad in found if grad is not None]
        return math.hypot(*map(float, norms)) if norms else math.nan
