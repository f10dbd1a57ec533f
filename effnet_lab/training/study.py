"""Families of networks at matched budgets, and the plans that train them.

A family grows one baseline along one direction. Its members are matched by what they actually
cost, because rounding makes equal nominal multipliers cost very different amounts.
"""

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .._files import write_atomically
from ..arch import (
    CIFAR_BASE,
    PAPER_COEFFICIENTS,
    Direction,
    NetworkSpec,
    compound_grid,
    cost,
    resolve,
    scaled_to_macs,
)
from ..arch.budget import TOLERANCE, meets
from ..records.labels import BASE, Labels
from ..records.runs import Budget, Recipe, RunPlan, RunRecord, RunStore
from .data import load_data
from .dataset import DataSet
from .steps import pictures_for, seconds_per_picture
from .sweep import Workplace, choose_workplace, sweep

#: Of a budget in seconds: what start-up, validation and the last test leave for training.
TRAINING_SHARE = 0.9

#: Standard deviations above chance that guessing does not reach: about once in 700 times.
LUCK = 3.0

#: Multiples of the base's MACs at which a curve has its points, unless it is asked for others.
CURVE_FACTORS = (0.6, 2, 4)

#: The four ways to spend more multiply-accumulates.
DIRECTIONS: dict[str, Direction] = {
    "width": "width",
    "depth": "depth",
    "resolution": "resolution",
    "compound": PAPER_COEFFICIENTS,
}


#: The recipe of the studies: `Recipe()` with small shifts. (The runs of the first edition, recorded
#: before there were micro-batches, took whole batches of 128.)
STUDY_RECIPE = Recipe(shift=0.0625)


#: How close below its target a network is that may not exceed it, where rounding allows.
NEAR = 0.02

#: With how many seeds a network is trained, unless it is one that decides.
SEEDS = 3


class Member(NamedTuple):
    """One network, how it is trained, and what it stands for in its study.

    `seeds` is with how many of the study's seeds it is trained, at most.
    """

    spec: NetworkSpec
    labels: Labels = Labels(family=BASE)
    recipe: Recipe = STUDY_RECIPE
    seeds: int = SEEDS


def scaling_families(
    base: NetworkSpec = CIFAR_BASE,
    factors: Sequence[float] = (2, 4),
    directions: Mapping[str, Direction] | None = None,
    tolerance: float = TOLERANCE,
    *,
    may_exceed: bool = True,
    seeds: Mapping[float, int] | None = None,
) -> list[Member]:
    """Scale a baseline along each direction to multiples of its actual MACs.

    Parameters
    ----------
    base
        The baseline; it comes first in the result, as family "base".
    factors
        Multiples of the baseline's MACs.
    directions
        Name and direction of each family; by default `DIRECTIONS`.
    tolerance
        Largest relative distance from a multiple.
    may_exceed
        Whether a network may cost more than the multiple. Otherwise it comes within `NEAR` below
        it where rounding allows, and exceeds it only where nothing else is within `tolerance`.
    seeds
        Factor -> `Member.seeds` of its networks; 1 is the base.

    Raises
    ------
    ValueError
        If rounding keeps a direction from coming within `tolerance`.
    """
    limits = [(tolerance, True)]
    if not may_exceed:
        limits = [(NEAR, False), (tolerance, False), *limits]
    seeds = seeds or {}
    members = [Member(base, seeds=seeds.get(1, SEEDS))]
    for family, direction in (directions or DIRECTIONS).items():
        for factor in factors:
            target = round(factor * cost(base).macs)
            spec = _scaled_within(limits, base, target, direction)
            spec = replace(spec, name=f"{family} x{factor:g}")
            labels = Labels(family=family)
            members.append(Member(spec, labels, seeds=seeds.get(factor, SEEDS)))
    return members


def _scaled_within(
    limits: Sequence[tuple[float, bool]], base: NetworkSpec, target: int, direction: Direction
) -> NetworkSpec:
    """Meet a target within the first of several limits, (tolerance, may exceed), that allows it."""
    *strict, last = limits
    for tolerance, may_exceed in strict:
        with suppress(ValueError):
            return scaled_to_macs(base, target, direction, tolerance, may_exceed=may_exceed)
    return scaled_to_macs(base, target, direction, last[0], may_exceed=last[1])


