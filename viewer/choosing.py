"""What a key or a click makes of the way a moment is drawn. Pure."""

from dataclasses import replace

from viewer.controls import Action
from viewer.options import Normalisation, Options
from viewer.spot import Spot


def changed(options: Options, action: Action) -> tuple[Options, str]:
    """Do what a key asks of the options.

    Returns:
        The options, and a word about what is not seen at once; "" for none.
    """
    match action:
        case Action.CLEAR:
            return replace(options, focus=None), ""
        case Action.POINTS:
            return replace(options, points=not options.points), ""
        case Action.REDUCED_MOTION:
            less = not options.reduced_motion
            words = "less motion" if less else "all motion"
            return replace(options, reduced_motion=less), words
        case Action.NORMALISATION:
            of_layer = options.normalisation is Normalisation.LAYER
            other = Normalisation.NETWORK if of_layer else Normalisation.LAYER
            words = f"colours: share of the {other}"
            return replace(options, normalisation=other), words
        case _:
            return options, ""


def focused(options: Options, spot: Spot | None) -> Options:
    """Choose the unit that was clicked; the same again, or nothing, is none."""
    unit = None if spot is None else spot.unit
    return replace(options, focus=None if unit == options.focus else unit)
