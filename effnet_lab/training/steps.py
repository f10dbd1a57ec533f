"""The steps of a training: how one is taken, how the result is judged, and how long they take here.

`train` takes the steps of a plan; a budget in seconds is turned into steps by timing a few.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..arch import NetworkSpec
from ..nn import EfficientNet
from ..records.runs import Budget, Recipe
from . import augment, policy
from .average import WeightAverage
from .dataset import DataSet
from .optimizer import make_optimizer


def take_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    pictures: Tensor,
    labels: Tensor,
    recipe: Recipe,
) -> tuple[float, int]:
    """Take one step; return the mean loss and the number of right answers."""
    model.train()
    optimizer.zero_grad(set_to_none=True)
    logits = model(pictures)
    loss = F.cross_entropy(logits, labels, label_smoothing=recipe.label_smoothing)
    loss.backward()
    optimizer.step()
    return loss.item(), int((logits.argmax(1) == labels).sum())


def augmented(pictures: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Return the pictures of a batch as the recipe augments them, but for shifts."""
    if recipe.flip:
        pictures = augment.random_flip(pictures, generator)
    if recipe.policy == "autoaugment":
        pictures = policy.augment(pictures, generator)
    return pictures


@torch.inference_mode()
def evaluate(model: nn.Module, pictures: Tensor, labels: Tensor) -> tuple[float, float]:
    """Return mean loss and accuracy on normalised pictures `(N, 3, S, S)`."""
    model.eval()
    loss, right = 0.0, 0
    for start in range(0, len(labels), 500):
        part = labels[start : start + 500]
        logits = model(pictures[start : start + 500])
        loss += F.cross_entropy(logits, part, reduction="sum").item()
        right += int((logits.argmax(1) == part).sum())
    return loss / len(labels), right / len(labels)


def pictures_for(
    budget: Budget, spec: NetworkSpec, data: DataSet, recipe: Recipe, threads: int
) -> int:
    """Turn a budget into a number of training pictures.

    Seconds are converted by timing a few steps on a copy; a twentieth is kept for
    validation and test.
    """
    if budget.pictures is not None:
        return budget.pictures
    if budget.epochs is not None:
        batch, pictures = recipe.batch_size, len(data.train.labels)
        whole = max(1, pictures // batch) * min(batch, pictures)  # an epoch drops a torn batch
        return max(1, round(budget.epochs * whole))
    assert budget.seconds is not None
    trial = max(0.7, 0.025 * min(budget.seconds, 60))
    each = seconds_per_picture(spec, recipe, threads, trial)
    return max(recipe.batch_size, round((0.95 * budget.seconds - trial) / each))


def faster_threads(spec: NetworkSpec, recipe: Recipe) -> int:
    """Return 1 or all of torch's threads, whichever trains faster now."""
    counts = sorted({1, torch.get_num_threads()})
    return min(counts, key=lambda count: seconds_per_picture(spec, recipe, count, 0.4))


def seconds_per_picture(
    spec: NetworkSpec, recipe: Recipe, threads: int, trial_seconds: float = 0.7
) -> float:
    """Time training steps on random pictures, and return the mean for one picture.

    The mean, not the median: what else runs on the machine slows the training too.
    """
    size = recipe.batch_size
    with own_threads(threads):
        model = EfficientNet(spec)
        optimizer = make_optimizer(model, recipe)
        average = WeightAverage(model, recipe.ema) if recipe.ema else None
        shape = (size, 3, spec.resolution, spec.resolution)
        pictures = torch.randint(256, shape, dtype=torch.uint8)
        statistics = augment.channel_statistics(pictures)
        labels = torch.randint(spec.num_classes, (size,))
        generator = torch.Generator()

        def step() -> None:
            batch = augment.normalise(augmented(pictures, recipe, generator), *statistics)
            take_step(model, optimizer, batch, labels, recipe)
            if average:
                average.update(model, 1)

        for _ in range(2):  # the first steps also allocate and choose kernels
            step()
        steps, start = 0, time.perf_counter()
        while steps < 3 or time.perf_counter() - start < trial_seconds:
            step()
            steps += 1
    return (time.perf_counter() - start) / (steps * size)


@contextmanager
def own_threads(threads: int) -> Iterator[None]:
    """Run with so many threads, and leave the caller's threads and random numbers alone."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_num_threads(before)
