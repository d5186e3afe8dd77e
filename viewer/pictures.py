"""Whether what a network is shown is a picture, and where that picture is."""

from protocol.messages import LayerSpec, Manifest


def is_picture(spec: LayerSpec, shape: tuple[int, ...]) -> bool:
    """Whether an input layer of this shape, (height, width), has a unit a pixel."""
    return len(shape) == 2 and shape[0] * shape[1] == spec.units


def shows_pictures(manifest: Manifest) -> bool:
    """Whether each example is a picture, or comes with one."""
    if not manifest.layers:
        return False
    is_input = is_picture(manifest.layers[0], manifest.input_shape)
    return is_input or picture_shape(manifest) is not None


def picture_shape(manifest: Manifest) -> tuple[int, int] | None:
    """Give rows and columns of the picture that comes beside the input, if one does."""
    for spec in manifest.arrays:
        if spec.key == ("picture", 0) and len(spec.shape) == 2:
            return spec.shape[0], spec.shape[1]
    return None
