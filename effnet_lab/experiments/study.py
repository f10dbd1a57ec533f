"""Families of networks at matched budgets, and the plans that train them.

A family grows one baseline along one direction. Its members are matched by what they actually
cost, because rounding makes equal nominal multipliers cost very different amounts.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

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
from .data import load_data
from .dataset import DataSet
from .runs import Budget, Recipe, RunPlan, RunRecord, RunStore
from .sweep import Workplace, choose_workplace, sweep
from .train import pictures_for, seconds_per_picture

#: Of a budget in seconds: what start-up, validation and the last test leave for training.
TRAINING_SHARE = 0.8

#: The four ways to spend more multiply-accumulates.
DIRECTIONS: dict[str, Direction] = {
    "width": "width",
    "depth": "depth",
    "resolution": "resolution",
    "compound": PAPER_COEFFICIENTS,
}


class Member(NamedTuple):
    """One network of a family; the baseline's family is "base"."""

    family: str
    spec: NetworkSpec


def scaling_families(
    base: NetworkSpec = CIFAR_BASE,
    factors: Sequence[float] = (2, 4),
    directions: Mapping[str, Direction] | None = None,
    tolerance: float = 0.1,
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

    Raises
    ------
    ValueError
        If rounding keeps a direction from coming within `tolerance`.
    """
    members = [Member("base", base)]
    for family, direction in (directions or DIRECTIONS).items():
        for factor in factors:
            target = round(factor * cost(base).macs)
            spec = scaled_to_macs(base, target, direction, tolerance)
            members.append(Member(family, replace(spec, name=f"{family} x{factor:g}")))
    return members


def grid_members(
    base: NetworkSpec = CIFAR_BASE, factor: float = 2.0, step: float = 0.1, tolerance: float = 0.1
) -> list[Member]:
    """Turn the candidates of the paper's grid search into networks of equal actual MACs.

    On a small baseline rounding makes several candidates the same network; it is listed once,
    under the first of them. Names tell alpha, beta and gamma.

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
        networks.setdefault(resolve(spec)[1:], Member("grid", spec))
    return [Member("base", base), *networks.values()]


def plans(
    members: Sequence[Member],
    data: DataSet,
    pictures: int,
    seeds: Sequence[int] = (0,),
    recipe: Recipe | None = None,
) -> tuple[list[RunPlan], dict[str, str]]:
    """Plan one single-threaded run for each member and seed.

    Returns
    -------
    plans, families
        The plans, and the family of each plan's key: what `sweep` takes.
    """
    recipe = recipe or Recipe()
    found: dict[str, str] = {}
    made = []
    for seed in seeds:
        for family, spec in members:
            plan = RunPlan(spec, data.name, data.fingerprint, recipe, pictures, seed, threads=1)
            made.append(plan)
            found[plan.key] = family
    return made, found


#: The recipe of the recorded runs: `Recipe()` with small shifts.
STUDY_RECIPE = Recipe(shift=0.0625)


@dataclass(frozen=True, slots=True)
class Study:
    """A declared list of runs: networks, seeds, data, recipe, and a budget for each run."""

    data: str
    budget: str
    seeds: tuple[int, ...]
    members: Callable[[], Sequence[Member]] = scaling_families
    recipe: Recipe = STUDY_RECIPE


#: The studies that come with the course, recorded under their names.
STUDIES = {
    "scaling": Study("cifar10", "6 epochs", (0, 1, 2)),
    "quick": Study("cifar10", "1 epoch", (0, 1, 2)),
    "grid": Study("cifar10", "2 epochs", (0, 1, 2), grid_members),
    "toy": Study("toy", "5 epochs", (0, 1, 2)),
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
    pictures = pictures_for(Budget.parse(study.budget), members[0].spec, data, study.recipe, 1)
    records = []
    for seed in study.seeds:
        made, families = plans(members, data, pictures, [seed], study.recipe)
        records += sweep(
            made, store, families=families, folder=folder, workers=workers, scheduler=scheduler
        )
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
        The networks; by default `scaling_families()`.
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
    members = members or scaling_families()
    workplace = choose_workplace(workers, scheduler)
    budget = Budget.parse(budget)
    notes = store.path.with_name(f"{store.path.name}.plans.json")
    asked = [data.fingerprint, budget, list(seeds), [member.spec for member in members]]
    request = hashlib.sha256(repr(asked).encode()).hexdigest()
    pictures = _noted_pictures(notes, request)
    if pictures is None:
        pictures = _pictures_for_each(budget, members, data, workplace, len(seeds))
        write_atomically(notes, json.dumps({"request": request, "pictures": pictures}).encode())
    made, families = plans(members, data, pictures, seeds)
    records = sweep(
        made, store, families=families, folder=folder, workers=workers, scheduler=scheduler
    )
    if len(records) == len(made):
        notes.unlink()
    return records


def _noted_pictures(notes: Path, request: str) -> int | None:
    """Return what an interrupted call with the same request had settled on."""
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
    recipe, start = Recipe(), time.monotonic()
    if budget.seconds is None:
        return pictures_for(budget, members[0].spec, data, recipe, threads=1)
    specs = [member.spec for member in members]
    with workplace.open(len(specs)) as executor:
        times = executor.map(seconds_per_picture, specs, [recipe] * len(specs), [1] * len(specs))
        per_picture = sum(times) * seeds / workplace.count()
    left = TRAINING_SHARE * budget.seconds - (time.monotonic() - start)
    return max(recipe.batch_size, int(left / per_picture))
