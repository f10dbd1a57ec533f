"""A data set of a few hundred pictures, and a network that trains on it in a second."""

from dataclasses import replace

import numpy as np

from effnet_lab import CIFAR_BASE, Recipe, RunPlan, StageSpec
from effnet_lab.experiments.data import DataSet

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
RECIPE = Recipe(batch_size=32, learning_rate=0.1)


def data(seed: int = 0, train: int = 320, other: int = 80) -> DataSet:
    """Pictures whose brightness tells the class, under noise."""
    random = np.random.default_rng(seed)

    def pictures(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = np.arange(count) % 10
        noise = random.integers(-20, 21, (count, 3, 32, 32))
        return (20 + 24 * labels[:, None, None, None] + noise).clip(0, 255).astype(np.uint8), labels

    sets = [pictures(count) for count in (train, other, other)]
    flat = [array for pair in sets for array in pair]
    return DataSet("tiny", f"tiny{seed}", tuple("abcdefghij"), *flat)


def plan(pictures: int = 960, **changes: object) -> RunPlan:
    """Three epochs of the tiny data, on one thread."""
    return replace(RunPlan(NET, "tiny", "tiny0", RECIPE, pictures), **changes)
