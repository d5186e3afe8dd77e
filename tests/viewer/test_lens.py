import pytest

from viewer.cue import cue_of
from viewer.lens import SEEN, first_of, page_at, pages, shown_at


@pytest.mark.parametrize("layers", [15, 16, 29, 30, 61, 250])
def test_every_gap_is_on_a_page(layers: int) -> None:
    seen = {
        first_of(page, layers) + gap
        for page in range(pages(layers))
        for gap in range(SEEN - 1)
    }

    assert seen == set(range(layers - 1))


@pytest.mark.parametrize("layers", [15, 61, 250])
def test_light_is_always_on_the_page_that_is_shown(layers: int) -> None:
    for tenth in range(10 * (layers - 1) + 1):
        first = first_of(page_at(tenth / 10, layers), layers)

        assert first <= tenth / 10 <= first + SEEN - 1


def test_pages_turn_with_the_signal_and_back_with_the_update() -> None:
    shown = [shown_at(cue_of(0, 1, frame / 200), 61) for frame in range(201)]

    there, back = shown[: shown.index(4) + 1], shown[shown.index(4) :]
    assert there == sorted(there)
    assert back == sorted(back, reverse=True)
    assert (shown[0], shown[-1]) == (0, 0)