def grid_members(
    base: NetworkSpec = CIFAR_BASE,
    factor: float = 2.0,
    step: float = 0.1,
    tolerance: float = TOLERANCE,
) -> list[Member]:
    """Turn the candidates of the paper's grid search into networks of equal actual MACs.

    On a small baseline rounding makes several candidates the same network; it is listed once,
    under the first of them. Labels tell alpha, beta and gamma.

    Parameters
    ----------
    base
        The baseline; it comes first in the result, as family "base".
    factor
        Multiple of the baseline's MACs that every candidate meets.
    step
        Of the grid; see `compound_grid`.
    tolerance
        Largest relative distance from that multiple.

    Raises
    ------
    ValueError
        If rounding keeps a candidate from coming within `tolerance`.
    """
    target = round(factor * cost(base).macs)
    networks: dict[object, Member] = {}
    for coefficients in compound_grid(step, target=factor):
        spec = scaled_to_macs(base, target, coefficients, tolerance)
        alpha, beta, gamma = coefficients.alpha, coefficients.beta, coefficients.gamma
        spec = replace(spec, name=f"alpha {alpha:g}, beta {beta:g}, gamma {gamma:g}")
        labels = Labels(family="grid", alpha=alpha, beta=beta, gamma=gamma)
        networks.setdefault(resolve(spec)[1:], Member(spec, labels))
    return [Member(base), *networks.values()]


#: An ingredient's name, and what it changes in the recipe of the recorded runs.
INGREDIENTS: dict[str, dict[str, Any]] = {
    "no augmentation": {"flip": False, "shift": 0.0},
    "flip only": {"shift": 0.0},
    "AutoAugment": {"policy": "autoaugment"},
    "label smoothing 0.1": {"label_smoothing": 0.1},
    "weight average": {"ema": 0.99},
    "learning rate 0.02": {"learning_rate": 0.02},
    "learning rate 3": {"learning_rate": 3.0},
}

#: Those that are part of the network.
INGREDIENTS_OF_NETWORK: dict[str, dict[str, Any]] = {
    "drop path 0.1": {"drop_path_rate": 0.1},
    "drop path 0.2": {"drop_path_rate": 0.2},
    "dropout 0.2": {"dropout": 0.2},
}


def recipe_members(base: NetworkSpec = CIFAR_BASE) -> list[Member]:
    """Change one ingredient of the recorded runs' recipe at a time; labels say which."""
    recipes = [
        _with_ingredient("recipe", name, base, replace(STUDY_RECIPE, **changes))
        for name, changes in INGREDIENTS.items()
    ]
    networks = [
        _with_ingredient("recipe", name, replace(base, **changes))
        for name, changes in INGREDIENTS_OF_NETWORK.items()
    ]
    return [Member(base), *recipes, *networks]


def _with_ingredient(
    family: str, ingredient: str, spec: NetworkSpec, recipe: Recipe = STUDY_RECIPE
) -> Member:
    labels = Labels(family=family, ingredient=ingredient)
    return Member(replace(spec, name=ingredient), labels, recipe)


#: Where the search for the default recipe began.
FIRST_GUESS = Recipe(micro_batch=64)

#: What it was changed in, one at a time. After four epochs none is better on validation pictures
#: beyond the noise of three seeds. Micro-batches of 128 were kept: two cores take less time with
#: them, as `python -m benchmarks micro` tells. (The seconds of these records do not: other work
#: ran beside them.)
CANDIDATES: dict[str, dict[str, Any]] = {
    "learning rate 0.4": {"learning_rate": 0.4},
    "learning rate 1.2": {"learning_rate": 1.2},
    "warm-up 0.1": {"warmup": 0.1},
    "weight decay 0.0001": {"weight_decay": 1e-4},
    "weight decay 0.001": {"weight_decay": 1e-3},
    "label smoothing 0.1": {"label_smoothing": 0.1},
    "weight average": {"ema": 0.95},
    "shift 1/16": {"shift": 0.0625},
    "batch 128": {"batch_size": 128, "learning_rate": 0.4},
    "micro-batch 128": {"micro_batch": 128},
}

