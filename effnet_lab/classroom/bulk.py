"""A whole class graded: in parallel, each result kept as it comes.

Only the driver reads submissions and writes results; a worker is given a notebook's bytes and
returns a score sheet. So workers may be processes of this machine or of a cluster, and a run that
was interrupted goes on with what is missing.
"""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from tqdm import tqdm

from ..exercises.assignment import Assignment, find_assignment
from ..exercises.grader.grading import grade
from ..exercises.grader.isolation import NoSandboxError, find_isolation
from ..exercises.grader.score_sheet import ScoreRow, ScoreSheet
from ..exercises.notebook import BadNotebookError, read_cells, written_answer
from ..exercises.task import Task
from .course import Course
from .files import RefusedError, opened, shown
from .results import write_results
from .store import Record, Store, key_of
from .submissions import Found, Submission, find_submissions

#: Gives an executor for so many tasks.
OpenWorkers: TypeAlias = Callable[[int], AbstractContextManager[Executor]]

#: Characters of a notebook's code that are kept.
MOST_CODE = 200_000


class Graded(NamedTuple):
    """What a worker found of a notebook: as in its record."""

    sheet: Mapping[str, Any]
    answers: Mapping[str, str] = {}
    code: Sequence[str] = ()


#: Submissions on their way at once.
IN_MEMORY = 4 * (os.cpu_count() or 1)


@dataclass(slots=True)
class Outcome:
    """What came of a class.

    Parameters
    ----------
    found
        The submissions.
    graded
        How many were graded now; the others had been before.
    troubles
        What somebody must look at.
    stopped
        Whether it was interrupted.
    summary
        The class in a few lines.
    """

    found: Found
    graded: int = 0
    troubles: list[str] = field(default_factory=list)
    stopped: bool = False
    summary: str = ""


def grade_class(
    course: Course,
    assignment: Assignment,
    source: Path,
    *,
    open_workers: OpenWorkers | None = None,
    trust: bool = False,
    progress: bool = True,
) -> Outcome:
    """Grade all submissions in a folder or a zip, and write the results.

    What was graded before, with the same notebook, seed and checks, stays. Of a learner whose
    submission is not there any more no score is left.

    Parameters
    ----------
    course, assignment
        Which one it is; the notebooks are not asked.
    source
        See `submissions`.
    open_workers
        Where to grade; by default one process for each core.
    trust
        Grade without a sandbox where there is none: for submissions that you would run yourself.
    progress
        Show a bar.

    Raises
    ------
    ValueError
        If the submissions, the roster or the settings cannot be understood.
    NoSandboxError
        If there is no sandbox, and the submissions are not trusted.
    OSError
        If something cannot be read or written.
    """
    course.chosen(assignment)
    if open_workers is None:
        find_isolation(trust)  # before anything is changed; workers elsewhere find out themselves
    store = Store(course, assignment)
    with opened(source) as files:
        found = find_submissions(course, assignment, files)
        outcome = Outcome(found, troubles=list(found.troubles))
        gone = store.drop_all_but({one.learner.id for one in found.submissions})
        outcome.troubles += [f"the earlier result of {one} is gone with its file" for one in gone]
        with tqdm(total=len(found.submissions), unit="notebook", disable=not progress) as bar:
            run = _Run(store, outcome, trust, open_workers or local_workers, bar)
            try:
                run.all()
            except KeyboardInterrupt:
                run.stop()
                outcome.stopped = True
    outcome.summary = write_results(store, outcome.troubles)
    return outcome


class _Todo(NamedTuple):
    submission: Submission
    key: str
    content: bytes


