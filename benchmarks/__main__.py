"""`python -m benchmarks`: one table of what each part costs beside the usual way to do it.

Both sides of a row are timed alternately in this run, several times, and the medians compared,
so that a busy machine slows both. Nothing is cached between calls.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from effnet_lab import (
    B0,
    CIFAR_BASE,
    VARIANTS,
    EfficientNet,
    NetworkSpec,
    Recipe,
    RunPlan,
    RunStore,
    cost,
)
from effnet_lab.nn.measure import torchinfo_macs
from effnet_lab.training import augment
from effnet_lab.training.augment import TrainingPictures
from effnet_lab.training.data import load_data
from effnet_lab.training.steps import Stepper, map_over
from effnet_lab.training.sweep import sweep
from effnet_lab.training.train import Silent, train

Action = Callable[[], object]

CORES = torch.get_num_threads()

#: As trainings usually go: normalisation sees the whole batch.
WHOLE = Recipe(batch_size=128, micro_batch=0)

#: Pictures that are timed at once.
PICTURES = 2048


def compare(ours: Action, theirs: Action, repeats: int) -> tuple[float, float]:
    """Return the median seconds of both, timed in turns; several turns warm up with one more."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeats + (repeats > 1)):
        for action, kept in zip((ours, theirs), times, strict=True):
            seconds = timed(action)
            if turn or repeats == 1:
                kept.append(seconds)
    return statistics.median(times[0]), statistics.median(times[1])


def timed(action: Action, at_least: float = 0.02) -> float:
    """Return the seconds of a call: the mean over as many as take `at_least` seconds."""
    calls, start = 0, time.perf_counter()
    while calls == 0 or time.perf_counter() - start < at_least:
        action()
        calls += 1
    return (time.perf_counter() - start) / calls


def price_b0() -> tuple[Action, Action, int]:
    """Price B0, or build it and call torchinfo."""
    return lambda: cost(B0), lambda: torchinfo_macs(EfficientNet(B0), 224), 7


def price_b7() -> tuple[Action, Action, int]:
    """Price B7 at 600 pixels, or build it and call torchinfo."""
    b7 = VARIANTS["b7"]
    return lambda: cost(b7), lambda: torchinfo_macs(EfficientNet(b7), b7.resolution), 3


