"""What the last layer of a run says: how likely classes are, or plain numbers. Pure."""

from protocol.messages import Manifest

# Activation functions whose values are probabilities, or 1 for what is decided, else 0.
SOFTMAX, SIGMOID, DECISION = "softmax", "sigmoid", "decision"


def is_likelihood(manifest: Manifest) -> bool:
    """Whether the outputs are probabilities or decisions, of named classes or not.

    Names that do not fit the outputs say nothing about them.
    """
    last = manifest.layers[-1]
    fits = len(manifest.classes) in (0, last.units) or is_binary(manifest)
    return fits and last.activation in (SOFTMAX, SIGMOID, DECISION)


def is_binary(manifest: Manifest) -> bool:
    """Whether the one output is the probability of the second of two classes."""
    last = manifest.layers[-1]
    is_one = last.units == 1 and len(manifest.classes) == 2
    return is_one and last.activation == SIGMOID


def names_of(manifest: Manifest) -> tuple[str, ...]:
    """Name the outputs: by the classes where these fit, else by number."""
    last = manifest.layers[-1]
    if len(manifest.classes) == last.units or is_binary(manifest):
        return manifest.classes
    if last.units == 1:
        return (last.name,)
    return tuple(f"{last.name} {k}" for k in range(last.units))
