"""trainer predict."""

from trainer import options
from trainer.process import use_threads


def predict(
    model: options.Model,
    pictures: options.Pictures,
    reject: options.RejectInstead = None,
    as_json: options.JsonLines = False,
) -> None:
    """Say what a network that was saved decides of pictures.

    Prints a line for each: its name, the class or unknown, and how likely each class
    is. A folder stands for the pictures in it.

    Example: trainer predict model.npz drawing.png
    """
    use_threads(None)
    from trainer import predicting

    predicting.predict(model, pictures, reject=reject, as_json=as_json)
