"""A training run as a record, and the append-only store that keeps records. No torch here.

A `RunPlan` holds everything that determines a run's result; its `key` names the run. A
`RunRecord` is the plan and what came of it: plots, tables, studies and the learner's own runs
all read the same records.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any, Self

from .._validate import require_choice, require_int, require_number
from ..arch import NetworkSpec, Totals, cost
from .labels import Labels

STATUSES = ("finished", "stopped", "diverged")

#: Augmentation policies that a recipe may name; "autoaugment" is `training.policy`.
POLICIES = ("none", "autoaugment")

#: Fields that were added when runs had been recorded already, and the value of each that means
#: what was done before. A plan leaves a field out while it holds that value, and reading fills it
#: in, so that what was recorded keeps its key and its line.
ADDED: dict[str, dict[str, Any]] = {
    "spec": {"block": "mbconv"},
    "recipe": {"ema": 0.0, "policy": "none", "shuffle": True, "micro_batch": 0},
}

#: Before there were micro-batches, a plan told the number of torch's threads; those that were
#: recorded had one.
THREADS_BEFORE = {"threads": 1}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained: SGD with Nesterov momentum under a one-cycle schedule.

    Parameters
    ----------
    batch_size
        Pictures in a step.
    learning_rate
        Peak of the schedule: a linear warm-up to it, then half a cosine down to zero.
    warmup
        Fraction of all steps in which the rate rises.
    momentum, weight_decay
        Of SGD; normalisation and biases are not decayed.
    label_smoothing
        Share of the target spread evenly over all classes.
    flip
        Mirror each training picture left to right with probability one half.
    shift
        Shift each training picture by up to this fraction of its side, both ways. Off by
        default: in a training of a few epochs, small networks underfit without it already.
    ema
        Decay of the moving average of weights and normalisation statistics that is validated,
        tested and kept in place of the last weights; 0 is off. `average` tells the details.
    policy
        What else is done to training pictures: "none", or "autoaugment" for the policy that
        AutoAugment's search found on CIFAR-10.
    shuffle
        Go through the training pictures in another order in each epoch; else as they lie.
    micro_batch
        Pictures that go through the network together, at most; batch normalisation sees no
        others. A step is taken on the mean of its micro-batches. 0 is the whole batch.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    batch_size: int = 256
    learning_rate: float = 0.8
    warmup: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.0
    flip: bool = True
    shift: float = 0.0
    ema: float = 0.0
    policy: str = "none"
    shuffle: bool = True
    micro_batch: int = 128

    def __post_init__(self) -> None:
        require_int("batch_size", self.batch_size, 1, 65_536)
        require_number("learning_rate", self.learning_rate, 0, 100)
        require_number("warmup", self.warmup, 0, 1)
        require_number("momentum", self.momentum, 0, 0.9999)
        require_number("weight_decay", self.weight_decay, 0, 1)
        require_number("label_smoothing", self.label_smoothing, 0, 0.9)
        require_number("shift", self.shift, 0, 0.5)
        require_number("ema", self.ema, 0, 0.99999)
        require_choice("policy", self.policy, POLICIES)
        require_int("micro_batch", self.micro_batch, 0, 65_536)

    def parts(self, batch: int) -> int:
        """Return the number of micro-batches of so many pictures."""
        return -(-batch // (self.micro_batch or batch))


_SECONDS = {
    **dict.fromkeys(("s", "sec", "second"), 1),
    **dict.fromkeys(("m", "min", "minute"), 60),
    **dict.fromkeys(("h", "hour"), 3600),
}


@dataclass(frozen=True, slots=True)
class Budget:
    """How long to train, in exactly one of three units.

    A budget in seconds is turned into pictures by timing a few steps before the training, so
    that the run can be repeated exactly: the record holds the pictures.

    Raises
    ------
    ValueError
        If not exactly one unit is given, or it is not positive.
    """

    seconds: float | None = None
    epochs: float | None = None
    pictures: int | None = None

    def __post_init__(self) -> None:
        given = {name: value for name, value in asdict(self).items() if value is not None}
        if len(given) != 1:
            raise ValueError(
                f"a budget is in seconds, epochs or pictures, exactly one of them; got {given}"
            )
        if self.seconds is not None:
            require_number("seconds", self.seconds, 0.1, 1e7)
        if self.epochs is not None:
            require_number("epochs", self.epochs, 1e-4, 1e5)
        if self.pictures is not None:
            require_int("pictures", self.pictures, 1, 10**12)

    @classmethod
    def parse(cls, text: "str | Budget") -> "Budget":
        """Read a budget such as "30s", "5m", "1h", "4 epochs" or "100000 pictures".

        Raises
        ------
        ValueError
            If the text is none of these.
        """
        if isinstance(text, Budget):
            return text
        match = re.fullmatch(r"\s*(-?[\d_.]+)\s*([a-z]+)\s*", str(text).lower())
        unit = match.group(2).rstrip("s") or "s" if match else ""
        try:
            value = float(match.group(1)) if match else 0.0
            if unit in _SECONDS:
                return cls(seconds=value * _SECONDS[unit])
            if unit == "epoch":
                return cls(epochs=value)
            if unit == "picture":
                return cls(pictures=int(value))
        except ValueError as error:
            negative = ", a negative duration" if text.lstrip().startswith("-") else ""
            raise ValueError(f"budget is {text!r}{negative}: {error}") from None
        raise ValueError(
            f"budget is {text!r}; it must be like '30s', '5m', '1h', '4 epochs' or "
            "'100000 pictures'"
        )


@dataclass(frozen=True, slots=True)
class RunPlan:
    """Everything that determines a run's result, and what the run stands for.

    Parameters
    ----------
    spec
        The network.
    data, fingerprint
        Name of the data set and a hash of its content.
    recipe
        How it is trained.
    pictures
        Training pictures to go through, in all.
    seed
        Of the weights, the order of pictures, augmentation, dropout and stochastic depth.
    labels
        What the run stands for in tables and pictures; they determine nothing.
    """

    spec: NetworkSpec
    data: str
    fingerprint: str
    recipe: Recipe
    pictures: int
    seed: int = 0
    labels: Labels = field(default_factory=Labels)

    def __post_init__(self) -> None:
        require_int("pictures", self.pictures, 1, 10**12)
        require_int("seed", self.seed, 0, 2**32 - 1)

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that name the run; labels and the spec's name do not enter."""
        data = self.to_dict()
        del data["spec"]["name"], data["labels"]
        text = json.dumps(data, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; fields of `ADDED` only where they differ from before."""
        data = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "labels"}
        data |= {"spec": asdict(self.spec), "recipe": asdict(self.recipe)}
        data |= {} if self.recipe.micro_batch else THREADS_BEFORE
        data["labels"] = dict(self.labels)
        for part, added in ADDED.items():
            data[part] = {
                name: value
                for name, value in data[part].items()
                if name not in added or value != added[name]
            }
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a plan from plain data."""
        spec, recipe = ({**ADDED[part], **data[part]} for part in ("spec", "recipe"))
        parts = {"spec": NetworkSpec.from_dict(spec), "recipe": Recipe(**recipe)}
        kept = {name: value for name, value in data.items() if name not in THREADS_BEFORE}
        return cls(**{**kept, **parts, "labels": Labels(**data["labels"])})


@dataclass(frozen=True, slots=True)
class Epoch:
    """What was measured after one pass over the training pictures (the last may be partial).

    `pictures` and `seconds` count from the start of the run. Accuracies are fractions. The
    training loss and accuracy are means over the pass, on augmented pictures.
    """

    pictures: int
    seconds: float
    learning_rate: float
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A plan and what came of it.

    Parameters
    ----------
    plan
        What determined the result.
    cost
        Parameters, MACs and activations as priced by `arch.cost`.
    history
        One `Epoch` for each pass over the training pictures.
    status
        "finished", "stopped" (by the learner) or "diverged" (the loss was not a number).
    reason
        Why a run did not finish; empty if it did.
    test_accuracy, test_loss
        Accuracy and mean loss on the test pictures, computed once at the end of a finished run;
        else None.
    seconds
        What training and validation took, over all resumptions.
    versions
        Name -> version of the packages that ran it, and the machine in words.
    """

    plan: RunPlan
    cost: Totals
    history: tuple[Epoch, ...]
    status: str
    reason: str
    test_accuracy: float | None
    test_loss: float | None
    seconds: float
    versions: dict[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        require_choice("status", self.status, STATUSES)

    @property
    def key(self) -> str:
        """The plan's key."""
        return self.plan.key

    @property
    def spec(self) -> NetworkSpec:
        """The plan's network."""
        return self.plan.spec

    @property
    def labels(self) -> Labels:
        """What the run stands for."""
        return self.plan.labels

    @property
    def family(self) -> str:
        """The family that the labels tell; empty if they tell none."""
        return self.labels.family

    @property
    def val_accuracy(self) -> float | None:
        """Accuracy on the validation pictures after the last epoch."""
        return self.history[-1].val_accuracy if self.history else None

    def labelled(self, **labels: str | float) -> Self:
        """Return the same record with these labels in place of its own."""
        return replace(self, plan=replace(self.plan, labels=Labels(**labels)))

    def describe(self) -> str:
        """Return a line for people."""
        accuracy = "not tested" if self.test_accuracy is None else f"{self.test_accuracy:.1%} test"
        return (
            f"{self.spec.name}: {self.cost.macs:,} MACs, {self.cost.params:,} parameters; "
            f"{self.plan.pictures:,} pictures of {self.plan.data} in {self.seconds:.0f} s: "
            f"{accuracy} accuracy, {self.status}{f' ({self.reason})' if self.reason else ''}"
        )

    def to_json(self) -> str:
        """Return one line of JSON."""
        data = {**{f.name: getattr(self, f.name) for f in fields(self)}, "key": self.key}
        data["plan"] = self.plan.to_dict()
        data["cost"] = self.cost._asdict()
        data["history"] = [asdict(epoch) for epoch in self.history]
        return json.dumps(data, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Rebuild a record from `to_json`'s line.

        Raises
        ------
        ValueError
            If the line is not a record, or was changed so that its key no longer fits its plan.
        """
        try:
            data = json.loads(line)
            key = data.pop("key")
            data["plan"] = RunPlan.from_dict(data["plan"])
            data["cost"] = Totals(**data["cost"])
            data["history"] = tuple(Epoch(**epoch) for epoch in data["history"])
            record = cls(**data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a run record: {error!r}") from None
        if key != record.key:
            raise ValueError(f"the record says key {key}, but its plan has {record.key}")
        return record


def priced(spec: NetworkSpec) -> Totals:
    """Return what a record keeps of a network's cost."""
    price = cost(spec)
    return Totals(price.params, price.macs, price.activations)


class RunStore:
    """Run records in an append-only file of JSON Lines.

    A record is one line, written at once and synced to disk; a line torn by a crash is skipped
    when reading and fenced off when writing, so it costs no other record.

    Parameters
    ----------
    path
        The file; it and its folder are made at the first `append`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def append(self, record: RunRecord) -> None:
        """Add a record; when this returns it is on disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = record.to_json() + "\n"
        with self.path.open("a+b", buffering=0) as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else "\n" + line
            file.write(line.encode())
            os.fsync(file.fileno())

    def records(self) -> list[RunRecord]:
        """Return all records, oldest first; of records with the same key the last finished one.

        Raises
        ------
        ValueError
            If a whole line is not a record; the message names file and line.
        """
        found: dict[str, RunRecord] = {}
        for record in self._lines():
            old = found.get(record.key)
            if old is None or record.status == "finished" or old.status != "finished":
                found[record.key] = record
        return list(found.values())

    def get(self, key: str) -> RunRecord | None:
        """Return the record with this key, or None."""
        return next((record for record in self.records() if record.key == key), None)

    def __len__(self) -> int:
        return len(self.records())

    def __iter__(self) -> Iterator[RunRecord]:
        return iter(self.records())

    def __repr__(self) -> str:
        return f"RunStore({str(self.path)!r})"

    def _lines(self) -> Iterator[RunRecord]:
        if not self.path.exists():
            return
        lines = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        for number, line in enumerate(lines, start=1):
            try:
                if line:
                    yield RunRecord.from_json(line)
            except ValueError as error:
                if _is_torn(line):
                    continue
                raise ValueError(f"{self.path}, line {number}: {error}") from None


def _is_torn(line: str) -> bool:
    """Tell a line cut short by a crash from one that holds something else."""
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def recorded(name: str = "scaling") -> list[RunRecord]:
    """Return the runs that come with the course.

    Raises
    ------
    ValueError
        If there is no such recording; the message lists those that there are.
    """
    names = recorded_names()
    if name not in names:
        raise ValueError(f"no recording {name!r}; there are: {', '.join(names) or 'none'}")
    return RunStore(_recordings() / f"{name}.jsonl").records()


def recorded_names() -> list[str]:
    """Return the names of the recordings that come with the course."""
    return sorted(path.stem for path in _recordings().glob("*.jsonl"))


def _recordings() -> Path:
    return Path(str(resources.files(__package__) / "recorded"))


def finished(records: Iterable[RunRecord]) -> list[RunRecord]:
    """Keep the records that were trained to the end and tested."""
    return [r for r in records if r.status == "finished" and r.test_accuracy is not None]
