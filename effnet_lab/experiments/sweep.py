"""Many runs: single-threaded worker processes, one record on disk for each run that ends.

Two workers of one thread go through more pictures a second than one worker of two threads, and a
single thread gives the same result on every number of cores. Each worker saves a checkpoint
after every epoch, so a sweep that is killed goes on where it was.
"""

import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path

from loky import ProcessPoolExecutor
from tqdm.auto import tqdm

from .data import load_data
from .dataset import DataSet
from .runs import RunPlan, RunRecord, RunStore, priced
from .train import Silent, TrainingState, train

Folder = str | os.PathLike[str] | None

#: A worker that dies this many times without any run ending in between stops the sweep.
MAX_DEATHS = 3


def sweep(
    plans: Sequence[RunPlan],
    store: RunStore,
    *,
    families: Mapping[str, str] | None = None,
    folder: Folder = None,
    workers: int | None = None,
    progress: bool = True,
) -> list[RunRecord]:
    """Carry out plans on worker processes and return their records, in the order of the plans.

    A plan whose finished (or diverged) record is already in the store is not run again. Ctrl-C
    stops the workers and returns the records there are; the next call goes on from the last
    checkpoints.

    Parameters
    ----------
    plans
        What to run; equal plans are run once.
    store
        Where records go, each as soon as its run ends. Checkpoints lie beside it in a folder
        ending in ``.partial``.
    families
        A label for each plan's key, for plots.
    folder
        Where the data are; see `load_data`.
    workers
        Number of processes; by default one for each core.
    progress
        Show a progress bar with the time left.

    Raises
    ------
    ValueError
        If `workers` is below 1, or the data on disk are not the plans'.
    RuntimeError
        If workers keep dying; all records made so far are in the store.
    """
    workers = os.cpu_count() or 1 if workers is None else workers
    if workers < 1:
        raise ValueError(f"workers is {workers}; it must be 1 or more")
    todo = _missing(plans, store)
    pool = _Pool(store, families or {}, folder, workers)
    try:
        with closing(_Bar(todo, progress)) as bar:
            pool.run(todo, bar)
    except KeyboardInterrupt:
        print(f"stopped; {len(_missing(todo, store))} of {len(todo)} runs are left")
    records = {record.key: record for record in store.records()}
    return [records[plan.key] for plan in plans if plan.key in records]


def _missing(plans: Iterable[RunPlan], store: RunStore) -> list[RunPlan]:
    """Plans without a record that ended, dearest first, so that workers end together."""
    done = {record.key for record in store.records() if record.status != "stopped"}
    todo = {plan.key: plan for plan in plans if plan.key not in done}
    return sorted(todo.values(), key=_work, reverse=True)


def _work(plan: RunPlan) -> float:
    """Compare plans by how long they take: roughly, by MACs over all pictures."""
    return float(priced(plan.spec).macs * plan.pictures)


class _Pool:
    """Runs plans on loky workers, and starts anew with what is missing when one dies."""

    def __init__(
        self, store: RunStore, families: Mapping[str, str], folder: Folder, workers: int
    ) -> None:
        self.store, self.families, self.folder, self.workers = store, families, folder, workers
        self.partial = store.path.with_name(f"{store.path.name}.partial")

    def run(self, todo: list[RunPlan], bar: "_Bar") -> None:
        """Run all of `todo`, or raise."""
        deaths = 0
        while todo:
            try:
                self._round(todo, bar)
            except BrokenProcessPool as error:
                deaths = deaths + 1 if len(_missing(todo, self.store)) == len(todo) else 1
                if deaths >= MAX_DEATHS:
                    raise RuntimeError(
                        f"workers died {deaths} times without a run ending, so {len(todo)} runs "
                        f"are left; all others are in {self.store.path}"
                    ) from error
            todo = _missing(todo, self.store)

    def _round(self, todo: list[RunPlan], bar: "_Bar") -> None:
        executor = ProcessPoolExecutor(min(self.workers, len(todo)))
        futures = {
            executor.submit(
                _run_plan, plan, self.families.get(plan.key, ""), self.folder,
                self._checkpoint(plan), os.getpid(),
            )
            for plan in todo
        }  # fmt: skip
        try:
            kept: set[str] = set()
            waiting = futures
            while waiting:
                ended, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in ended:
                    self._keep(future.result())
                    kept.add(future.result().key)
                bar.show({plan.key: self._progress(plan, kept) for plan in todo})
            executor.shutdown()
        except BaseException:
            executor.shutdown(kill_workers=True)
            raise

    def _keep(self, record: RunRecord) -> None:
        """Put a record on disk; only then is its checkpoint superfluous."""
        self.store.append(record)
        checkpoint = self._checkpoint(record.plan)
        for path in (checkpoint, _progress_file(checkpoint)):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # other runs still have theirs in it
            self.partial.rmdir()

    def _checkpoint(self, plan: RunPlan) -> Path:
        return self.partial / f"{plan.key}.pt"

    def _progress(self, plan: RunPlan, kept: set[str]) -> float:
        """How much of a run is done, from 0 to 1, as its worker last told."""
        if plan.key in kept:
            return 1.0
        path = _progress_file(self._checkpoint(plan))
        try:
            return float(path.read_text())
        except (OSError, ValueError):  # not begun, or just being written
            return 0.0


def _progress_file(checkpoint: Path) -> Path:
    return checkpoint.with_suffix(".progress")


class _Reporter(Silent):
    """In a worker: tells how far the run is, and ends the worker when its driver has died."""

    def __init__(self, checkpoint: Path, driver: int) -> None:
        self.path, self.driver, self.told = _progress_file(checkpoint), driver, 0.0

    def update(self, state: TrainingState) -> None:
        """Write the progress, about once a second."""
        if time.monotonic() - self.told < 1:
            return
        self.told = time.monotonic()
        if os.name == "posix" and os.getppid() != self.driver:
            os._exit(1)  # nobody waits for the record; the checkpoint has the last epoch
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(f"{state.pictures / state.pictures_total:.4f}")


def _run_plan(
    plan: RunPlan, family: str, folder: Folder, checkpoint: Path, driver: int
) -> RunRecord:
    """Carry out one plan; this runs in a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to handle
    data = _data(plan.data, folder)
    reporter = _Reporter(checkpoint, driver)
    return train(plan, data, family=family, checkpoint=checkpoint, monitor=reporter).record


@lru_cache(maxsize=1)
def _data(name: str, folder: Folder) -> DataSet:
    return load_data(name, folder, quiet=True)


class _Bar:
    """One bar over all runs, each weighted by its work, with the time left."""

    def __init__(self, todo: Sequence[RunPlan], visible: bool) -> None:
        self.weights = {plan.key: _work(plan) for plan in todo}
        self.done: dict[str, float] = dict.fromkeys(self.weights, 0.0)
        self.bar = tqdm(
            total=1.0,
            disable=not visible or not todo,
            bar_format="{percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}",
        )

    def show(self, progress: Mapping[str, float]) -> None:
        """Take in how much of each run is done."""
        self.done.update(progress)
        total = sum(self.weights.values())
        share = sum(self.weights[key] * self.done[key] for key in self.weights) / total
        ended = sum(done == 1 for done in self.done.values())
        self.bar.set_postfix_str(f"{ended} of {len(self.done)} runs", refresh=False)
        if not self.bar.n:
            self.bar.initial = share  # what an earlier call did says nothing about the speed now
        self.bar.n = share
        self.bar.refresh()

    def close(self) -> None:
        """Leave the bar as it stands."""
        self.bar.close()
