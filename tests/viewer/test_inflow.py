from protocol import limits
from viewer.inflow import Inflow, Verdict

BEAT = 60  # bytes


def test_connection_on_which_nothing_comes_is_dead() -> None:
    inflow = Inflow(now=10.0)

    before = inflow.judge(0, 10.0 + limits.RENEW_S - 0.01)

    assert before is Verdict.FINE
    assert inflow.judge(0, 10.0 + limits.RENEW_S) is Verdict.DEAD


def test_connection_on_which_beats_come_is_not_dead() -> None:
    inflow = Inflow(now=0.0)

    verdicts = [inflow.judge(BEAT * now, float(now)) for now in range(20)]

    assert Verdict.DEAD not in verdicts


def test_message_under_way_shows_that_the_trainer_is_alive() -> None:
    inflow = Inflow(now=0.0)

    assert inflow.judge(limits.BULK_BYTES - 1, 0.1) is Verdict.FINE
    assert inflow.judge(limits.BULK_BYTES, 0.2) is Verdict.ALIVE
    assert inflow.judge(limits.BULK_BYTES + 1, 0.3) is Verdict.FINE


def test_message_without_an_end_is_noticed() -> None:
    inflow = Inflow(now=0.0)
    inflow.ended(5)

    assert inflow.judge(limits.UNENDED_TRAINER_BYTES + 5, 0.1) is not Verdict.ENDLESS
    assert inflow.judge(limits.UNENDED_TRAINER_BYTES + 6, 0.2) is Verdict.ENDLESS


def test_longest_message_fits_beside_what_the_socket_holds() -> None:
    longest = limits.MESSAGE_PARTS * limits.PART_BYTES

    assert longest + 16 * limits.PART_BYTES < limits.UNENDED_TRAINER_BYTES