def training_beside_peer(resolution: int, at_once: int) -> tuple[Action, Action, int]:
    """Train B0 for a few steps, beside efficientnet-pytorch as its users run it."""
    from efficientnet_pytorch import EfficientNet as Peer

    spec = replace(B0, resolution=resolution, num_classes=10)
    batch, ours = 128, stepping(spec, Recipe(), CORES, at_once)
    pictures, labels = torch.randn(batch, 3, resolution, resolution), torch.randint(10, (batch,))
    theirs = Peer.from_name("efficientnet-b0", image_size=resolution, num_classes=10)
    optimizer = torch.optim.SGD(theirs.parameters(), 0.1, 0.9, weight_decay=1e-4)

    def their_steps() -> None:
        theirs.train()
        for _ in range(at_once // batch):
            loss = F.cross_entropy(theirs(pictures), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return ours, their_steps, 3


def training_beside_torch() -> tuple[Action, Action, int]:
    """Train the course's base on all cores: over micro-batches, or as torch does it by itself."""
    return stepping(CIFAR_BASE, Recipe(), CORES), stepping(CIFAR_BASE, WHOLE, 1, of_torch=CORES), 7


def training_beside_smaller_parts() -> tuple[Action, Action, int]:
    """Train the course's base in micro-batches of 128, or of 64 that would keep more cores busy."""
    smaller = Recipe(micro_batch=64)
    return stepping(CIFAR_BASE, Recipe(), CORES), stepping(CIFAR_BASE, smaller, CORES), 7


def training_on_a_busy_machine() -> tuple[Action, Action, int]:
    """Do the same while as many programs as there are cores want them too."""
    ours, theirs, repeats = training_beside_torch()
    return beside_programs(ours), beside_programs(theirs), repeats


def stepping(
    spec: NetworkSpec,
    recipe: Recipe,
    threads: int,
    at_once: int = PICTURES,
    of_torch: int = 1,
) -> Action:
    """Return what trains on so many pictures, on threads over micro-batches and torch's within."""
    size, side = recipe.batch_size, spec.resolution
    pictures = torch.randint(256, (size, 3, side, side), dtype=torch.uint8)
    labels = torch.randint(spec.num_classes, (size,))
    source = TrainingPictures(pictures, labels, side, recipe)
    stepper = Stepper(EfficientNet(spec), source, recipe)
    stepper.order(0)

    def steps() -> None:
        with map_over(threads) as stepper.map:
            torch.set_num_threads(of_torch)
            for _ in range(at_once // size):
                stepper.step(torch.arange(size))

    return steps


def beside_programs(action: Action) -> Action:
    """Return the action with a program beside it for each core that never waits."""

    def busy() -> None:
        programs = [subprocess.Popen([sys.executable, "-c", "while True: 0"]) for _ in range(CORES)]
        try:
            action()
        finally:
            for program in programs:
                program.kill()
                program.wait()

    return busy


def data_path() -> tuple[Action, Action, int]:
    """Crop, flip and normalise 2,048 pictures: whole batches, or one by one with PIL."""
    from PIL import Image, ImageOps

    images = torch.randint(0, 256, (2048, 3, 32, 32), dtype=torch.uint8)
    mean, std = augment.channel_statistics(images)
    padded, margin = augment.pad(images, 0.125)
    generator = torch.Generator().manual_seed(0)
    arrays = images.permute(0, 2, 3, 1).numpy()
    random = np.random.default_rng(0)

    def ours() -> None:
        for chosen in torch.randperm(2048, generator=generator).split(128):
            crops = augment.random_crops(padded, chosen, margin, generator)
            augment.normalise(augment.random_flip(crops, generator), mean, std)

    def one(array: np.ndarray) -> torch.Tensor:
        picture = ImageOps.expand(Image.fromarray(array), 4)
        left, top = random.integers(0, 9, 2)
        picture = picture.crop((left, top, left + 32, top + 32))
        if random.random() < 0.5:
            picture = ImageOps.mirror(picture)
        tensor = torch.from_numpy(np.array(picture)).permute(2, 0, 1).float()
        return (tensor - mean[0]) / std[0]

    def theirs() -> None:
        for chosen in np.split(random.permutation(2048), 16):
            torch.stack([one(arrays[index]) for index in chosen])

    return ours, theirs, 7


def two_workers() -> tuple[Action, Action, int]:
    """Train eight networks: on two workers of one thread, or one by one on two threads."""
    data = load_data("toy", quiet=True)
    plans = [
        RunPlan(CIFAR_BASE, data.name, data.fingerprint, Recipe(), 40_000, seed)
        for seed in range(8)
    ]

    def ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            sweep(plans, RunStore(Path(folder) / "runs.jsonl"), workers=2, progress=False)

    def theirs() -> None:
        for plan in plans:
            train(plan, data, threads=2, monitor=Silent())

    return ours, theirs, 1


def import_time() -> tuple[float, float]:
    """Return seconds of an interpreter that imports the package, and of one that does not."""

    def interpreter(code: str) -> Action:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    return compare(interpreter("import effnet_lab"), interpreter("pass"), 15)


#: Name of each row, what it compares, and the ratio that we hold ourselves to.
ROWS = {
    "cost(b0) / torchinfo": (price_b0, 200),
    "cost(b7) / torchinfo at 600": (price_b7, 5000),
    "training at 16 px / efficientnet-pytorch": (partial(training_beside_peer, 16, 1024), 2),
    "training at 64 px / efficientnet-pytorch": (partial(training_beside_peer, 64, 256), 2),
    "training / threads of torch": (training_beside_torch, 1.2),
    "micro-batches of 128 / of 64": (training_beside_smaller_parts, 1),
    "training, busy machine / the same": (training_on_a_busy_machine, 3),
    "augmentation / one by one with PIL": (data_path, 10),
    "two workers / one run of two threads": (two_workers, 1.3),
}
IMPORT_BUDGET_MS = 50


@contextmanager
def quiet() -> Iterator[None]:
    """Keep a peer's deprecation warnings out of the table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="rows that contain this; by default all")
    names = parser.parse_args().names
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads; medians of one run\n")
    print(f"{'ours / peer':40}{'ours, ms':>12}{'peer, ms':>12}{'times faster':>14}{'aim':>8}")
    for name, (row, aim) in ROWS.items():
        if names and not any(part in name for part in names):
            continue
        with quiet():
            ours, theirs = compare(*row())
        print(
            f"{name:40}{1e3 * ours:12,.3f}{1e3 * theirs:12,.1f}{theirs / ours:14,.1f}{aim:8,}",
            flush=True,
        )
    if not names or any(part in "import" for part in names):
        with_package, bare = import_time()
        added = 1e3 * (with_package - bare)
        print(f"\nimport effnet_lab adds {added:.1f} ms (aim: {IMPORT_BUDGET_MS} at most)")


if __name__ == "__main__":
    main()
