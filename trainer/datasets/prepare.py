"""One picture or row to what a network reads."""

from pathlib import Path

from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import DatasetError, Pictures
from trainer.datasets.paper import fitted, read_ink, read_red
from trainer.datasets.preparation import INK, RAW, TABLE, Preparation


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
        f"on, got {path}; trainer test reads an .npz file of them"
    )


def prepare_array(array: Pictures, preparation: Preparation) -> Pictures:
    """Prepare ink of any size, shape (height, width), or a row of numbers, (features,).

    Returns:
        Shape (features,), float32.

    Raises:
        DatasetError: The network reads something else.
    """
    if preparation.kind == INK and array.ndim == 2:
        height, width = preparation.shape
        return centre_by_mass(fitted(array, (height, width))[None]).ravel()
    low, high = preparation.low, preparation.high
    if preparation.kind == TABLE and array.shape == preparation.shape:
        assert low is not None
        assert high is not None
        return (array - low) / (high - low)
    raise DatasetError(
        f"expected {preparation.kind} of shape {preparation.shape}, as this model was "
        f"trained on, got an array of shape {array.shape}"
    )
