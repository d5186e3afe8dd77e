"""What the commands do when they are interrupted; real processes."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("ending", [".mp4", ".gif", ".png", ".ncast"])
def test_record_ends_quietly_when_interrupted_before_there_is_a_run(
    tmp_path: Path, ending: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, "-m", "viewer", "record", f"127.0.0.1:{port}"]
    output = ["-o", str(tmp_path / f"run{ending}")]

    with subprocess.Popen(
        [*command, *output], stderr=subprocess.PIPE, text=True
    ) as viewer:
        assert viewer.stderr is not None
        while "nobody listens" not in viewer.stderr.readline():
            assert viewer.poll() is None
        viewer.send_signal(signal.SIGINT)
        _, said = viewer.communicate(timeout=30)

    assert viewer.returncode == 130
    assert "Traceback" not in said
