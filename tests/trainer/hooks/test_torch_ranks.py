"""Processes that train one network together, as torchrun starts them."""

import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.messages import EndReason

torch = pytest.importorskip("torch", reason="torch is not installed")
if not torch.distributed.is_available():
    pytest.skip(
        "this torch has no processes that train together", allow_module_level=True
    )

ROOT = Path(__file__).parents[3]
PATIENCE_S = 120.0

Recorded = Callable[[Path], Any]
Launch = Callable[..., "subprocess.Popen[str]"]

BEGIN = """
import os, sys
sys.path.insert(0, "examples")
import torch
import torch.distributed as dist
from torch import nn
rank = int(os.environ["RANK"])
"""


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    """Start a program twice, as torchrun does."""

    def start(text: str, *arguments: object) -> "subprocess.Popen[str]":
        program = tmp_path / "program.py"
        program.write_text(BEGIN + textwrap.dedent(text))
        torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        return subprocess.Popen(
            [*torchrun, "--nproc-per-node", "2", program, *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def finished(process: "subprocess.Popen[str]") -> str:
    """Wait for the end of a program that does well; give what it printed."""
    out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, out
    return out


def test_metrics_are_averaged_over_the_ranks_that_have_them(launch: Launch) -> None:
    out = finished(
        launch(
            """
            from trainer.hooks.torch_ranks import averaged
            dist.init_process_group("gloo")
            mine = {"loss": 1.0 + rank, "f1": [None, 0.5][rank], "nan": float("nan")}
            found = averaged(mine)
            assert found == {"loss": 1.5, "f1": 0.5, "nan": None}, found
            print("well")
            dist.destroy_process_group()
            """
        )
    )

    assert out.count("well") == 2


def test_ranks_that_report_different_metrics_are_told_and_do_not_hang(
    launch: Launch,
) -> None:
    out = finished(
        launch(
            """
            from trainer.hooks.torch_ranks import averaged
            dist.init_process_group("gloo")
            try:
                averaged({"loss": 1.0} if rank else {"accuracy": 1.0})
            except ValueError as error:
                print(error)
            dist.destroy_process_group()
            """
        )
    )

    assert "expected the same metrics on every rank, got loss on rank 1" in out
    assert "expected the same metrics on every rank, got accuracy on rank 0" in out


def test_example_streams_one_run_whose_numbers_are_of_both_ranks(
    launch: Launch, tmp_path: Path, recorded: Recorded
) -> None:
    datasets = pytest.importorskip(
        "sklearn.datasets", reason="scikit-learn is not installed"
    )
    path = tmp_path / "run.ncast"

    finished(
        launch(
            """
            from pytorch_ddp import main
            main(epochs=6, every=1, address=None, record=sys.argv[1])
            """,
            path,
        )
    )

    run = recorded(path)
    assert (run.epochs(), run.reason) == (list(range(7)), EndReason.DONE)
    digits = datasets.load_digits()
    untrained = run.snapshots[0].arrays
    hidden = np.maximum(
        digits.data / 16 @ untrained["weights", 1] + untrained["bias", 1], 0
    )
    logits = hidden @ untrained["weights", 2] + untrained["bias", 2]
    right = logits.argmax(1) == digits.target
    accuracy = run.rows[:, run.manifest.metrics.index("accuracy")]
    expected = (right[::2].mean() + right[1::2].mean()) / 2
    assert accuracy[1] == pytest.approx(expected, abs=1e-6)


def test_rank_that_is_killed_ends_the_run_with_an_error(
    launch: Launch, tmp_path: Path, recorded: Recorded
) -> None:
    path, marks = tmp_path / "run.ncast", tmp_path / "ranks"
    marks.mkdir()
    process = launch(
        """
        from pytorch_ddp import main
        open(f"{sys.argv[2]}/{rank}", "w").write(str(os.getpid()))
        main(epochs=1_000_000, every=1, address=None, record=sys.argv[1])
        """,
        path,
        marks,
    )
    until = time.monotonic() + PATIENCE_S
    while not path.exists() or path.stat().st_size < 500_000:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.01)

    os.kill(int((marks / "1").read_text()), signal.SIGKILL)

    process.communicate(timeout=PATIENCE_S)
    assert process.returncode != 0
    run = recorded(path)
    assert run.reason is EndReason.ERROR
    assert len(run.snapshots) > 3
    assert not math.isnan(run.rows[-1, 1])
