"""What a command does to the process that it runs in; before numpy is imported."""

import os
import signal
import threading

# The variables that the libraries for matrix products read when they are loaded.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def use_threads(count: int | None) -> None:
    """Let matrix products use so many threads; None: as the environment says, or one.

    One is fastest for small networks: more would only wait for each other.
    """
    for name in THREADS:
        os.environ[name] = str(count or os.environ.get(name, "1"))


def end_with_stdin() -> None:
    """Interrupt this process when whoever holds the other end of its stdin is gone."""
    threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
