"""One picture file to what a network reads."""

from pathlib import Path

from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import DatasetError, Pictures
from trainer.datasets.paper import read_ink, read_red
from trainer.datasets.preparation import INK, RAW, Preparation


def prepare(path: Path, preparation: Preparation) -> Pictures:
    """Read a picture as those were read that a network has learned.

    Returns:
        Shape (features,), float32.

    Raises:
        BrokenPictureError: It is not a whole picture, or too large.
        DatasetError: The network does not read pictures.
    """
    if preparation.kind == INK:
        height, width = preparation.shape
        return centre_by_mass(read_ink(path, (height, width))[None]).ravel()
    if preparation.kind == RAW:
        height, width = preparation.shape
        return read_red(path, (height, width)).ravel()
    raise DatasetError(
        f"expected rows of {preparation.shape[0]} numbers, as this model was trained "
        f"on, got a picture: {path}; give it an .npz file"
    )