#: Those that a training of five minutes may show in another light.
LONG_CANDIDATES = ("learning rate 0.4", "weight average", "label smoothing 0.1", "shift 1/16")


def candidate_members(
    recipe: Recipe = FIRST_GUESS, names: Sequence[str] = tuple(CANDIDATES)
) -> list[Member]:
    """Change a recipe in one respect at a time; labels say which."""
    return [
        Member(CIFAR_BASE, recipe=recipe),
        *(
            _with_ingredient("recipe", name, CIFAR_BASE, replace(recipe, **CANDIDATES[name]))
            for name in names
        ),
    ]


def architecture_members(
    base: NetworkSpec = CIFAR_BASE, tolerance: float = TOLERANCE
) -> list[Member]:
    """Change the baseline's block in one respect at a time, at equal actual MACs.

    Where a change makes the network cheaper or dearer, its width makes up for it.

    Parameters
    ----------
    base
        The baseline; it comes first in the result, as family "base".
    tolerance
        Largest relative distance from the baseline's MACs.

    Raises
    ------
    ValueError
        If rounding keeps a network from coming within `tolerance`.
    """

    def with_stages(**changes: Any) -> NetworkSpec:
        return replace(base, stages=tuple(replace(stage, **changes) for stage in base.stages))

    bottlenecks = replace(with_stages(expand=4, se_ratio=0.0), block="bottleneck")
    changed = {
        "no squeeze-excite": with_stages(se_ratio=0.0),
        "ReLU": replace(base, activation="relu"),
        "no expansion": with_stages(expand=1),
        "bottleneck": bottlenecks,
    }
    target = cost(base).macs
    matched = {
        name: spec
        if meets(cost(spec).macs, target, tolerance)
        else scaled_to_macs(spec, target, "width", tolerance)
        for name, spec in changed.items()
    }
    return [
        Member(base),
        *(_with_ingredient("architecture", name, spec) for name, spec in matched.items()),
    ]


def plans(
    members: Sequence[Member],
    data: DataSet,
    pictures: int,
    seeds: Sequence[int] = (0,),
) -> list[RunPlan]:
    """Plan one run for each member and seed."""
    return [
        RunPlan(m.spec, data.name, data.fingerprint, m.recipe, pictures, seed, m.labels)
        for seed in seeds
        for m in members
    ]


@dataclass(frozen=True, slots=True)
class Study:
    """A declared list of runs: networks with their recipes, seeds, data, a budget for each run."""

    data: str
    budget: str
    members: Callable[[], Sequence[Member]]
    seeds: tuple[int, ...] = tuple(range(SEEDS))


#: Families that never cost more than their targets. The base and those at 4 x decide what the
#: course says about scaling: they have five seeds.
_families = partial(scaling_families, may_exceed=False)
_decisive = partial(_families, factors=CURVE_FACTORS, seeds={1: 5, 4: 5})

#: The studies that come with the course, recorded under their names.
STUDIES = {
    "scaling": Study("cifar10", "6 epochs", _decisive, tuple(range(5))),
    "quick": Study("cifar10", "1 epoch", _decisive, tuple(range(5))),
    "from24": Study("cifar10", "1 epoch", partial(_families, replace(CIFAR_BASE, resolution=24))),
    "grid": Study("cifar10", "2 epochs", grid_members),
    "architectures": Study("cifar10", "6 epochs", architecture_members),
    "recipes": Study("cifar10", "4 epochs", recipe_members),
    "recipes_few": Study("cifar10-tenth", "40 epochs", recipe_members),
    "toy": Study("toy", "5 epochs", _families),
    # How the default recipe was chosen, by validation accuracy: about one minute of two cores, and
    # five.
    "minute": Study("cifar10", "4 epochs", candidate_members),
    "five_minutes": Study(
        "cifar10", "20 epochs", partial(candidate_members, Recipe(), LONG_CANDIDATES), (0, 1)
    ),
}


