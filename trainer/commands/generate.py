"""trainer generate."""

from trainer import options
from trainer.process import use_threads


def generate(
    folder: options.DrawingsFolder,
    drawings: options.Count = 1000,
    seed: options.DrawingsSeed = 0,
) -> None:
    """Write made-up hand drawings as pictures, a sub-folder a class.

    They are those that trainer run learns from: circles, squares, triangles and unknown
    things. Look at them, mix them with your own, or train on them elsewhere.

    Example: trainer generate drawings --count 200
    """
    use_threads(None)
    from trainer import generating

    generating.write(folder, drawings=drawings, seed=seed)
