"""The training curve while it grows: one display in a notebook, updated in place."""

import html
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...records.runs import Epoch
from .. import style
from ..picture import Picture, page_name, themed_svg
from ..style import format_count, format_percent, format_seconds
from .curves import (
    SUBPLOTS,
    Curve,
    Step,
    Subplot,
    curve_axes,
    curve_picture,
    draw_curves,
    epoch_size,
)
from .drawing import label_ends

#: Seconds between two updates of the display, at least.
PAUSE = 0.5

#: Points of the training line, about.
TRAIL = 100

#: Share of the training's time that redrawing may take.
SHARE = 0.04


class State(Protocol):
    """Where a training stands; `training.train.TrainingState` is one.

    If it has `pictures_per_epoch` too, epochs are shown from the start.
    """

    @property
    def pictures(self) -> int:
        """Training pictures seen."""

    @property
    def pictures_total(self) -> int:
        """Training pictures in all."""

    @property
    def seconds(self) -> float:
        """Seconds so far."""

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds left, if there is an estimate."""

    @property
    def train_loss(self) -> float:
        """Mean loss over the last steps."""

    @property
    def train_accuracy(self) -> float:
        """Training accuracy over the last steps, as a fraction."""

    @property
    def learning_rate(self) -> float:
        """Learning rate of the last step."""

    @property
    def history(self) -> Sequence[Epoch]:
        """Epochs that ended."""

    @property
    def status(self) -> str:
        """Either "running" or a record's status."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A copy of a state: the training goes on changing its own.

    It holds plain values alone, so that it can go from one process to another.
    """

    pictures: int
    pictures_total: int
    epoch: int | None
    seconds: float
    seconds_left: float | None
    train_loss: float
    train_accuracy: float
    learning_rate: float
    history: tuple[Epoch, ...]
    status: str

    @classmethod
    def of(cls, state: State) -> "Moment":
        """Take a copy of a state."""
        history = tuple(state.history)
        epoch = getattr(state, "pictures_per_epoch", None) or epoch_size([history])
        return cls(
            state.pictures,
            state.pictures_total,
            epoch,
            state.seconds,
            state.seconds_left,
            state.train_loss,
            state.train_accuracy,
            state.learning_rate,
            history,
            state.status,
        )

    @property
    def is_last(self) -> bool:
        """Whether all pictures were seen."""
        return self.pictures >= self.pictures_total

    def step(self) -> Step:
        """Keep what the training line is drawn from."""
        return Step(self.pictures, self.train_loss, self.train_accuracy, self.learning_rate)

    def line(self) -> str:
        """Say in one line how far the training is."""
        if self.epoch:
            done, total = self.pictures / self.epoch, self.pictures_total / self.epoch
            parts = [f"epoch {done:.1f} of {float(f'{total:.1f}'):g}"]
        else:
            total_text = format_count(self.pictures_total, short=True)
            parts = [f"{format_count(self.pictures, short=True)} of {total_text} pictures"]
        if self.is_last or self.seconds_left is None:
            parts.append(format_seconds(self.seconds))
        else:
            parts.append(f"{format_seconds(self.seconds_left)} left")
        if self.history:
            parts.append(f"validation {format_percent(self.history[-1].val_accuracy)}")
        if self.status != "running":
            parts.append(self.status)
        return ", ".join(parts)


class LiveCurve:
    """A monitor for `quick_train`: draws the training curve in place while it grows.

    The display is replaced, never cleared, at most twice a second; the curve in it is redrawn
    only as often as leaves 95% of the time to a training of 15 seconds or more. At the end a
    `Picture` takes its place. Outside a notebook nothing is shown.

    Parameters
    ----------
    name
        What is trained, for the title.
    clock
        Tells the time in seconds.
    """

    def __init__(
        self, name: str = "Your network", *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.name = name
        self._clock = clock
        self._display = notebook_display()
        self._handle: Any = None
        self._moment: Moment | None = None
        self._curve: _GrowingCurve | None = None
        self._svg = ""
        self._trail: list[Step] = []
        self._began = self._next = clock()
        self._spent = self._last = 0.0

    def update(self, state: State) -> None:
        """Look at the state, and show it if it is time to."""
        self._moment = Moment.of(state)
        walked = state.pictures - (self._trail[-1].pictures if self._trail else 0)
        if walked * TRAIL >= state.pictures_total or (walked and self._moment.is_last):
            self._trail.append(self._moment.step())
        if self._display is not None and self._clock() >= self._next:
            self._show(self._moment)

    def close(self) -> None:
        """Replace the growing curve by the final picture."""
        if self._display is None or self._moment is None:
            return
        self._put(self.picture() or _Shown(self._moment.line(), ""))
        self._curve, self._svg = None, ""

    def picture(self) -> Picture | None:
        """Return the curve so far as a picture; None before the first epoch has ended."""
        if self._moment is None or not self._moment.history:
            return None
        curve = Curve(self.name, style.YOU, self._moment.history, tuple(self._trail))
        return curve_picture([curve], notes=[self._moment.line()])

    def _show(self, moment: Moment) -> None:
        start = self._clock()
        if self._curve is None:
            # Making the figure is not counted: else a short training would see nothing but it.
            self._curve = _GrowingCurve(self.name, moment)
            self._svg = self._curve.draw(moment, self._trail)
            self._began = start = self._clock()
        elif self._spent + self._last <= SHARE * (start - self._began):
            self._svg = self._curve.draw(moment, self._trail)
            self._last = self._clock() - start
        self._put(_Shown(moment.line(), self._svg))
        end = self._clock()
        self._spent += end - start
        self._next = end + PAUSE

    def _put(self, thing: object) -> None:
        assert self._display is not None
        if self._handle is None:
            self._handle = self._display(thing, display_id=True)
        else:
            self._handle.update(thing)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the display holds during the training."""

    line: str
    svg: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        text = f'<div style="font-variant-numeric: tabular-nums">{html.escape(self.line)}</div>'
        return {"text/html": f"<div>{text}{self.svg}</div>", "text/plain": self.line}


