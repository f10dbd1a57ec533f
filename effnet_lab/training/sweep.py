"""Many runs: single-threaded worker processes, one record on disk for each run that ends.

Two workers of one thread go through more pictures a second than one worker of two threads, with
the same results. Each worker saves a checkpoint after every epoch, so a sweep that is killed goes
on where it was.

The workers are processes of this machine, or those of a Dask cluster. Only the driver writes
records, so none is lost or doubled whichever of them dies.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from loky import ProcessPoolExecutor
from tqdm.auto import tqdm

from ..records.runs import RunPlan, RunRecord, RunStore, priced
from .data import load_data
from .dataset import DataSet
from .train import Silent, TrainingState, train

Folder = str | os.PathLike[str] | None

#: A local worker that dies this many times without any run ending in between stops the sweep.
MAX_DEATHS = 3


def sweep(
    plans: Sequence[RunPlan],
    store: RunStore,
    *,
    folder: Folder = None,
    workers: int | None = None,
    scheduler: str | None = None,
    threads: int = 1,
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
    folder
        Where the data are; see `load_data`.
    workers
        Number of processes; by default one for each core.
    scheduler
        Address of a Dask scheduler, such as "tcp://host:8786": its workers are used instead of
        processes of this machine, with the same results. See the notes.
    threads
        Of each worker; more than one pay where there are more cores than runs.
    progress
        Show a progress bar with the time left.

    Raises
    ------
    ValueError
        If `workers` is below 1 or given together with `scheduler`, a worker of the cluster has
        several threads, or the data on disk are not the plans'.
    RuntimeError
        If workers keep dying, or Dask is missing; all records made so far are in the store.
    OSError
        If there is no scheduler at that address.

    Notes
    -----
    A cluster needs this package and the data on every machine, and workers of one thread each,
    because torch has one source of random numbers for all threads of a process. Dask makes the
    allocator of its workers give memory back so eagerly that training takes more than twice as
    long; `local_cluster` cures that, other clusters must::

        export MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_MMAP_THRESHOLD_=1073741824
        dask worker tcp://host:8786 --nthreads 1 --nworkers 2

    Dask repeats the run of a worker that dies; it goes on from the checkpoint if the worker sees
    the store's folder under the same path, else it starts anew.
    """
    workplace = choose_workplace(workers, scheduler)
    todo = _missing(plans, store)
    runner = _Runner(store, folder, workplace, threads)
    try:
        with closing(_Bar(todo, progress)) as bar:
            runner.run(todo, bar)
    except KeyboardInterrupt:
        print(f"stopped; {len(_missing(todo, store))} of {len(todo)} runs are left")
    records = {record.key: record for record in store.records()}
    return [records[plan.key] for plan in plans if plan.key in records]


# --- where runs are carried out -----------------------------------------------------------------


class Workplace(Protocol):
    """A place with workers. `LocalWorkers` and `DaskWorkers` are the two there are."""

    #: After so many deaths of workers without a run ending, trying again is pointless.
    max_deaths: int

    def open(self, tasks: int) -> AbstractContextManager[Executor]:
        """Give an executor for so many tasks, and end those that still run when it is left.

        Raises
        ------
        WorkerDiedError
            If workers died so that tasks were lost.
        """

    def count(self) -> int:
        """Return how many tasks run at once."""

    def watch(self) -> Callable[[], None]:
        """Return what a worker calls now and then: it ends a run that nobody waits for."""


class WorkerDiedError(RuntimeError):
    """Workers died, and tasks with them."""


def choose_workplace(workers: int | None = None, scheduler: str | None = None) -> Workplace:
    """Return processes of this machine, or the workers of the Dask scheduler if one is given.

    Raises
    ------
    ValueError
        If `workers` is below 1, or given together with `scheduler`.
    """
    if scheduler is not None:
        if workers is not None:
            raise ValueError(
                f"workers is {workers} and scheduler {scheduler!r}; a cluster has workers of its "
                "own, so give one of the two"
            )
        return DaskWorkers(scheduler)
    workers = os.cpu_count() or 1 if workers is None else workers
    if workers < 1:
        raise ValueError(f"workers is {workers}; it must be 1 or more")
    return LocalWorkers(workers)


