"""trainer predict."""

from trainer import options
from trainer.errors import UsageError
from trainer.process import use_threads


def predict(
    model: options.Model,
    pictures: options.Pictures = None,
    points: options.Points = None,
    reject: options.RejectInstead = None,
    as_json: options.JsonLines = False,
) -> None:
    """Say what a network that was saved decides of pictures.

    Prints a line for each: its name, the class or unknown, and how likely each class
    is. A folder stands for the pictures in it. Of a model of trainer space, give points.

    Example: trainer predict model.npz drawing.png
    """
    use_threads(None)
    from trainer import looking_up, predicting

    if points is not None:
        if pictures:
            raise UsageError("expected pictures or --points, got both")
        looking_up.predict(model, points, as_json=as_json)
    else:
        predicting.predict(model, pictures or [], reject=reject, as_json=as_json)
