"""How gradients change the weights, and how fast."""

import math
from collections.abc import Sequence
from typing import Any

from trainer.backend import Array

# What is updated at a time: its arrays fit into a core's cache together, and are large
# enough for numpy's calls not to matter.
PIECE = 2**15

# Sums below this say nothing any more, see AdamW; and how often they are looked for.
NOTHING = 1e-30
TIDY_EVERY = 100


class AdamW:
    """Adam with weight decay apart from the gradient.

    Matrices decay, vectors (biases) do not.

    The averages of a unit that has died become subnormal numbers after some 800 steps and
    stay so, which makes a processor several times slower, for ever. So what is next to
    nothing becomes 0 now and then.

    Attributes:
        steps: Updates done.
        means: For each parameter the decaying sum of its gradients: the average of
            Adam, divided by 1 - betas[0], which spares a multiplication.
        squares: Likewise of the squared gradients, divided by 1 - betas[1].

    Source:
        Kingma and Ba, Adam, 2015, in the order of section 2's last paragraph;
        Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
    """

    def __init__(
        self,
        xp: Any,
        parameters: Sequence[Array],
        *,
        decay: float = 0.3,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        in_pieces: bool = True,
    ) -> None:
        """Begin with no gradients seen.

        Args:
            xp: The array library.
            parameters: What is to be updated.
            decay: Weight decay, to be multiplied by the learning rate.
            betas: How much of the averages stays in a step.
            epsilon: Added to the root of the squares.
            in_pieces: Update a large array by and by, see Backend.
        """
        self.xp = xp
        self.decay = decay
        self.betas = betas
        self.epsilon = epsilon
        self.in_pieces = in_pieces
        self.steps = 0
        self.means = [xp.zeros_like(parameter) for parameter in parameters]
        self.squares = [xp.zeros_like(parameter) for parameter in parameters]

    def update(
        self,
        parameters: Sequence[Array],
        gradients: Sequence[Array],
        learning_rates: Sequence[float],
    ) -> None:
        """Take one step, in place.

        Args:
            parameters: Same arrays, in the same order, as at the start.
            gradients: One for each parameter, of its shape.
            learning_rates: Size of the step, one for each parameter.
        """
        self.steps += 1
        for *arrays, rate in zip(
            parameters, gradients, self.means, self.squares, learning_rates, strict=True
        ):
            rows, size = arrays[0].shape[0], arrays[0].size
            if not self.in_pieces or size <= PIECE:
                self._step(arrays, rate)
                continue
            height = max(1, PIECE * rows // size)
            for top in range(0, rows, height):
                part = slice(top, min(top + height, rows))
                self._step([array[part, ...] for array in arrays], rate)

    def _step(self, arrays: list[Array], rate: float) -> None:
        """Update a parameter, or some rows of it and of what belongs to it."""
        parameter, gradient, mean, square = arrays
        slow, slower = self.betas
        mean *= slow
        mean += gradient
        square *= slower
        square += gradient * gradient
        if self.steps % TIDY_EVERY == 0:
            mean *= self.xp.astype(abs(mean) > NOTHING, mean.dtype)
            square *= self.xp.astype(square > NOTHING, square.dtype)
        # Corrected for the first steps' bias; and for means and squares being sums.
        root = math.sqrt((1 - slower**self.steps) / (1 - slower))
        size = rate * root * (1 - slow) / (1 - slow**self.steps)
        change = self.xp.sqrt(square)
        change += self.epsilon * root
        change = mean / change
        change *= size
        if parameter.ndim > 1:
            parameter *= 1 - rate * self.decay
        parameter -= change


def warm_up_cosine(step: int, steps: int, warm_up: float) -> float:
    """Give the share of the peak learning rate at one step.

    It rises with the square of the steps, so that the beginning, where most is learned,
    takes its time; then it falls along half a cosine towards 0.

    Args:
        step: From 0 to steps - 1.
        steps: Length of the training.
        warm_up: Share of the training spent rising, 0 <= warm_up < 1.

    Returns:
        Above 0, at most 1.

    Source:
        Loshchilov and Hutter, SGDR, 2017, without restarts.
    """
    rising = warm_up * steps
    if step < rising:
        return ((step + 1) / (math.floor(rising) + 1)) ** 2
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / (steps - rising)))
