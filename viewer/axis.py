"""What snapshots advance along, in one word."""

from protocol.messages import Manifest
from viewer.pictures import shows_pictures


def axis_of(manifest: Manifest | None) -> str:
    """Name what is counted: "epoch", "layer", "picture" or "example"."""
    if manifest is None or manifest.axis not in ("layer", "example"):
        return "epoch"
    if manifest.axis == "example" and shows_pictures(manifest):
        return "picture"
    return manifest.axis
