"""A trainer that a demo started ends with it, whatever became of the demo."""

import subprocess
import sys


def test_trainer_ends_when_its_stdin_does() -> None:
    command = [sys.executable, "-m", "trainer", "run", "--port", "0", "--wait", "1"]
    with subprocess.Popen(
        [*command, "--until-eof"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as trainer:
        assert trainer.stderr is not None
        assert trainer.stdin is not None
        while "waiting" not in trainer.stderr.readline():
            assert trainer.poll() is None

        trainer.stdin.close()
        said = trainer.stderr.read()

        assert trainer.wait(timeout=30) == 130
        assert "Traceback" not in said
