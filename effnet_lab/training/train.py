"""Quick training of a network on a CPU: a plan in, a record out.

The result is a function of the plan: each epoch draws its order of pictures, augmentation,
dropout and stochastic depth from a seed of its own, so a run that resumes at an epoch's end gives
bit for bit what it would have given without the interruption.
"""

import io
import math
import os
import platform
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from .. import __version__
from .._files import write_atomically
from ..arch import NetworkSpec
from ..nn import EfficientNet
from ..records.runs import Budget, Epoch, Recipe, RunPlan, RunRecord, priced
from .augment import Map, TrainingPictures
from .data import load_data
from .dataset import DataSet, Split
from .steps import Stepper, evaluate, map_over, pictures_for, where_to_train

#: Steps over which a monitor's loss and accuracy are averaged.
SMOOTHING = 25

#: A training that takes this many times its budget in seconds is stopped.
OVERRUN = 2.0


@dataclass(slots=True)
class TrainingState:
    """Where a training stands, for whoever watches it.

    `train_loss` and `train_accuracy` are means over the last steps.
    """

    pictures: int
    pictures_total: int
    pictures_per_epoch: int
    seconds: float
    train_loss: float = math.nan
    train_accuracy: float = math.nan
    learning_rate: float = math.nan
    history: list[Epoch] = field(default_factory=list)
    status: str = "running"

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the speed so far; None before the first step."""
        if self.pictures == 0:
            return None
        return self.seconds * (self.pictures_total - self.pictures) / self.pictures


class Monitor(Protocol):
    """Watches a training: `update` after each step and epoch, `close` at the end."""

    def update(self, state: TrainingState) -> None:
        """Look at the state; it must not be kept or changed."""

    def close(self) -> None:
        """Be done, however the training ended."""


class Silent:
    """A monitor that shows nothing."""

    def update(self, state: TrainingState) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class ProgressBar:
    """A progress bar with the time left, and the last validation accuracy."""

    def __init__(self) -> None:
        self._bar: Any = None

    def update(self, state: TrainingState) -> None:
        """Draw the bar at the state's number of pictures."""
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=state.pictures_total, unit=" pictures", unit_scale=True)
        shown = {"loss": f"{state.train_loss:.3f}"}
        if state.history:
            shown["validation"] = f"{state.history[-1].val_accuracy:.1%}"
        self._bar.set_postfix(shown, refresh=False)
        self._bar.update(state.pictures - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training leaves: the record, and the network in evaluation mode.

    With `Recipe.ema` it is the averaged network, the one that the record tells of.
    """

    record: RunRecord
    model: EfficientNet


def quick_train(
    spec: NetworkSpec,
    data: DataSet | str = "auto",
    budget: Budget | str = "30s",
    seed: int = 0,
    *,
    recipe: Recipe | None = None,
    threads: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    monitor: Monitor | None = None,
) -> RunRecord:
    """Train a network for a short while and return the record of it.

    Parameters
    ----------
    spec
        The network; it must have as many classes as the data.
    data
        A data set, or a name for `load_data`.
    budget
        Such as "30s", "5m", "4 epochs" or "100000 pictures".
    seed
        Of everything random. Same seed, same pictures: the same result, bit for bit.
    recipe
        How to train; by default `Recipe()`.
    threads
        How many micro-batches are computed at once; by default as many as there are cores for.
        It changes nothing but the speed.
    checkpoint
        A file to resume from and to save to after each epoch.
    monitor
        Who watches; by default a progress bar. In a notebook, `view.LiveCurve()` draws the
        curve while it grows.

    Returns
    -------
    RunRecord
        With the test accuracy if the training came to its end. A stop (Ctrl-C, or the notebook's
        stop button) returns what there is, with the status "stopped"; so does a training that
        takes twice its budget in seconds, because the machine has become busy.

    Raises
    ------
    ValueError
        If a value is out of range, or network and data do not fit.
    """
    if isinstance(data, str):
        data = load_data(data)
    recipe = recipe or Recipe()
    asked = Budget.parse(budget)
    begun = _read_checkpoint(Path(checkpoint)) if checkpoint else None
    if begun:  # keep to what was decided when the run began
        asked = Budget(pictures=begun["pictures"]) if asked.seconds else asked
    device, own_threads = where_to_train(recipe)
    threads = own_threads if threads is None else threads
    pictures = pictures_for(asked, spec, data, recipe, threads, device)
    plan = RunPlan(spec, data.name, data.fingerprint, recipe, pictures, seed)
    limit = OVERRUN * asked.seconds if asked.seconds else math.inf
    return train(
        plan,
        data,
        threads=threads,
        device=device,
        checkpoint=checkpoint,
        monitor=monitor,
        time_limit=limit,
    ).record


def train(
    plan: RunPlan,
    data: DataSet,
    *,
    threads: int = 1,
    device: torch.device | str = "cpu",
    checkpoint: str | os.PathLike[str] | None = None,
    monitor: Monitor | None = None,
    time_limit: float = math.inf,
) -> Trained:
    """Carry out a plan; `quick_train` explains the parameters.

    After `time_limit` seconds the run is stopped, with what there is. On a CPU the result is the
    same, bit for bit, with any number of threads; another `device` rounds in its own way.

    Raises
    ------
    ValueError
        If the plan is for other data, network and data do not fit, or the checkpoint is of
        another plan.
    """
    _require_fit(plan, data)
    monitor = monitor or ProgressBar()
    with map_over(threads) as map:
        place = Path(checkpoint) if checkpoint else None
        run = _Run(plan, data, place, time_limit, map, threads, torch.device(device))
        try:
            status, reason = run.until_end(monitor)
            with suppress(KeyboardInterrupt):  # a late stop must not cost the record
                monitor.update(run.state(status))
        finally:
            monitor.close()
        record = run.record(status, reason)
        return Trained(record, run.stepper.result.cpu().eval())


class _OutOfTimeError(Exception):
    """The training takes far longer than it was given."""


class _Run:
    """A plan under way: the network, its optimizer, and how far it is."""

    def __init__(
        self,
        plan: RunPlan,
        data: DataSet,
        checkpoint: Path | None,
        time_limit: float = math.inf,
        map: Map = map,
        threads: int = 1,
        device: torch.device | str = "cpu",
    ) -> None:
        self.plan, self.data, self.checkpoint = plan, data, checkpoint
        self.time_limit, self.map, self.threads, self.device = time_limit, map, threads, device
        torch.manual_seed(plan.seed)
        model = EfficientNet(plan.spec).to(device)
        self.source = TrainingPictures(
            torch.from_numpy(data.train.images),
            torch.from_numpy(data.train.labels),
            plan.spec.resolution,
            plan.recipe,
            device,
            map,
        )
        self.stepper = Stepper(model, self.source, plan.recipe, map)
        self.batch = self.stepper.batch
        self.steps_total = max(1, round(plan.pictures / self.batch))
        self.step = 0
        self.history: list[Epoch] = []
        self.seconds = 0.0
        self.loss_sum, self.right, self.seen = 0.0, 0, 0
        self.recent: deque[tuple[float, int]] = deque(maxlen=SMOOTHING)
        self.validation = self._prepared(data.val)
        self._resume()

    def until_end(self, monitor: Monitor) -> tuple[str, str]:
        """Train from here to the end; return status and reason."""
        try:
            while self.step < self.steps_total:
                reason = self._epoch(monitor)
                if reason:
                    return "diverged", reason
                self._save()
        except (KeyboardInterrupt, _OutOfTimeError) as stop:
            self._note_unfinished_epoch()
            why = str(stop) or "stopped by hand"
            return "stopped", f"{why} after {self._pictures():,} pictures"
        return "finished", ""

    def record(self, status: str, reason: str) -> RunRecord:
        """Make the record; the only place where the test pictures are looked at."""
        loss = accuracy = None
        if status == "finished":
            loss, accuracy = evaluate(
                self.stepper.result, *self._prepared(self.data.test), self.map
            )
        return RunRecord(
            self.plan,
            priced(self.plan.spec),
            tuple(self.history),
            status,
            reason,
            accuracy,
            loss,
            round(self.seconds, 3),
            _environment(self.threads, self.device),
        )

    def _epoch(self, monitor: Monitor) -> str:
        """Go once over the pictures, or to the end of the plan; return why it failed, or ''."""
        self.start, self.base_seconds = time.perf_counter(), self.seconds
        self.loss_sum, self.right, self.seen = 0.0, 0, 0
        seed = self.plan.seed * 1_000_003 + self.step // self.stepper.steps_per_epoch
        for taken in self.stepper.epoch(seed, self.step, self.steps_total):
            loss, right = taken[0].item(), int(taken[1])
            self.step += 1
            if not math.isfinite(loss):
                return (
                    f"the loss was {loss} after {self._pictures():,} pictures, at learning rate "
                    f"{self._rate():.3g}; a lower learning rate may help"
                )
            self._count(loss, right)
            if self.seconds > self.time_limit:
                raise _OutOfTimeError(f"out of time ({self.time_limit:.0f} s)")
            monitor.update(self.state())
        self._note_epoch()
        monitor.update(self.state())
        return ""

    def _count(self, loss: float, right: int) -> None:
        self.loss_sum += loss * self.batch
        self.right += right
        self.seen += self.batch
        self.recent.append((loss, right))
        self.seconds = self.base_seconds + time.perf_counter() - self.start

    def _note_epoch(self) -> None:
        val_loss, val_accuracy = evaluate(self.stepper.result, *self.validation, self.map)
        self.seconds = self.base_seconds + time.perf_counter() - self.start
        self.history.append(
            Epoch(
                pictures=self._pictures(),
                seconds=round(self.seconds, 3),
                learning_rate=self._rate(),
                train_loss=self.loss_sum / self.seen,
                train_accuracy=self.right / self.seen,
                val_loss=val_loss,
                val_accuracy=val_accuracy,
            )
        )

    def _note_unfinished_epoch(self) -> None:
        if self.step and (not self.history or self.history[-1].pictures < self._pictures()):
            self._note_epoch()

    def _pictures(self) -> int:
        return self.step * self.batch

    def _rate(self) -> float:
        return float(self.stepper.optimizer.param_groups[0]["lr"])

    def state(self, status: str = "running") -> TrainingState:
        """Tell where the run stands."""
        steps = len(self.recent) or math.nan
        loss, right = (sum(step[i] for step in self.recent) / steps for i in (0, 1))
        return TrainingState(
            self._pictures(),
            self.steps_total * self.batch,
            self.stepper.steps_per_epoch * self.batch,
            self.seconds,
            loss,
            right / self.batch,
            self._rate(),
            self.history,
            status,
        )

    def _prepared(self, split: Split) -> tuple[Tensor, Tensor]:
        labels = torch.from_numpy(split.labels).to(self.device)
        return self.source.prepared(torch.from_numpy(split.images)), labels

    def _save(self) -> None:
        """Write the checkpoint: whole or not at all."""
        if self.checkpoint is None:
            return
        state = {
            "key": self.plan.key,
            "pictures": self.plan.pictures,
            "step": self.step,
            "seconds": self.seconds,
            "history": [_epoch_to_list(epoch) for epoch in self.history],
            **{name: part.state_dict() for name, part in self.stepper.parts.items()},
        }
        content = io.BytesIO()
        torch.save(state, content)
        write_atomically(self.checkpoint, content.getvalue())

    def _resume(self) -> None:
        state = _read_checkpoint(self.checkpoint)
        if state is None:
            return
        if state["key"] != self.plan.key:
            raise ValueError(
                f"{self.checkpoint} belongs to another run (key {state['key']}, this one is "
                f"{self.plan.key}); choose another file or remove it"
            )
        for name, part in self.stepper.parts.items():
            part.load_state_dict(state[name])
        self.step, self.seconds = state["step"], state["seconds"]
        self.history = [Epoch(*row) for row in state["history"]]


def _require_fit(plan: RunPlan, data: DataSet) -> None:
    if plan.fingerprint != data.fingerprint:
        raise ValueError(
            f"the plan is for {plan.data} with fingerprint {plan.fingerprint}; "
            f"this is {data.name} with {data.fingerprint}"
        )
    if plan.spec.num_classes != len(data.classes):
        raise ValueError(
            f"{plan.spec.name} has num_classes {plan.spec.num_classes}; "
            f"{data.name} has {len(data.classes)} classes"
        )


def _epoch_to_list(epoch: Epoch) -> list[float]:
    return [getattr(epoch, name) for name in Epoch.__slots__]


def _read_checkpoint(path: Path | None) -> dict[str, Any] | None:
    """Return a checkpoint's content; None if there is none."""
    if path is None or not path.exists():
        return None
    try:
        return dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:
        raise ValueError(f"{path} is not a checkpoint of this package: {error}") from None


def _environment(threads: int, device: torch.device | str) -> dict[str, str]:
    return {
        "effnet_lab": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "device": str(device),
        "cores": f"{threads} of {os.cpu_count()} used",
    }


def _processor() -> str:
    """Name the processor and the instructions that torch uses: how sums round depends on both."""
    cpuinfo = Path("/proc/cpuinfo")  # of Linux, where `platform` knows no name
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    said = {name.strip(): value.strip() for name, _, value in (li.partition(":") for li in lines)}
    known = [said[name] for name in ("model name", "cpu family", "model") if name in said]
    name = " / ".join(known) or platform.processor()
    return f"{name}, {torch.backends.cpu.get_cpu_capability()}"
