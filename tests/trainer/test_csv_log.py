import csv
import math
import resource
import signal
from pathlib import Path

import pytest

from trainer.csv_log import CsvLog
from trainer.errors import TrainerError


def test_numbers_read_back_to_the_last_bit(tmp_path: Path) -> None:
    values = [3.0, 0.1 + 0.2, 1e-300, 1e22, -0.5]

    log = CsvLog(tmp_path / "log.csv", "abcde")
    log.write(values)
    log.close()

    with (tmp_path / "log.csv").open(newline="") as file:
        names, row = csv.reader(file)
    assert names == list("abcde")
    assert [float(cell) for cell in row] == values


def test_a_row_is_there_at_once(tmp_path: Path) -> None:
    log = CsvLog(tmp_path / "log.csv", ["epoch", "loss"])

    log.write([1.0, math.nan])

    assert (tmp_path / "log.csv").read_text() == "epoch,loss\n1,\n"
    log.close()


def test_a_file_of_that_name_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("mine")

    log = CsvLog(path, ["epoch"])
    log.close()

    assert log.kept == tmp_path / "log.1.csv"
    assert log.kept.read_text() == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"cannot write .*no such file"):
        CsvLog(tmp_path / "none" / "log.csv", ["epoch"])


def test_a_full_disk_ends_the_log_and_not_the_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    log = CsvLog(tmp_path / "log.csv", ["epoch"])

    resource.setrlimit(resource.RLIMIT_FSIZE, (6, limit[1]))
    try:
        log.write([1.0])
        log.write([2.0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        log.close()

    assert caplog.text.count("the log ends here: ") == 1
