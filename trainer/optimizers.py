"""How gradients change the weights, and how fast."""

import math
from collections.abc import Sequence
from typing import Any

from trainer.backend import Array


class AdamW:
    """Adam with weight decay apart from the gradient.

    Matrices decay, vectors (biases) do not.

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
    ) -> None:
        self.xp = xp
        self.decay = decay
        self.betas = betas
        self.epsilon = epsilon
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
        slow, slower = self.betas
        correction = math.sqrt(1 - slower**self.steps)
        boost = correction / (1 - slow**self.steps)
        epsilon = self.epsilon * correction
        targets = list(parameters)
        for i, (gradient, rate) in enumerate(
            zip(gradients, learning_rates, strict=True)
        ):
            self.means[i] *= slow
            self.means[i] += (1 - slow) * gradient
            self.squares[i] *= slower
            self.squares[i] += (1 - slower) * gradient * gradient
            if targets[i].ndim > 1:
                targets[i] *= 1 - rate * self.decay
            change = self.means[i] / (self.xp.sqrt(self.squares[i]) + epsilon)
            targets[i] -= boost * rate * change


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
