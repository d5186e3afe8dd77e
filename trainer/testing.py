"""What `trainer test` does: one forward pass a picture, streamed, and counted."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Probe
from trainer.capture import capture, is_confusion_shown
from trainer.datasets.dataset import DatasetError, Pictures
from trainer.datasets.paper import BrokenPictureError
from trainer.datasets.pictures import NAMED
from trainer.datasets.preparation import RAW
from trainer.datasets.source import Source, source_of
from trainer.decision import unknownness
from trainer.layer import Layer
from trainer.nn_plot.look import look
from trainer.progress import count
from trainer.run import Run
from trainer.running import Plan, Shown
from trainer.stream_options import Stream
from trainer.streaming import publish, publisher_of, say
from trainer.summary_of_test import SummaryOfTest
from trainer.trained import Trained, read

METRICS = ("epoch", "accuracy", "rejected", "caught")


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """A picture that was decided.

    Attributes:
        epoch: Its number, from 1.
        x: What the network read.
        truth: What it is, an index into Trained.decisions.
        decided: What was decided.
        unknownness: How little the network knows it.
        accuracy: Share of all pictures so far that were decided rightly.
        rejected: Share of the known ones that were decided unknown; NaN before any.
        caught: Share of the unknown ones, likewise.
        confusion: Counts so far: a row a truth, a column a decision.
        step: Always 0: nothing is learned.
    """

    epoch: int
    x: Pictures
    truth: int
    decided: int
    unknownness: float
    accuracy: float
    rejected: float
    caught: float
    confusion: NDArray[np.int64]
    step: int = 0

    def row(self, seconds: float) -> list[float]:
        """Give the numbers in the order of METRICS."""
        return [float(self.epoch), self.accuracy, self.rejected, self.caught]

    def figures(self) -> str:
        """Say the accuracy so far."""
        return f"accuracy {self.accuracy:.3f}"


def measure(model: Path, data: Path, *, reject: float | None, wanted: Stream) -> None:
    """Test a network on labelled examples.

    Raises:
        TrainerError: The model or the data cannot be used.
    """
    trained = read(model)
    if reject is not None:
        trained = replace(trained, reject=reject)
    source = source_of(data, trained.preparation, say)
    truths = truths_of(source.names, data, trained)
    with publisher_of(wanted) as publisher:
        name = f"{model.stem} on {data.resolve().name}"

        def show(decision: Decided) -> Shown:
            probe = Probe(
                index=decision.epoch - 1, label=_output(decision.truth, trained)
            )
            return probe, _look(trained, decision)

        plan = Plan(
            marks=decided(source, truths, trained),
            look=show,
            run=_run(trained, name, len(truths)),
            pace_s=wanted.pace_s,
        )
        summary = SummaryOfTest(
            model=str(model),
            data=str(data),
            decisions=trained.decisions,
            unknown=trained.none,
            counts=_no_counts(trained),
        )
        publish(plan, summary, publisher, wanted)
    if summary.snapshots == 0:
        raise DatasetError(
            f"none of {count(len(truths), 'picture')} can be read: {data}"
        )


def truths_of(names: Sequence[str], data: Path, trained: Trained) -> list[int]:
    """Find what each example is, by the name of its class.

    Raises:
        DatasetError: There is no example of any class.
    """
    known = {name: match(name, trained) for name in set(names)}
    if all(truth is None for truth in known.values()):
        some = ", ".join(sorted(known)[:NAMED]) or "no pictures"
        raise DatasetError(
            f"expected examples of {', '.join(trained.classes[:NAMED])}, got {some} in "
            f"{data}"
        )
    others = sorted(name for name, truth in known.items() if truth is None)
    if others:
        say(f"no classes of this model, so unknown: {', '.join(others[:NAMED])}")
    truths = {name: trained.none if at is None else at for name, at in known.items()}
    return [truths[name] for name in names]


def match(name: str, trained: Trained) -> int | None:
    """Find the class of this name; else the first that differs in case or plural only."""
    for alike in (str, str.casefold, _singular):
        for index, each in enumerate(trained.classes):
            if alike(each) == alike(name):
                return index
    return None


def _singular(name: str) -> str:
    return name.casefold().removesuffix("s")


def decided(
    source: Source, truths: Sequence[int], trained: Trained
) -> Iterator[Decided]:
    """Read and decide one example after the other; those that are broken are named."""
    counts = _no_counts(trained)
    for index, truth in enumerate(truths):
        try:
            x = source.read(index)
        except BrokenPictureError as error:
            say(f"skipped {source.title(index)}: {error}")
            continue
        p = trained.probabilities(x[None])
        decision = int(trained.decide(p)[0])
        counts[truth, decision] += 1
        done = int(counts.sum())
        yield Decided(
            epoch=done,
            x=x,
            truth=truth,
            decided=decision,
            unknownness=float(unknownness(p, trained.unknown)[0]),
            accuracy=float(np.trace(counts)) / done,
            rejected=_share_unknown(np.delete(counts, trained.none, 0), trained),
            caught=_share_unknown(counts[[trained.none]], trained),
            confusion=counts.copy(),
        )


def _run(trained: Trained, name: str, pictures: int) -> Run:
    is_raw = trained.preparation.kind == RAW
    return Run(
        name=name,
        axis="example",
        classes=trained.classes,
        input_shape=() if is_raw else trained.input_shape,
        metrics=METRICS,
        every=1,
        epochs=pictures,
        unknown=trained.unknown,
        reject=trained.reject,
    )


def _look(trained: Trained, tested: Decided) -> list[Layer]:
    """Look at the network as training it does, and at the counts so far."""
    counts = tested.confusion if is_confusion_shown(trained.decisions) else None
    if trained.preparation.kind == RAW:
        return look(trained, tested.x, trained.reject, counts)
    return capture(trained.network, tested.x, confusion=counts)


def _share_unknown(counts: NDArray[np.int64], trained: Trained) -> float:
    total = int(counts.sum())
    return int(counts[:, trained.none].sum()) / total if total else math.nan


def _no_counts(trained: Trained) -> NDArray[np.int64]:
    size = len(trained.decisions)
    return np.zeros((size, size), np.int64)


def _output(truth: int, trained: Trained) -> int | None:
    """Give the output that a truth is; None where it has none."""
    return truth if truth < len(trained.classes) else None
