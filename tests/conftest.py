"""A display for windows that nobody sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def display() -> Iterator[None]:
    """A virtual display of our own."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("needs Xvfb, the virtual display (Debian: xvfb)")
    reading, writing = os.pipe()
    # 960 pixels at 96 dpi are a whole number of millimetres: nothing is scaled.
    options = ["-screen", "0", "960x720x24", "-dpi", "96", "-nolisten", "tcp"]
    with subprocess.Popen(
        [server, "-displayfd", str(writing), *options],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{number}")
            yield
        process.terminate()