class _GrowingCurve:
    """A figure that is made once; only what is drawn in it is replaced."""

    def __init__(self, name: str, moment: Moment) -> None:
        self.name, self.unit = name, moment.epoch
        caption = "Thick: validation; thin: training, a mean over the last steps"
        with style.rc():
            self.figure, self.panels = curve_axes(f"{name} in training", caption, (), self.unit)
            self.panels[0].set_xlim(0, moment.pictures_total / (self.unit or 1))

    def draw(self, moment: Moment, trail: Sequence[Step]) -> str:
        """Return the curve as an SVG element."""
        unit = self.unit or 1
        curve = Curve(self.name, style.YOU, moment.history, (*trail, moment.step()))
        with style.rc():
            for axes, subplot in zip(self.panels, SUBPLOTS, strict=True):
                draw_curves(axes, subplot, [curve], unit)
                label_ends(axes, _ends(subplot, curve, unit), beside=True)
        return themed_svg(self.figure, moment.line(), page_name())


def _ends(subplot: Subplot, curve: Curve, unit: int) -> list[tuple[float, float, str]]:
    """Name the ends of both lines; the learning rate's needs no name."""
    if not subplot.validation:
        return []
    names = {subplot.training: "training", subplot.validation: "validation"}
    lines = {name: subplot.points(curve.points(of), of)[-1:] for of, name in names.items()}
    return [(x / unit, y, name) for name, points in lines.items() for x, y in points]


def notebook_display() -> Callable[..., Any] | None:
    """Return IPython's `display` if a notebook's kernel runs this, else None.

    A terminal cannot replace what it has printed, so it counts as none.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        return None
    from IPython.display import display

    show: Callable[..., Any] = display
    return show