class LocalWorkers:
    """Processes of this machine."""

    max_deaths = MAX_DEATHS

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def count(self) -> int:
        """Return the number of processes."""
        return self.workers

    @contextmanager
    def open(self, tasks: int) -> Iterator[Executor]:
        """Start processes; kill them if the block is left by an error."""
        executor = ProcessPoolExecutor(min(self.workers, tasks), initializer=_ignore_interrupt)
        try:
            yield executor
            executor.shutdown()
        except BrokenProcessPool as error:
            executor.shutdown(kill_workers=True)
            raise WorkerDiedError(str(error)) from error
        except BaseException:
            executor.shutdown(kill_workers=True)
            raise

    def watch(self) -> Callable[[], None]:
        """Return what ends a worker whose driver has died."""
        return partial(_end_without, os.getpid())


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to handle


def _end_without(driver: int) -> None:
    if os.name == "posix" and os.getppid() != driver:
        os._exit(1)  # nobody waits for the record; the checkpoint has the last epoch


class DaskWorkers:
    """The workers of a Dask cluster, by the address of its scheduler."""

    max_deaths = 1  # Dask has tried several times itself

    def __init__(self, scheduler: str) -> None:
        self.scheduler = scheduler

    def count(self) -> int:
        """Return the number of workers that the scheduler has now, at least one."""
        with self._client() as client:
            return max(1, len(client.scheduler_info()["workers"]))

    @contextmanager
    def open(self, tasks: int) -> Iterator[Executor]:
        """Connect to the scheduler; cancel what still runs if the block is left by an error."""
        distributed = _distributed()
        with self._client() as client:
            executor = client.get_executor(pure=False)
            try:
                yield executor
            except distributed.KilledWorker as error:
                raise WorkerDiedError(str(error)) from error
            except CancelledError as error:
                raise WorkerDiedError(f"the scheduler at {self.scheduler} has gone") from error
            finally:
                executor.shutdown(wait=False)

    def watch(self) -> Callable[[], None]:
        """Return what stops a run that its driver has cancelled, or whose driver has died."""
        return _stop_if_cancelled

    def _client(self) -> AbstractContextManager[Any]:
        client: AbstractContextManager[Any] = _distributed().Client(
            self.scheduler, set_as_default=False
        )
        return client


class _CancelledError(Exception):
    """Ends a run on a Dask worker that nobody waits for."""


def _stop_if_cancelled() -> None:
    worker = _distributed().get_worker()
    if worker.state.nthreads != 1:
        raise ValueError(
            f"worker {worker.address} has {worker.state.nthreads} threads; it must have 1 "
            "(dask worker --nthreads 1)"
        )
    task = worker.state.tasks.get(worker.get_current_task())
    if task is None or task.state == "cancelled":
        raise _CancelledError("the driver has gone, or wants no more of this run")


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise RuntimeError(
            f"a Dask cluster needs the extra: pip install 'effnet-lab[dask]' ({error})"
        ) from error
    return distributed


@contextmanager
def local_cluster(workers: int | None = None) -> Iterator[Any]:
    """Start a Dask cluster on this machine, set up for training.

    Parameters
    ----------
    workers
        Number of processes, each of one thread; by default one for each core.

    Yields
    ------
    distributed.LocalCluster
        Its `scheduler_address` is what `sweep` takes.

    Examples
    --------
    >>> with local_cluster(2) as cluster:  # doctest: +SKIP
    ...     sweep(plans, store, scheduler=cluster.scheduler_address)
    """
    distributed = _distributed()
    import dask

    plenty = 1 << 30
    settings = {
        f"distributed.nanny.pre-spawn-environ.MALLOC_{name}_THRESHOLD_": plenty
        for name in ("TRIM", "MMAP")  # one alone does not help
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=workers or os.cpu_count() or 1,
            threads_per_worker=1,
            memory_limit=0,  # a training holds what it needs: there is nothing to spill
            dashboard_address="127.0.0.1:0",  # any free port
        ) as cluster,
    ):
        yield cluster


# --- runs ---------------------------------------------------------------------------------------


def _missing(plans: Iterable[RunPlan], store: RunStore) -> list[RunPlan]:
    """Plans without a record that ended, dearest first, so that workers end together."""
    done = {record.key for record in store.records() if record.status != "stopped"}
    todo = {plan.key: plan for plan in plans if plan.key not in done}
    return sorted(todo.values(), key=_work, reverse=True)


def _work(plan: RunPlan) -> float:
    """Compare plans by how long they take: roughly, by MACs over all pictures."""
    return float(priced(plan.spec).macs * plan.pictures)


class _Job(NamedTuple):
    """A plan, and what its worker needs to carry it out."""

    plan: RunPlan
    folder: Path | None
    checkpoint: Path
    watch: Callable[[], None]
    threads: int = 1


