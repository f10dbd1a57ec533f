"""The widget: a scene, the process that trains (`background`), and the browser."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from ...arch import CIFAR_BASE, NetworkSpec
from ...records.runs import Budget, Recipe, RunRecord, RunStore
from ...training.data import load_data
from ...training.dataset import DataSet
from ...view.plots.live import Moment
from ..panel import Definition, Panel, State, Value, View, asset
from .background import BackgroundTraining, Failure, Job, Message
from .controls import Setup, differences, fraction, setup
from .picture import picture
from .scene import Scene, actions, ledger, progress, summary


def render(scene: Scene, state: State) -> View:
    """Return what the monitor shows: a pure function of the scene and the controls."""
    drawn, alt = picture(scene)
    return View(
        drawn, alt, summary(scene, state), ledger(scene), {"shift": fraction(state["shift"])}
    )


def training_monitor(
    data: DataSet | str = "auto",
    spec: NetworkSpec = CIFAR_BASE,
    *,
    recipe: Recipe | None = None,
    seconds: float = 30,
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
    seconds
        Where the budget's slider begins. Starting and testing do not count.
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
    Budget(seconds=seconds)  # refuses what is no budget
    made = setup(spec, recipe or Recipe(shift=0.0625), seconds, seed)
    return TrainingMonitor(made, data, threads, store, state, hide)


class TrainingMonitor(Panel):
    """The monitor in the browser, and in the kernel: `start`, `stop`, `wait` and `records`.

    One monitor of a kernel trains at a time; see `training_monitor`.
    """

    _esm = asset("panel.js") + "\n" + asset("monitor/monitor.js")
    _css = asset("panel.css") + "\n" + asset("monitor/monitor.css")

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
        self.training: BackgroundTraining | None = None
        self._lock = threading.RLock()  # the listening thread changes scene and view too
        definition = Definition(
            "Training monitor", setup.controls, lambda state: render(self.scene, state)
        )
        super().__init__(definition, state, hide)

    @property
    def records(self) -> list[RunRecord]:
        """The runs that are over: finished, stopped or diverged."""
        return [run.record for run in self.scene.runs if run.record]

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
            self.scene = scene
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
        """Start, stop, or show a state as every panel does."""
        with self._lock:
            action = request.get("action")
            if action is None:
                super().answer(request)
            elif action == "stop":
                self.stop()
            elif not self.scene.current:  # a second click is none
                self.start(request["state"])

    def message(
        self, state: Mapping[str, object], serial: int, changed: str = ""
    ) -> dict[str, Any]:
        """Turn a state and what goes on into what the browser shows."""
        return {
            **super().message(state, serial, changed),
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
            Budget(seconds=float(settings["seconds"])),
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
        try:
            if self.store is not None:  # an empty one counts as false
                self.store.append(message)
        except OSError as error:
            return replace(scene, problem=f"The record is not in {self.store}: {error}")
        return scene

    def _show(self, state: State | None = None) -> None:
        self.view = self.message(state or self.state, self.view["serial"])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, *rest = bundle if isinstance(bundle, tuple) else (bundle,)
        shown = {**data, "text/plain": repr(self)}
        return (shown, *rest) if rest else shown

    def __repr__(self) -> str:
        return f"{summary(self.scene, self.state)}\n{ledger(self.scene)!r}"
