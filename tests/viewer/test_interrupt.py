import signal

import pytest

from viewer.interrupt import Interrupt


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_is_noted_and_raised_only_the_second_time(
    number: signal.Signals,
) -> None:
    with Interrupt() as is_interrupted:
        assert not is_interrupted()

        signal.raise_signal(number)

        assert is_interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)


def test_interrupt_puts_back_what_was_there() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    with Interrupt():
        pass

    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
