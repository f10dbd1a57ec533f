"""The widget: a scene, the process that trains (`background`), and the browser."""

import math
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar

from ...arch import CIFAR_BASE, NetworkSpec
from ...records.runs import Budget, Recipe, RunRecord, RunStore
from ...training.data import load_data
from ...training.dataset import DataSet
from ...view.plots.live import Moment
from ...view.style import format_seconds
from ..live import asset
from ..panel import SHELL, SHELL_CSS, Definition, Panel, State, Value, View
from .background import BackgroundTraining, Failure, Job, Message
from .controls import Setup, differences, fraction, setup
from .picture import picture
from .scene import Scene, actions, ledger, progress, summary

#: What a run takes beside its training: seconds until a process of its own has loaded torch, and
#: how long a picture that is only judged takes, in training pictures.
START, JUDGED = 4.0, 0.5


def render(scene: Scene, state: State, seconds: float | None = None) -> View:
    """Return what the monitor shows: a pure function of the scene, the controls, and an estimate.

    The estimate is of what a run takes; None while nothing is known.
    """
    drawn, alt = picture(scene)
    budget = f"{state['pictures']:,}"
    if seconds is not None:
        budget += f", about {format_seconds(max(10, round(seconds, -1)))}"
    values = {"shift": fraction(state["shift"]), "pictures": budget}
    return View(drawn, alt, summary(scene, state), ledger(scene), values)


def training_monitor(
    data: DataSet | str = "auto",
    spec: NetworkSpec = CIFAR_BASE,
    *,
    recipe: Recipe | None = None,
    pictures: int = 30_000,
    seed: int = 0,
    threads: int | None = None,
    store: RunStore | None = None,
    state: str = "",
    hide: Sequence[str] = (),
) -> "TrainingMonitor":
    """Show switches for a recipe, and train by it: the curve grows while the notebook is free.

    Parameters
    ----------
    data
        A data set, or a name for `load_data`.
    spec
        The network; it must have as many classes as the data.
    recipe
        Where the switches begin, and what has no switch; by default that of the recorded runs,
        `Recipe(shift=1/16)`.
    pictures
        Where the budget's slider begins. How long that takes here is measured when the monitor is
        shown, and again by each run.
    seed
        Where the seed's slider begins.
    threads
        See `quick_train`.
    store
        Where each record is put as soon as its run is over.
    state, hide
        A line of text that the widget showed, to begin with; names of controls not to show.

    Returns
    -------
    TrainingMonitor
        Its `records` are the runs so far, for plots and tables.

    Raises
    ------
    ValueError
        If network and data do not fit, or a value, the line or a name is not valid.
    """
    if isinstance(data, str):
        data = load_data(data)
    if spec.num_classes != len(data.classes):
        raise ValueError(
            f"{spec.name} has num_classes {spec.num_classes}; {data.name} has "
            f"{len(data.classes)} classes"
        )
    Budget(pictures=pictures)  # refuses what is no budget
    made = setup(spec, recipe or Recipe(shift=0.0625), pictures, seed)
    return TrainingMonitor(made, data, threads, store, state, hide)


@cache
def pace(spec: NetworkSpec, recipe: Recipe, threads: int | None) -> float:
    """Time a few steps, once in a kernel; return the seconds that a training picture takes."""
    from ...training.steps import seconds_per_picture, where_to_train  # torch: only here

    device, own_threads = where_to_train(recipe)
    return seconds_per_picture(spec, recipe, threads or own_threads, device=device)


