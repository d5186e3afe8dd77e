from trainer.refusals import FIRST_S, LAST_S, Refusals


def test_refusals_are_said_once_and_counted_until_the_pause_is_over() -> None:
    said: list[str] = []
    refusals = Refusals(said.append)

    for now in (0.0, 1.0, FIRST_S - 0.1, FIRST_S):
        refusals.add("key", "refused", now)

    assert said == ["refused", "refused (2 more since the last time)"]


def test_refusals_of_another_kind_are_said_at_once() -> None:
    said: list[str] = []
    refusals = Refusals(said.append)

    refusals.add("key", "unknown key", 0.0)
    refusals.add("keyless", "no key", 0.1)

    assert said == ["unknown key", "no key"]


def test_refusals_of_days_are_said_ever_more_seldom() -> None:
    said: list[str] = []
    refusals = Refusals(said.append)
    day = 24 * 3600

    for now in range(0, day, 2):
        refusals.add("key", "refused", float(now))

    assert day / LAST_S < len(said) < day / LAST_S + 10
