"""What snapshots advance along, in one word, and which runs can share a clock."""

from collections.abc import Mapping

from protocol.messages import Manifest
from viewer.pictures import shows_pictures


def axis_of(manifest: Manifest | None) -> str:
    """Name what is counted: "epoch", "layer", "picture" or "example"."""
    if manifest is None or manifest.axis not in ("layer", "example"):
        return "epoch"
    if manifest.axis == "example" and shows_pictures(manifest):
        return "picture"
    return manifest.axis


def objection(name: str, manifest: Manifest, others: Mapping[str, Manifest]) -> str:
    """Say why a run cannot share a clock with others, "" where it can.

    Args:
        name: What the user calls the run.
        manifest: Of the run.
        others: By what the user calls them.
    """
    for other, known in others.items():
        if known.axis != manifest.axis:
            mine, its = axis_of(manifest), axis_of(known)
            return (
                f"{name} counts {mine}s, {other} counts {its}s: one clock cannot show "
                "both; watch them apart"
            )
    return ""