class TrainingMonitor(Panel):
    """The monitor in the browser, and in the kernel: `start`, `stop`, `wait` and `records`.

    One monitor of a kernel trains at a time; see `training_monitor`.
    """

    _esm = SHELL + asset("monitor/monitor.js")
    _css = SHELL_CSS + asset("monitor/monitor.css")

    #: Those that train: a new one stops the one whose cell was run again.
    _busy: ClassVar[set["TrainingMonitor"]] = set()

    def __init__(
        self,
        setup: Setup,
        data: DataSet,
        threads: int | None = None,
        store: RunStore | None = None,
        state: str = "",
        hide: Sequence[str] = (),
    ) -> None:
        self.setup, self.data, self.threads, self.store = setup, data, threads, store
        self.scene = Scene()
        self.pace: float | None = None  # seconds for a training picture
        self._began = 0.0
        self.training: BackgroundTraining | None = None
        self._lock = threading.RLock()  # the listening thread changes scene and view too
        definition = Definition(
            "Training monitor",
            setup.controls,
            lambda state: render(self.scene, state, self.seconds(int(state["pictures"]))),
        )
        super().__init__(definition, state, hide)

    @property
    def records(self) -> list[RunRecord]:
        """The runs that are over: finished, stopped or diverged."""
        return [run.record for run in self.scene.runs if run.record]

    def seconds(self, pictures: int) -> float | None:
        """Estimate what a run of so many pictures takes here; None before the monitor is shown."""
        return None if self.pace is None else START + self.pace * self._work(pictures)

    def start(self, settings: Mapping[str, Value] | None = None) -> None:
        """Begin a run.

        Parameters
        ----------
        settings
            Of the controls, by name; by default as the widget shows them. What is left out
            takes its default.

        Raises
        ------
        RuntimeError
            If one is under way.
        ValueError
            If a setting is not valid.
        """
        with self._lock:
            chosen = self.setup.controls.check(self.state if settings is None else settings)
            scene = self.scene.started(chosen)
            for other in list(self._busy):
                other.stop()
            self.scene, self._began = scene, time.monotonic()
            self.training = BackgroundTraining(self._job(scene, chosen), self._hear)
            self._busy.add(self)
            self._show(chosen)

    def stop(self) -> None:
        """End the run under way, if there is one; what it has learned so far is recorded."""
        with self._lock:
            if self.training and self.scene.current:
                self.scene = self.scene.asked_to_stop()
                self.training.stop()
                self._show()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the run under way; return whether it is over."""
        return self.training is None or self.training.wait(timeout)

    def answer(self, request: Mapping[str, Any]) -> None:
        """Start or stop, if a button was pressed, and show a state as every panel does."""
        with self._lock:
            action = request.get("action")
            if action == "stop":
                self.stop()
            elif action == "start" and not self.scene.current:  # a second click is none
                self.start(self.asked(request)[0])
            super().answer(request)

    def message(
        self, state: Mapping[str, object], changed: str = "", serial: int = 0
    ) -> dict[str, Any]:
        """Turn a state and what goes on into what the browser shows."""
        return {
            **super().message(state, changed, serial),
            "actions": actions(self.scene),
            "progress": progress(self.scene)._asdict(),
            "error": self.scene.problem,
        }

    def close(self) -> None:
        """End the run under way and leave the page."""
        self.stop()
        super().close()

    def _job(self, scene: Scene, settings: State) -> Job:
        assert scene.current is not None
        name = f"run {scene.current.number}"
        if scene.runs:
            name += f": {differences(settings, scene.runs[0].settings) or 'the same'}"
        return Job(
            self.setup.network(settings, name),
            self.data,
            Budget(pictures=int(settings["pictures"])),
            int(settings["seed"]),
            self.setup.training(settings),
            self.threads,
        )

    def _hear(self, message: Message) -> None:
        """Take in what the worker says; this is called on the listening thread."""
        with self._lock:
            if isinstance(message, Moment):
                self.scene = self.scene.heard(message)
            else:
                self._busy.discard(self)
                self.scene = self._over(message)
            self._show()

    def _over(self, message: RunRecord | Failure) -> Scene:
        if isinstance(message, Failure):
            return self.scene.failed(
                f"The run left no record: {message.why}. Press Start to train again."
            )
        scene = self.scene.ended(message)
        if message.status == "finished":
            taken = time.monotonic() - self._began
            self.pace = max(0.0, taken - START) / self._work(message.plan.pictures)
        try:
            if self.store is not None:  # an empty one counts as false
                self.store.append(message)
        except OSError as error:
            return replace(scene, problem=f"The record is not in {self.store}: {error}")
        return scene

    def _work(self, pictures: int) -> float:
        """Return what is trained on, validated and tested in a run, in training pictures."""
        passes = math.ceil(pictures / len(self.data.train.labels))
        judged = passes * len(self.data.val.labels) + len(self.data.test.labels)
        return pictures + JUDGED * judged

    def _show(self, state: State | None = None) -> None:
        self.view = self.message(state or self.state, serial=self.view["serial"])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if self.pace is None:
            self.pace = pace(self.setup.spec, self.setup.recipe, self.threads)
            self._show()
        return super()._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return f"{summary(self.scene, self.state)}\n{ledger(self.scene)!r}"
