"""A data set of a few hundred pictures, a network that trains on it in a second, and records."""

from dataclasses import replace

import numpy as np

from effnet_lab import CIFAR_BASE, Labels, Recipe, RunPlan, RunRecord, StageSpec
from effnet_lab.arch import Totals
from effnet_lab.training.dataset import DataSet, Split

NET = replace(
    CIFAR_BASE,
    name="tiny",
    stages=(StageSpec(2, kernel=3, stride=2, channels=8, layers=1),) * 2,
    stem_channels=8,
    head_channels=16,
    resolution=8,
    dropout=0.1,
    drop_path_rate=0.1,
)
RECIPE = Recipe(batch_size=32, learning_rate=0.1, shift=0.125)


def data(seed: int = 0, train: int = 320, other: int = 80) -> DataSet:
    """Pictures whose brightness tells the class, under noise."""
    random = np.random.default_rng(seed)

    def pictures(count: int) -> Split:
        labels = np.arange(count) % 10
        noise = random.integers(-20, 21, (count, 3, 32, 32))
        bright = (20 + 24 * labels[:, None, None, None] + noise).clip(0, 255)
        return Split(bright.astype(np.uint8), labels)

    splits = (pictures(count) for count in (train, other, other))
    return DataSet("tiny", f"tiny{seed}", tuple("abcdefghij"), *splits)


def plan(pictures: int = 960, **changes: object) -> RunPlan:
    """Three epochs of the tiny data, on one thread."""
    return replace(RunPlan(NET, "tiny", "tiny0", RECIPE, pictures), **changes)


def record(
    accuracy: float | None = 0.5,
    seed: int = 0,
    *,
    family: str = "",
    macs: int = 1000,
    status: str = "finished",
    versions: dict[str, str] | None = None,
    **changes: object,
) -> RunRecord:
    """A run that nobody trained, with a test accuracy if it finished; `changes` are its plan's."""
    labels = Labels(family=family) if family else Labels()
    made = plan(seed=seed, **{"labels": labels, **changes})
    tested = accuracy if status == "finished" else None
    return RunRecord(made, Totals(10, macs, 100), (), status, "", tested, 1.0, 5.0, versions or {})