def run_study(
    name: str,
    store: RunStore,
    *,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
) -> list[RunRecord]:
    """Carry out a declared study, or what is left of it, one seed after the other.

    Parameters
    ----------
    name
        One of `STUDIES`.
    store
        Where records go, each as soon as its run ends.
    folder
        Where the data are; see `load_data`.
    workers, scheduler
        Processes of this machine, by default one for each core; or the address of a Dask
        scheduler. See `sweep`.

    Raises
    ------
    ValueError
        If there is no such study.
    """
    if name not in STUDIES:
        raise ValueError(f"study is {name!r}; it must be one of {', '.join(STUDIES)}")
    study = STUDIES[name]
    data = load_data(study.data, folder)
    members = study.members()
    pictures = pictures_for(Budget.parse(study.budget), members[0].spec, data, members[0].recipe, 1)
    records = []
    for number, seed in enumerate(study.seeds):
        asked = [member for member in members if number < member.seeds]
        made = plans(asked, data, pictures, [seed])
        records += sweep(made, store, folder=folder, workers=workers, scheduler=scheduler)
    return records


def train_curve(
    data: DataSet,
    budget: Budget | str,
    store: RunStore,
    *,
    members: Sequence[Member] | None = None,
    seeds: Sequence[int] = (0,),
    workers: int | None = None,
    scheduler: str | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> list[RunRecord]:
    """Train families of networks on equal numbers of pictures, for a curve.

    Interrupted, the next call with the same request goes on where this one was.

    Parameters
    ----------
    data
        The data set; `folder` is where workers load it from.
    budget
        In seconds: for the whole curve, on all workers. In epochs or pictures: for each network.
    store
        Where the records go.
    members
        The networks; by default four families at `CURVE_FACTORS`.
    seeds
        Each network is trained with each.
    workers, scheduler
        Processes of this machine, by default one for each core; or the address of a Dask
        scheduler. See `sweep`.
    folder
        Where the data are; see `load_data`.

    Raises
    ------
    ValueError
        If a value is out of range; see `sweep`.
    """
    members = members or scaling_families(factors=CURVE_FACTORS)
    workplace = choose_workplace(workers, scheduler)
    budget = Budget.parse(budget)
    notes = store.path.with_name(f"{store.path.name}.plans.json")
    asked = [data.fingerprint, budget, list(seeds), list(members)]
    request = hashlib.sha256(repr(asked).encode()).hexdigest()
    pictures = _noted_pictures(notes, request)
    if pictures is None:
        pictures = _pictures_for_each(budget, members, data, workplace, len(seeds))
        write_atomically(notes, json.dumps({"request": request, "pictures": pictures}).encode())
    made = plans(members, data, pictures, seeds)
    records = sweep(made, store, folder=folder, workers=workers, scheduler=scheduler)
    if len(records) == len(made):
        notes.unlink()
    return records


def still_guessing(records: Sequence[RunRecord], data: DataSet) -> list[RunRecord]:
    """Return the finished runs whose test accuracy guessing would reach too.

    Who guesses among k classes gets a share p = 1 / k of n pictures right, with a standard
    deviation of sqrt(p (1 - p) / n). Within `LUCK` of them nothing shows that anything was learned.
    """
    chance, tests = 1 / len(data.classes), len(data.test.labels)
    bound = chance + LUCK * math.sqrt(chance * (1 - chance) / tests)
    return [r for r in records if r.test_accuracy is not None and r.test_accuracy <= bound]


def _noted_pictures(notes: Path, request: str) -> int | None:
    """Return what an interrupted call with the same request had decided."""
    try:
        noted = json.loads(notes.read_text())
        return int(noted["pictures"]) if noted["request"] == request else None
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return None


def _pictures_for_each(
    budget: Budget, members: Sequence[Member], data: DataSet, workplace: Workplace, seeds: int
) -> int:
    """Return the number of pictures that lets every run end within the budget.

    All get the same number: a curve compares networks, not amounts of training. Steps of each
    network are timed on as many workers as will train, because workers slow each other down.
    """
    start = time.monotonic()
    specs, recipes = [m.spec for m in members], [m.recipe for m in members]
    if budget.seconds is None:
        return pictures_for(budget, specs[0], data, recipes[0], threads=1)
    with workplace.open(len(specs)) as executor:
        times = executor.map(seconds_per_picture, specs, recipes, [1] * len(specs))
        per_picture = sum(times) * seeds / workplace.count()
    left = TRAINING_SHARE * budget.seconds - (time.monotonic() - start)
    return max(members[0].recipe.batch_size, int(left / per_picture))
