from itertools import combinations

import pytest

from viewer.layout import Box, Layout
from viewer.layouts import DeepLayout, PlaneLayout, PlateLayout
from viewer.tall_layouts import TallLayout, TallPlaneLayout, TallPlateLayout

BROAD = [(1280, 720), (640, 360), (1000, 800), (3840, 360), (2560, 720), (3840, 2160)]
TALL = [(1000, 1000), (800, 1200), (640, 2160), (1000, 801), (600, 500)]


def touch(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0


def column(sides: tuple[int, int], rows: Box) -> Box:
    return Box(sides[0], rows.top, sides[1], rows.bottom)


def places_of(layout: Layout) -> dict[str, Box]:
    """Name the places that are used together."""
    if isinstance(layout, PlaneLayout | TallPlaneLayout):
        curves = dict(zip(("top", "middle", "low"), layout.plane_curves, strict=True))
        return {
            **curves,
            "plane": layout.plane,
            "classes": layout.plane_classes,
            "filmstrip": layout.filmstrip,
        }
    places = {
        "network": layout.network,
        "loss": layout.loss,
        "accuracy": layout.accuracy,
        "legend": layout.legend,
        "outputs": column(layout.outputs, layout.classes),
        "track": layout.track,
    }
    if isinstance(layout, DeepLayout):
        places |= {"all layers": layout.spectrogram, "changes": layout.changes}
        places["network"] = layout.lens
    if type(layout) not in (PlateLayout, TallPlateLayout):
        places["picture"] = layout.picture
    return places


CASES = [
    *((kind, size) for kind in (Layout, PlateLayout, PlaneLayout) for size in BROAD),
    *((DeepLayout, size) for size in BROAD + TALL),
    *(
        (kind, size)
        for kind in (TallLayout, TallPlateLayout, TallPlaneLayout)
        for size in TALL
    ),
]


@pytest.mark.parametrize(("kind", "size"), CASES)
def test_no_places_overlap_or_leave_the_frame(
    kind: type[Layout], size: tuple[int, int]
) -> None:
    layout = kind(*size)
    places = places_of(layout)

    for (name, one), (other_name, other) in combinations(places.items(), 2):
        assert not touch(one, other), f"{name} {one}, {other_name} {other}"
    for name, box in places.items():
        assert box.width > 0, name
        assert box.height >= 0, name
        assert 0 <= box.left <= box.right <= size[0], name
        assert 0 <= box.top <= box.bottom <= size[1], name


@pytest.mark.parametrize(("kind", "size"), CASES)
def test_picture_is_square(kind: type[Layout], size: tuple[int, int]) -> None:
    picture = kind(*size).picture

    assert picture.width == picture.height


@pytest.mark.parametrize(
    ("size", "page"),
    [
        ((1280, 720), (1280, 720)),
        ((3840, 360), (936, 360)),
        ((2000, 1600), (2000, 1600)),
    ],
)
def test_page_is_the_middle_of_a_drawn_out_frame(
    size: tuple[int, int], page: tuple[int, int]
) -> None:
    box = Layout(*size).page

    assert (box.width, box.height) == page
    assert abs(box.left - (size[0] - box.right)) <= 1
    assert abs(box.top - (size[1] - box.bottom)) <= 1
