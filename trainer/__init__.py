"""Trains a network, headless, and publishes what happens inside it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainer.layer import Layer
    from trainer.publisher import Publisher

__all__ = ["Layer", "Publisher"]


def __getattr__(name: str) -> Any:
    # Only where it is asked for, so that `trainer --help` need not load numpy.
    if name == "Publisher":
        from trainer.publisher import Publisher

        return Publisher
    if name == "Layer":
        from trainer.layer import Layer

        return Layer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