@dataclass(slots=True)
class _Run:
    """Submissions on their way through workers."""

    store: Store
    outcome: Outcome
    trust: bool
    open_workers: OpenWorkers
    bar: Any
    waiting: dict[Future[Graded], _Todo] = field(default_factory=dict)
    lost: list[_Todo] = field(default_factory=list)

    def all(self) -> None:
        """Grade what is not graded yet; what a worker was lost with, once more and alone."""
        todo = self._todo()
        while not self._through(todo):
            pass
        while self.lost:
            one = self.lost.pop()
            try:
                with self.open_workers(1) as executor:
                    self._keep(one, self._submitted(executor, one).result())
            except Exception as error:
                self._keep_failed(one.submission, one.key, f"The grader ended: {error!r}")

    def _todo(self) -> Iterator[_Todo]:
        """Yield what is to be graded, read one by one."""
        for submission in self.outcome.found.submissions:
            learner = submission.learner.id
            try:
                content = submission.entry.read()
            except RefusedError as error:
                self._keep_failed(submission, "", f"Refused: {error}")
                continue
            key = key_of(content, self._seed, self.store.assignment, self.trust)
            one, record = _Todo(submission, key, content), self.store.read(learner)
            if record and record.key == key and not record.failed:
                self._keep(one, Graded(record.sheet, record.answers, record.code), new=False)
                continue
            self.store.drop(learner)  # no old score outlives a new submission
            yield one

    def _through(self, todo: Iterator[_Todo]) -> bool:
        """Grade until nothing is left, or the workers broke; return whether nothing is."""
        submissions = len(self.outcome.found.submissions)
        with self.open_workers(max(1, submissions)) as executor:
            try:
                while self._fill(executor, todo) or self.waiting:
                    ended, _ = wait(self.waiting, return_when=FIRST_COMPLETED)
                    for future in ended:
                        self._take(future)
            except BrokenExecutor:
                self.lost += self.waiting.values()
                self.waiting.clear()
                return False
            return True

    def _fill(self, executor: Executor, todo: Iterator[_Todo]) -> bool:
        """Keep a few for each worker on their way, no more: they are in memory."""
        for one in islice(todo, IN_MEMORY - len(self.waiting)):
            try:
                self.waiting[self._submitted(executor, one)] = one
            except BrokenExecutor:
                self.lost.append(one)
                raise
        return bool(self.waiting)

    def _submitted(self, executor: Executor, one: _Todo) -> Future[Graded]:
        assignment = self.store.assignment
        name = assignment.name if assignment.is_ours else str(assignment.home)
        return executor.submit(
            grade_notebook,
            one.content,
            one.submission.entry.parts[-1],
            name,
            self._seed,
            self.trust,
        )

    def _take(self, future: Future[Graded]) -> None:
        one = self.waiting[future]
        try:
            graded = future.result()
        except (BrokenExecutor, NoSandboxError):
            raise
        except Exception:  # a cluster lost a worker, or a mistake of ours: once more, alone
            self.lost.append(one)
        else:
            self._keep(one, graded)
        del self.waiting[future]

    @property
    def _seed(self) -> int:
        return self.store.course.seed(self.store.assignment)

    def stop(self) -> None:
        """Keep what has ended while the run was being stopped, and note what has not."""
        for future, one in self.waiting.items():
            if future.done() and not future.cancelled() and not future.exception():
                self._keep(one, future.result())
        for submission in self.outcome.found.submissions:
            if self.store.read(submission.learner.id) is None:
                self._keep_failed(submission, "", "The run was stopped before its turn")

    def _keep_failed(self, submission: Submission, key: str, reason: str) -> None:
        self.store.drop(submission.learner.id)
        sheet = zero_sheet(self.store.assignment, submission.entry.parts[-1], reason, self._seed)
        self.outcome.troubles.append(f"{submission.learner.id} was not graded: {shown(reason)}")
        self._keep(_Todo(submission, key, b""), Graded(sheet), failed=shown(reason))

    def _keep(self, one: _Todo, graded: Graded, *, failed: str = "", new: bool = True) -> None:
        submission, handed = one.submission, one.submission.handed
        self.store.write(
            Record(
                submission.learner.id,
                one.key,
                submission.entry.name,
                handed.number,
                submission.submitted.isoformat() if submission.submitted else None,
                submission.told_by,
                handed.marked,
                *graded,
                failed,
            )
        )
        self.outcome.graded += new and not failed
        self.bar.update()


# ------------------------------------------------------------------ in a worker


def grade_notebook(content: bytes, name: str, assignment: str, seed: int, trust: bool) -> Graded:
    """Grade one notebook; this runs in a worker."""
    asked = find_assignment(assignment)
    with tempfile.TemporaryDirectory(prefix="effnet-class-") as folder:
        path = Path(folder) / f"{asked.folder}.ipynb"
        path.write_bytes(content)
        sheet = grade(path, seed, assignment=asked, trust=trust).to_dict()
        try:
            cells = read_cells(path)
        except BadNotebookError:
            cells = []
    answers = {one.name: written_answer(cells, f"{one.cell}-answer") for one in asked.written}
    code = [one.source for one in cells if one.kind == "code"]
    room = [MOST_CODE - total for total in accumulate(map(len, code), initial=0)]
    code = [one[:left] for one, left in zip(code, room, strict=False) if left > 0]
    return Graded({**sheet, "notebook": shown(name)}, answers, code)


def zero_sheet(assignment: Assignment, name: str, reason: str, seed: int) -> dict[str, Any]:
    """Return the sheet of a notebook that was not run."""
    rows = tuple(
        ScoreRow(
            one.name,
            one.title,
            0 if isinstance(one, Task) else None,
            one.points,
            "not attempted",
            reason,
        )
        for one in assignment.parts
    )
    return ScoreSheet(assignment.folder, shown(name), rows, reason, seed=seed).to_dict()


@contextmanager
def local_workers(tasks: int) -> Iterator[Executor]:
    """Give processes of this machine, one for each core; when left, they end what they have."""
    executor = ProcessPoolExecutor(
        min(tasks, os.cpu_count() or 1), multiprocessing.get_context("spawn"), _begin
    )
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """Set up a worker: one thread, Ctrl-C left to the driver, an end when the driver ends."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    driver = multiprocessing.parent_process()
    assert driver is not None

    def end() -> None:
        driver.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