class _Runner:
    """Hands plans to workers, and tries again with what is missing when one dies."""

    def __init__(self, store: RunStore, folder: Folder, workplace: Workplace, threads: int) -> None:
        self.store, self.workplace, self.threads = store, workplace, threads
        # Workers may have another working folder.
        self.folder = None if folder is None else Path(folder).absolute()
        self.partial = store.path.absolute().with_name(f"{store.path.name}.partial")

    def run(self, todo: list[RunPlan], bar: "_Bar") -> None:
        """Run all of `todo`, or raise."""
        deaths = 0
        try:
            while todo:
                self.partial.mkdir(parents=True, exist_ok=True)
                try:
                    self._round(todo, bar)
                except WorkerDiedError as error:
                    deaths = deaths + 1 if len(_missing(todo, self.store)) == len(todo) else 1
                    self._require_hope(deaths, todo, error)
                todo = _missing(todo, self.store)
        finally:
            with suppress(OSError):  # gone, or runs still have their checkpoints in it
                self.partial.rmdir()

    def _require_hope(self, deaths: int, todo: list[RunPlan], error: WorkerDiedError) -> None:
        if deaths >= self.workplace.max_deaths:
            raise RuntimeError(
                f"workers were lost again and again, so {len(_missing(todo, self.store))} runs "
                f"are left; all others are in {self.store.path} ({error})"
            ) from error

    def _round(self, todo: list[RunPlan], bar: "_Bar") -> None:
        watch = self.workplace.watch()
        with self.workplace.open(len(todo)) as executor:
            waiting = {
                executor.submit(
                    _run, _Job(plan, self.folder, self._checkpoint(plan), watch, self.threads)
                )
                for plan in todo
            }
            kept: set[str] = set()
            while waiting:
                ended, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                # Those that failed come last: what has ended beside them is kept.
                for future in sorted(ended, key=lambda f: f.cancelled() or bool(f.exception())):
                    self._keep(future.result())
                    kept.add(future.result().key)
                bar.show({plan.key: self._progress(plan, kept) for plan in todo})

    def _keep(self, record: RunRecord) -> None:
        """Put a record on disk; only then is its checkpoint superfluous."""
        self.store.append(record)
        checkpoint = self._checkpoint(record.plan)
        for path in (checkpoint, _progress_file(checkpoint)):
            path.unlink(missing_ok=True)

    def _checkpoint(self, plan: RunPlan) -> Path:
        return self.partial / f"{plan.key}.pt"

    def _progress(self, plan: RunPlan, kept: set[str]) -> float:
        """How much of a run is done, from 0 to 1, as its worker last told."""
        if plan.key in kept:
            return 1.0
        path = _progress_file(self._checkpoint(plan))
        try:
            return float(path.read_text())
        except (OSError, ValueError):  # not begun, just being written, or on another machine
            return 0.0


def _progress_file(checkpoint: Path) -> Path:
    return checkpoint.with_suffix(".progress")


class _Reporter(Silent):
    """In a worker: tells how far the run is, and whether anybody still waits for it."""

    def __init__(self, progress: Path | None, watch: Callable[[], None]) -> None:
        self.progress, self.watch, self.told = progress, watch, 0.0

    def update(self, state: TrainingState) -> None:
        """Write the progress, about once a second."""
        if time.monotonic() - self.told < 1:
            return
        self.told = time.monotonic()
        self.watch()
        if self.progress:
            self.progress.write_text(f"{state.pictures / state.pictures_total:.4f}")


def _run(job: _Job) -> RunRecord:
    """Carry out one plan; this runs in a worker."""
    job.watch()
    # The driver has made the folder: where it is missing, the worker sees another disk.
    checkpoint = job.checkpoint if job.checkpoint.parent.is_dir() else None
    data = _data(job.plan.data, job.folder)
    reporter = _Reporter(checkpoint and _progress_file(checkpoint), job.watch)
    return train(
        job.plan, data, threads=job.threads, checkpoint=checkpoint, monitor=reporter
    ).record


@lru_cache(maxsize=1)
def _data(name: str, folder: Path | None) -> DataSet:
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
        if not self.bar.n or share < self.bar.initial:
            # What an earlier call did says nothing about the speed now; nor does what it did after
            # its last checkpoint, which is done again.
            self.bar.initial = share
        self.bar.n = share
        self.bar.refresh()

    def close(self) -> None:
        """Leave the bar as it stands."""
        self.bar.close()
