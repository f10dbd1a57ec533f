"""Recorded runs, made again: whether the same plan still gives the same accuracy."""

import math
import os
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from .._validate import require_int
from ..records.compare import compare
from ..records.runs import RunRecord, RunStore, finished
from ..records.statistics import Result, result_of, results
from .sweep import sweep

#: A repeated run may be off by so many standard deviations where it cannot be equal.
MOST_SPREADS = 3.0


@dataclass(frozen=True, slots=True)
class Repetition:
    """A recorded run and its repetition.

    Parameters
    ----------
    recorded, repeated
        The two records.
    mean
        Mean test accuracy of the recorded runs of this network, over seeds.
    noise
        Standard deviation over seeds: that of this network, or of all networks of the study
        together if that is larger, because a few seeds give a poor estimate. None if no network
        was trained with two seeds.
    """

    recorded: RunRecord
    repeated: RunRecord
    mean: float
    noise: float | None

    @property
    def equal(self) -> bool:
        """Whether test accuracy and test loss are the same, bit for bit."""
        first, second = self.recorded, self.repeated
        return (first.test_accuracy, first.test_loss) == (second.test_accuracy, second.test_loss)

    @property
    def same_machine(self) -> bool:
        """Whether both ran under the same versions, on the same kind of processor."""
        first, second = (
            {name: said for name, said in run.versions.items() if name != "cores"}
            for run in (self.recorded, self.repeated)
        )
        return first == second

    @property
    def distance(self) -> float:
        """How far the repeated accuracy is from the mean, in standard deviations."""
        if self.repeated.test_accuracy is None or self.noise is None:
            return math.inf
        off = abs(self.repeated.test_accuracy - self.mean)
        return off / self.noise if self.noise else math.inf if off else 0.0

    @property
    def ok(self) -> bool:
        """Equal where it must be, near enough where it need not be."""
        return self.equal or (not self.same_machine and self.distance <= MOST_SPREADS)

    def describe(self) -> str:
        """Return a line for people."""
        run = self.recorded
        return (
            f"{'ok ' if self.ok else 'OFF'} {run.spec.name}, seed {run.plan.seed}: "
            f"{_percent(run)} recorded, {_percent(self.repeated)} now: {self._why()}"
        )

    def _why(self) -> str:
        if self.equal:
            return "equal, bit for bit"
        if self.repeated.status != "finished":
            return f"{self.repeated.status} ({self.repeated.reason})"
        if self.same_machine:
            return "not equal, although versions and processor read the same"
        if self.noise is None:
            return "not equal, and one seed each tells nothing about the noise"
        relation = "within" if self.ok else "more than"
        return (
            f"{relation} {MOST_SPREADS:g} standard deviations ({100 * self.noise:.2f} points) from "
            f"the mean of the recorded runs ({self.mean:.2%}), on another machine or version"
        )


def verify(
    records: Sequence[RunRecord],
    sample: int = 3,
    seed: int = 0,
    *,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    threads: int = 1,
    progress: bool = True,
) -> list[Repetition]:
    """Train randomly drawn recorded runs again and compare their test accuracy.

    Parameters
    ----------
    records
        All runs of one study; those that did not finish are left out.
    sample
        How many to draw; at most all.
    seed
        Another seed draws other runs.
    folder
        Where the data are; see `load_data`.
    workers, scheduler, threads, progress
        See `sweep`.

    Returns
    -------
    list of Repetition
        One for each run, in the order of the records. Where versions and processor are the same,
        only equality is good enough, on any number of cores.

    Raises
    ------
    ValueError
        If no run finished, `sample` is below 1, or the data on disk are not those of the records.
    RuntimeError
        If a training was stopped before its end.
    """
    candidates = finished(records)
    if not candidates:
        raise ValueError(f"no finished run among {len(records)} records")
    require_int("sample", sample, 1, 10**6)
    drawn = set(
        random.Random(seed).sample(
            sorted(record.key for record in candidates), min(sample, len(candidates))
        )
    )
    chosen = [record for record in candidates if record.key in drawn]
    with tempfile.TemporaryDirectory(prefix="effnet-lab-verify-") as scratch:
        repeated = sweep(
            [record.plan for record in chosen],
            RunStore(Path(scratch) / "runs.jsonl"),
            folder=folder,
            workers=workers,
            scheduler=scheduler,
            threads=threads,
            progress=progress,
        )
    if len(repeated) < len(chosen):
        raise RuntimeError(f"stopped after {len(repeated)} of {len(chosen)} runs")
    return repetitions(chosen, repeated, results(records))


def repetitions(
    recorded: Iterable[RunRecord], repeated: Iterable[RunRecord], study: Sequence[Result]
) -> list[Repetition]:
    """Set recorded runs beside their repetitions; `study` tells how noisy the runs are."""
    comparison = compare(study)
    found = []
    for first, second in zip(recorded, repeated, strict=True):
        result = result_of(first, study)
        if result is None:
            raise ValueError(f"run {first.key} is not part of the study it is compared with")
        spreads = [std for std in (result.std, comparison.spread(result)) if std is not None]
        mean = fmean(result.accuracies)
        found.append(Repetition(first, second, mean, max(spreads, default=None)))
    return found


def _percent(record: RunRecord) -> str:
    return "not tested" if record.test_accuracy is None else f"{record.test_accuracy:.2%}"
