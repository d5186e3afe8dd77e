import pytest

from viewer.stops import Stops


def test_stops_are_in_order_and_each_is_there_once() -> None:
    stops = Stops()
    places = [stops.add(epoch) for epoch in (50, 0, 25, 50, 10)]

    assert stops.epochs == [0, 10, 25, 50]
    assert places == [0, 0, 1, None, 1]


def test_spacing_is_that_of_the_closest_two() -> None:
    stops = Stops()
    seen = [stops.spacing]
    for epoch in (0, 50, 25, 30):
        stops.add(epoch)
        seen.append(stops.spacing)
    stops.renew([40, 0, 40])

    assert seen == [0, 0, 50, 25, 5]
    assert (stops.epochs, stops.spacing) == ([0, 40], 40)


@pytest.mark.parametrize(
    ("epoch", "at"), [(0, 0), (10, 0), (24.9, 0), (25, 1), (99, 2)]
)
def test_stop_is_the_last_up_to_an_epoch(epoch: float, at: int) -> None:
    stops = Stops()
    stops.renew([10, 25, 50])

    assert stops.at(epoch) == at
