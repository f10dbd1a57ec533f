"""The steps of a training: how one is taken, how the result is judged, and how long they take here.

Torch splits single operations over threads, which gains little for small pictures, collapses
where other programs want the cores too, and rounds differently with each number of threads. Here
torch computes every operation on one thread, and what is split is the batch: into the recipe's
micro-batches, each the work of one thread with a replica of the network. Their gradients are
added in a fixed order, so the result does not depend on how many threads there are.
"""

import copy
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .._validate import require_int
from ..arch import NetworkSpec
from ..nn import EfficientNet
from ..nn.layers import RandomDrop
from ..records.runs import Budget, Recipe
from .augment import Map, TrainingPictures
from .average import WeightAverage
from .dataset import DataSet
from .optimizer import learning_rate, make_optimizer

#: Pictures that are evaluated at once.
EVALUATED = 500

#: Sources of randomness that belong to different micro-batches have seeds so far apart.
SEEDS_APART = 1 << 40


@contextmanager
def map_over(threads: int) -> Iterator[Map]:
    """Give a `map` over so many threads; torch computes each operation on one.

    The caller's number of torch's threads and its random numbers are left alone.

    Raises
    ------
    ValueError
        If the number of threads is out of range.
    """
    require_int("threads", threads, 1, 1024)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            if threads == 1:
                yield map
            else:
                with ThreadPoolExecutor(
                    threads, initializer=torch.set_num_threads, initargs=(1,)
                ) as pool:
                    yield pool.map
    finally:
        torch.set_num_threads(before)


class Replica:
    """What computes one micro-batch: a network whose weights are those of all replicas.

    Gradients, the statistics of batch normalisation and randomness are its own.

    Parameters
    ----------
    model
        The network that is trained.
    source
        Where the pictures come from.
    label_smoothing
        See `Recipe`.
    alone
        Whether this is the only replica; then it is the network itself.
    """

    def __init__(
        self, model: EfficientNet, source: TrainingPictures, label_smoothing: float, alone: bool
    ) -> None:
        self.model = model if alone else copy.deepcopy(model)
        self.source, self.label_smoothing = source, label_smoothing
        self.augmentation = torch.Generator()
        self.dropping = torch.Generator()
        for module in self.model.modules():
            if isinstance(module, RandomDrop):
                module.generator = self.dropping
            elif isinstance(module, nn.BatchNorm2d) and not alone:
                module.momentum = 1.0  # keeps those of the last micro-batch, for `Stepper` to fold
        for own, shared in zip(self.model.parameters(), model.parameters(), strict=True):
            own.data = shared.data
        self.statistics = running_statistics(self.model)

    def seed(self, seed: int) -> None:
        """Begin an epoch."""
        self.model.train()
        self.dropping.manual_seed(seed)
        self.augmentation.manual_seed(seed + 1)

    def learn(self, chosen: Tensor, share: float) -> tuple[Tensor, Tensor]:
        """Compute the gradients of a micro-batch; return its loss and number of right answers.

        Loss and gradients are weighted by its share of the step's pictures.
        """
        pictures, labels = self.source.batch(chosen, self.augmentation)  # augmented
        self.model.zero_grad(set_to_none=True)
        logits = self.model(pictures)
        loss = share * F.cross_entropy(logits, labels, label_smoothing=self.label_smoothing)
        loss.backward()
        return loss.detach(), (logits.argmax(1) == labels).sum()

    def gradients(self) -> list[Tensor]:
        """Return the gradient of each parameter."""
        return [p.grad for p in self.model.parameters() if p.grad is not None]


def running_statistics(model: nn.Module) -> list[Tensor]:
    """Return the running means and variances of a network's batch normalisation."""
    return [b for b in model.buffers() if b.is_floating_point()]


