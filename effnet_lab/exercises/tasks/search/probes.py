"""Trying out what draws at random: the children of some parents, and searches.

Of a run is told: what was `made`, those of a search as `evaluate` got them, in order; where there
are many, the different ones with their `counts`; whether the generator was `used`, and an equal one
`repeats` the run; and which arguments were `changed`.
"""

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any

from ...plain import Plain, plain, same
from ...probing import Inputs, call

#: Evaluations, as a multiple of those asked for, after which a loop is taken for endless.
_MOST_EVALUATIONS = 10

#: Networks beyond which only their counts are told, and children that are made twice.
_MANY, _REPEATED = 100, 50

Namespace = Mapping[str, Any]
Case = Mapping[str, Any]
Run = dict[str, Plain]


def children(namespace: Namespace, inputs: Inputs) -> Plain:
    """Make many children of each parent, the first ones twice."""
    runs = []
    for case in inputs["cases"]:
        run, again = (_family(namespace, case, count) for count in (case["children"], _REPEATED))
        runs.append(_told(run, run["made"][:_REPEATED], again["made"]))
    return runs


def searches(namespace: Namespace, inputs: Inputs) -> Plain:
    """Search a few times, each twice from equal generators."""
    runs = []
    for case in inputs["cases"]:
        run, again = (_search(namespace, inputs["function"], case) for _ in range(2))
        runs.append(_told(run, run, again))
    return runs


def _told(run: Run, once: Plain, again: Plain) -> Run:
    told = {**run, "repeats": same(once, again)}
    if len(run["made"]) > _MANY:
        told.pop("result", None)
        told["made"] = list({repr(one): one for one in run["made"]}.values())
        told["counts"] = list(Counter(map(repr, run["made"])).values())
    return told


class _Generator(Random):
    def __repr__(self) -> str:
        return "rng"


class _Evaluate:
    """Stands in for a training: notes the architecture, and gives the next reward of a list."""

    def __init__(self, rewards: list[float]) -> None:
        self.rewards = rewards
        self.made: list[Plain] = []

    def __call__(self, architecture: object) -> float:
        count, samples = len(self.made), len(self.rewards)
        if count >= _MOST_EVALUATIONS * samples:
            raise RuntimeError(f"evaluate was called {count} times; samples is {samples}")
        self.made.append(plain(architecture))  # a copy: it may be changed later
        return self.rewards[count % samples]

    def __repr__(self) -> str:
        return "evaluate"


def _family(namespace: Namespace, case: Case, count: int) -> Run:
    rng = _Generator(case["seed"])
    before, made = rng.getstate(), []
    changed: set[str] = set()
    for _ in range(count):
        # What one call changes must not reach the next; deepcopy would take most of the time.
        parent = dict(case["parent"])
        space = {slot: list(choices) for slot, choices in case["space"].items()}
        made.append(call(namespace, "mutate", parent=parent, space=space, rng=rng))
        changed.update(_changed({"parent": parent, "space": space}, case))
    return {"made": made, "changed": sorted(changed), "used": rng.getstate() != before}


def _search(namespace: Namespace, name: str, case: Case) -> Run:
    given = {key: deepcopy(case[key]) for key in case if key not in ("rewards", "seed")}
    evaluate, rng = _Evaluate(case["rewards"]), _Generator(case["seed"])
    before = rng.getstate()
    result = call(namespace, name, **given, evaluate=evaluate, rng=rng)
    return {
        "made": evaluate.made,
        "result": result,
        "changed": _changed(given, case),
        "used": rng.getstate() != before,
    }


def _changed(given: Mapping[str, Any], case: Case) -> list[str]:
    return [name for name, value in given.items() if not same(value, case[name])]
