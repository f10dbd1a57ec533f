"""All that a monitor knows, and what it says of it: pure functions of a `Scene`."""

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from ...records.runs import Epoch, RunRecord, recorded
from ...view.picture import Cell
from ...view.plots.curves import Step
from ...view.plots.live import TRAIL, Moment
from ...view.style import format_percent, format_points
from ...view.tables import Table
from ..panel import State
from .controls import differences, recipe_in_words


@dataclass(frozen=True, slots=True)
class Run:
    """One training of a monitor: under way, or over once it has a record."""

    number: int
    settings: State
    moment: Moment | None = None
    trail: tuple[Step, ...] = ()
    record: RunRecord | None = None

    @property
    def history(self) -> tuple[Epoch, ...]:
        """The epochs so far."""
        if self.record:
            return self.record.history
        return self.moment.history if self.moment else ()

    @property
    def finished(self) -> bool:
        """Whether it came to the end of its budget."""
        return self.record is not None and self.record.status == "finished"

    @property
    def accuracy(self) -> float | None:
        """Validation accuracy after the last epoch; None before there is a number."""
        last = self.history[-1].val_accuracy if self.history else math.nan
        return last if math.isfinite(last) else None

    def matches(self, other: "Run") -> bool:
        """Whether both have come to the end of the same budget, so that they can be compared."""
        budgets = [run.record.plan.pictures for run in (self, other) if run.finished and run.record]
        return len(budgets) == 2 and budgets[0] == budgets[1]

    def heard(self, moment: Moment) -> "Run":
        """Return the run as it stands at a later moment."""
        walked = moment.pictures - (self.trail[-1].pictures if self.trail else 0)
        keep = walked * TRAIL >= moment.pictures_total or (walked > 0 and moment.is_last)
        trail = (*self.trail, moment.step()) if keep else self.trail
        return replace(self, moment=moment, trail=trail)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a monitor knows: runs that are over, the one under way, and what went wrong.

    Each thing that happens makes a new scene of the one before.
    """

    runs: tuple[Run, ...] = ()
    current: Run | None = None
    stopping: bool = False
    problem: str = ""

    @property
    def all(self) -> tuple[Run, ...]:
        """The runs in order, the one under way last."""
        return (*self.runs, self.current) if self.current else self.runs

    @property
    def first(self) -> Run | None:
        """The run that the others are compared with."""
        return self.all[0] if self.all else None

    def started(self, settings: State) -> "Scene":
        """Begin a run.

        Raises
        ------
        RuntimeError
            If one is under way.
        """
        if self.current:
            raise RuntimeError(f"run {self.current.number} is still training; stop it first")
        return Scene(self.runs, Run(len(self.runs) + 1, dict(settings)))

    def heard(self, moment: Moment) -> "Scene":
        """Take in where the run under way stands."""
        return replace(self, current=self.current and self.current.heard(moment))

    def asked_to_stop(self) -> "Scene":
        """Wait for the end of the run under way."""
        return replace(self, stopping=self.current is not None)

    def ended(self, record: RunRecord) -> "Scene":
        """Put the run under way with those that are over."""
        assert self.current is not None
        return Scene((*self.runs, replace(self.current, record=record)))

    def failed(self, problem: str) -> "Scene":
        """Give up the run under way, which left no record."""
        return Scene(self.runs, problem=problem)


# ------------------------------------------------------------------ what is said


def summary(scene: Scene, state: State) -> str:
    """Say what goes on; it changes at an epoch's end at most, so it can be read out."""
    run = scene.current
    if run is None:
        return _ready(scene, state)
    name = f"Run {run.number}"
    if scene.stopping:
        return f"{name} is stopping."
    if run.moment is None:
        return f"{name} is starting: a process of its own loads torch."
    assert scene.first is not None
    what = recipe_in_words(run.settings)
    if run is not scene.first:
        what = differences(run.settings, scene.first.settings) or "the same as run 1"
    text = f"{name} trains: {what}."
    if run.accuracy is not None:
        text += f" {format_percent(run.accuracy)} on the validation pictures so far."
    return text


def _ready(scene: Scene, state: State) -> str:
    if scene.first is None:
        return f"Ready for run 1: {recipe_in_words(state)}."
    last = scene.runs[-1]
    assert last.record is not None
    reason = last.record.reason.removeprefix("stopped ")
    text = f"Run {last.number} {last.record.status}{f' ({reason})' * bool(reason)}"
    if last.accuracy is not None:
        text += f" with {format_percent(last.accuracy)} on the validation pictures"
    changed = differences(state, scene.first.settings)
    return f"{text}. Ready for run {last.number + 1}, as run 1{f' but {changed}' * bool(changed)}."


class Progress(NamedTuple):
    """How far a training is: a share, or None where that is not known, and words."""

    shown: bool
    share: float | None
    text: str


def progress(scene: Scene) -> Progress:
    """Return what the progress bar shows."""
    run = scene.current
    if run is None:
        return Progress(False, 0.0, "")
    if run.moment is None:
        return Progress(True, None, "starting")
    moment = run.moment
    share = min(1.0, moment.pictures / max(1, moment.pictures_total))
    done = moment.status == "finished"
    line = replace(moment, epoch=None).line()  # in pictures, as the budget is
    return Progress(True, share, line + ", being tested" * done)


def actions(scene: Scene) -> list[str]:
    """Return the names of the buttons that can be pressed."""
    if scene.current is None:
        return ["start"]
    return [] if scene.stopping else ["stop"]


_CAPTION = (
    "Choose by validation accuracy; the test pictures stay out of it, for a fair test of the "
    "choice. A small difference may be luck: repeat both runs with other seeds."
)

_COLUMNS = ("run", "what differs from run 1", "validation", "against", "pictures", "status")


def ledger(scene: Scene) -> Table:
    """Return the runs as a table, in the order in which they were made."""
    if scene.first is None:
        recorded_run = Run(0, {}, record=example())
        return Table(_CAPTION, _COLUMNS, (_row("recorded", "an example", recorded_run),))
    rows = [_row("1", recipe_in_words(scene.first.settings), scene.first)]
    for run in scene.all[1:]:
        what = differences(run.settings, scene.first.settings) or "the same"
        rows.append(_row(str(run.number), what, run, _against(scene, run)))
    return Table(_CAPTION, _COLUMNS, tuple(rows))


def _against(scene: Scene, run: Run) -> str | None:
    """Compare a run with the first of the same budget: runs of unequal length are not compared."""
    other = next((other for other in scene.runs if other.matches(run)), run)
    if other is run or run.accuracy is None or other.accuracy is None:
        return None
    gain = f"run {other.number}: {format_points(run.accuracy - other.accuracy)}"
    return gain.replace(" ", "\N{NO-BREAK SPACE}")


def _row(name: str, what: str, run: Run, against: str | None = None) -> tuple[Cell, ...]:
    shown = None if run.accuracy is None else format_percent(run.accuracy)
    seen = run.history[-1].pictures if run.history else None
    return name, what, shown, against, seen, run.record.status if run.record else "training"


@cache
def example() -> RunRecord:
    """Return a recorded run to show where none has been made yet."""
    return next(record for record in recorded("scaling") if record.family == "base")