class Stepper:
    """Takes the steps of a training; lesson 06 shows `epoch`, `step` and `Replica.learn`.

    Parameters
    ----------
    model
        The network, on the device where it is trained.
    source
        Where the pictures come from.
    recipe
        How it is trained. The pictures of a step are cut into as many parts as its micro-batches
        need, as equal as can be.
    map
        Computes the parts; see `map_over`.
    """

    def __init__(
        self, model: EfficientNet, source: TrainingPictures, recipe: Recipe, map: Map = map
    ) -> None:
        self.model, self.recipe, self.map = model, recipe, map
        self.pictures = len(source.labels)
        self.batch = min(recipe.batch_size, self.pictures)
        self.optimizer = make_optimizer(model, recipe)
        self.average = WeightAverage(model, recipe.ema) if recipe.ema else None
        parts = recipe.parts(self.batch)
        self.replicas = [
            Replica(model, source, recipe.label_smoothing, alone=parts == 1) for _ in range(parts)
        ]
        self.statistics = running_statistics(model)
        self.counters = [b for b in model.buffers() if not b.is_floating_point()]

    @property
    def result(self) -> EfficientNet:
        """The network that is validated, tested and handed back."""
        return self.average.model if self.average else self.model

    @property
    def parts(self) -> dict[str, Any]:
        """What has a state that changes from step to step, by name."""
        average = {"average": self.average.model} if self.average else {}
        return {"model": self.model, "optimizer": self.optimizer, **average}

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches of an epoch; what is left over waits for the next order."""
        return self.pictures // self.batch

    def order(self, seed: int) -> Tensor:
        """Begin an epoch; return the indices of all pictures, in its order."""
        self.model.train()
        for number, replica in enumerate(self.replicas):
            replica.seed(seed + number * SEEDS_APART)
        shuffled = torch.randperm(self.pictures, generator=self.replicas[0].augmentation)
        return shuffled if self.recipe.shuffle else torch.arange(self.pictures)

    def epoch(self, seed: int, first: int, total: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Go once over the pictures; yield the loss and number of right answers of each step.

        Step `first` of `total` is the next one; the epoch ends early where the training does.
        """
        steps = min(self.steps_per_epoch, total - first)
        batches = self.order(seed).split(self.batch)[:steps]
        for number, chosen in enumerate(batches, start=first):
            rate = learning_rate(self.recipe, number / total)  # by the schedule
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            loss, right = self.step(chosen)
            if self.average:
                self.average.update(self.model, number + 1)
            yield loss, right

    def step(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """Take one step on the chosen pictures; return mean loss and number of right answers."""
        parts = chosen.tensor_split(len(self.replicas))  # the micro-batches
        shares = [len(part) / len(chosen) for part in parts]
        learned = self.map(Replica.learn, self.replicas, parts, shares)  # one on each core
        losses, right = zip(*learned, strict=True)
        if len(parts) > 1:
            self._fold(shares)  # adds up what they found
        self.optimizer.step()
        return torch.stack(losses).sum(), torch.stack(right).sum()

    def _fold(self, shares: list[float]) -> None:
        """Add up the gradients, and take the statistics of all micro-batches into the running ones.

        Always in the order of the micro-batches: another order rounds differently.
        """
        first, *others = self.replicas
        gradients = first.gradients()
        seen = torch._foreach_mul(first.statistics, shares[0])
        for replica, share in zip(others, shares[1:], strict=True):
            torch._foreach_add_(gradients, replica.gradients())
            torch._foreach_add_(seen, replica.statistics, alpha=share)
        for parameter, gradient in zip(self.model.parameters(), gradients, strict=True):
            parameter.grad = gradient
        torch._foreach_add_(self.counters, 1)
        torch._foreach_lerp_(self.statistics, seen, self.model.spec.norm_momentum)


def evaluate(
    model: nn.Module, pictures: Tensor, labels: Tensor, map: Map = map
) -> tuple[float, float]:
    """Return mean loss and accuracy on normalised pictures `(N, 3, S, S)`."""
    model.eval()

    @torch.inference_mode()
    def judge(part: Tensor, labels: Tensor) -> tuple[float, int]:
        logits = model(part)
        loss = F.cross_entropy(logits, labels, reduction="sum").item()
        return loss, int((logits.argmax(1) == labels).sum())

    losses, right = zip(
        *map(judge, pictures.split(EVALUATED), labels.split(EVALUATED)), strict=True
    )
    return sum(losses) / len(labels), sum(right) / len(labels)


def pictures_for(
    budget: Budget,
    spec: NetworkSpec,
    data: DataSet,
    recipe: Recipe,
    threads: int,
    device: torch.device | str = "cpu",
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
    each = seconds_per_picture(spec, recipe, threads, trial, device)
    return max(recipe.batch_size, round((0.95 * budget.seconds - trial) / each))


def where_to_train(recipe: Recipe) -> tuple[torch.device, int]:
    """Return the accelerator that torch sees, or the CPU and how many threads a step can use."""
    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if found:
        return found, 1
    return torch.device("cpu"), min(torch.get_num_threads(), recipe.parts(recipe.batch_size))


def seconds_per_picture(
    spec: NetworkSpec,
    recipe: Recipe,
    threads: int,
    trial_seconds: float = 0.7,
    device: torch.device | str = "cpu",
) -> float:
    """Time training steps on random pictures, and return the mean for one picture.

    The mean, not the median: what else runs on the machine slows the training too.
    """
    size = recipe.batch_size
    with map_over(threads) as map:
        shape = (size, 3, spec.resolution, spec.resolution)
        pictures = torch.randint(256, shape, dtype=torch.uint8)
        labels = torch.randint(spec.num_classes, (size,))
        source = TrainingPictures(pictures, labels, spec.resolution, recipe, device)
        stepper = Stepper(EfficientNet(spec).to(device), source, recipe, map)

        def step() -> None:
            for loss, _ in stepper.epoch(0, 0, 1):
                loss.item()  # an accelerator is only done when its result is here

        for _ in range(2):  # the first steps also allocate and choose kernels
            step()
        steps, start = 0, time.perf_counter()
        while steps < 3 or time.perf_counter() - start < trial_seconds:
            step()
            steps += 1
    return (time.perf_counter() - start) / (steps * size)
