import signal

import pytest

from trainer.interruption import Interruption


def test_an_interruption_waits_until_the_block_is_whole() -> None:
    said: list[str] = []
    done = False

    def interrupt() -> None:
        nonlocal done
        with Interruption(lambda: said.append("")).deferred():
            signal.raise_signal(signal.SIGINT)
            done = True

    with pytest.raises(KeyboardInterrupt):
        interrupt()

    assert done
    assert said == [""]


def test_a_second_interruption_does_not_wait() -> None:
    done = False

    def interrupt() -> None:
        nonlocal done
        with Interruption(lambda: None).deferred():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            done = True

    with pytest.raises(KeyboardInterrupt):
        interrupt()

    assert not done


def test_signals_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)

    with Interruption(lambda: None).deferred():
        pass

    assert signal.getsignal(signal.SIGINT) is before
