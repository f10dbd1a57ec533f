"""Probes of assignment 08, architecture search.

What a search does is seen from outside: `evaluate` writes down what it is given, and the generator
counts how often it is used.
"""

from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any

from ..plain import Plain, plain, same
from ..probing import Inputs, call, call_cases

#: Draws of random numbers after which a loop is taken for one that never ends.
_MOST_DRAWS = 200_000

#: Evaluations, as a multiple of those asked for, after which it is.
_MOST_EVALUATIONS = 10

#: Children that are made again, to see whether the same ones come.
_REPEATED = 50


def space_size(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `space_size` for each case."""
    return call_cases(namespace, "space_size", inputs)


def reward(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `reward` for each case."""
    return call_cases(namespace, "reward", inputs)


def two_sided_reward(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `two_sided_reward` for each case."""
    return call_cases(namespace, "two_sided_reward", inputs)


def samples_needed(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `samples_needed` for each case."""
    return call_cases(namespace, "samples_needed", inputs)


def mutate(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Make many children of each parent, twice from equal generators."""
    return {"runs": [_children(namespace, case) for case in inputs["cases"]]}


def random_search(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Search a few times, each twice from equal generators, and once for very long."""
    many = _search(namespace, "random_search", inputs["many"])
    return {
        "runs": [_searched_twice(namespace, "random_search", case) for case in inputs["cases"]],
        "drawn": _tally(many["log"]),
    }


def aging_evolution(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Search a few times, each twice from equal generators."""
    cases = inputs["cases"]
    return {"runs": [_searched_twice(namespace, "aging_evolution", case) for case in cases]}


# ------------------------------------------------------------------ what a learner's code is given


class _Generator(Random):
    """A `random.Random` that counts how often it is used, and stops a loop that never ends."""

    def __init__(self, seed: int = 0) -> None:  # copies are made without a seed
        super().__init__(seed)
        self.seeded, self.draws = seed, 0

    def random(self) -> float:
        self._count()
        return super().random()

    def getrandbits(self, bits: int, /) -> int:
        self._count()
        return super().getrandbits(bits)

    def _count(self) -> None:
        self.draws += 1
        if self.draws > _MOST_DRAWS:
            raise RuntimeError(f"rng was used {_MOST_DRAWS:,} times: does a loop never end?")

    def __repr__(self) -> str:
        return f"Random({self.seeded})"


class _Evaluate:
    """Stands in for a training: notes the architecture, and gives the next reward of a list."""

    def __init__(self, rewards: list[float], samples: int) -> None:
        self.rewards, self.samples = rewards, samples
        self.given: list[object] = []
        self.log: list[Plain] = []

    def __call__(self, architecture: object) -> float:
        if len(self.log) >= _MOST_EVALUATIONS * self.samples:
            raise RuntimeError(
                f"evaluate was called {len(self.log)} times; samples is {self.samples}"
            )
        self.given.append(architecture)
        self.log.append(plain(architecture))  # a copy: it may be changed later
        return self.rewards[(len(self.log) - 1) % len(self.rewards)]

    def spoiled(self) -> list[int]:
        """Return the places in the log of what has been changed since."""
        pairs = enumerate(zip(self.given, self.log, strict=True))
        return [place for place, (now, then) in pairs if not _is_still(now, then)]

    def __repr__(self) -> str:
        return "evaluate"


# ------------------------------------------------------------------ trying it out


def _children(namespace: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Plain]:
    """Return the different children with their numbers, and how the generator was used."""
    rng = _Generator(case["seed"])
    first, changed = _family(namespace, case, rng, case["children"])
    again, _ = _family(namespace, case, _Generator(case["seed"]), _REPEATED)
    return {
        "children": _tally(first), "changed": changed,
        "used": rng.draws > 0, "repeats": same(first[:_REPEATED], again),
    }  # fmt: skip


def _family(
    namespace: Mapping[str, Any], case: Mapping[str, Any], rng: _Generator, count: int
) -> tuple[list[Plain], list[str]]:
    """Return children of one parent in the order of their births, and what the calls changed."""
    children: list[Plain] = []
    changed: set[str] = set()
    for _ in range(count):
        # What one call changes must not reach the next; deepcopy would take most of the time.
        parent = dict(case["parent"])
        space = {slot: list(choices) for slot, choices in case["space"].items()}
        children.append(call(namespace, "mutate", parent=parent, space=space, rng=rng))
        changed |= _changed({"parent": parent, "space": space}, case)
    return children, sorted(changed)


def _searched_twice(
    namespace: Mapping[str, Any], name: str, case: Mapping[str, Any]
) -> dict[str, Plain]:
    first, again = _search(namespace, name, case), _search(namespace, name, case)
    return {**first, "repeats": same(first, again)}


def _search(namespace: Mapping[str, Any], name: str, case: Mapping[str, Any]) -> dict[str, Plain]:
    """Return what a search gave, what it evaluated, and whether it used the generator."""
    settings = {key: deepcopy(case[key]) for key in case if key not in ("rewards", "seed")}
    evaluate = _Evaluate(case["rewards"], case["samples"])
    rng = _Generator(case["seed"])
    result = call(namespace, name, **settings, evaluate=evaluate, rng=rng)
    return {
        "result": result, "log": evaluate.log, "spoiled": evaluate.spoiled(),
        "used": rng.draws > 0, "changed": sorted(_changed(settings, case)),
    }  # fmt: skip


def _changed(given: Mapping[str, Any], case: Mapping[str, Any]) -> set[str]:
    """Return the names of the arguments that are no longer what they were."""
    return {name for name, value in given.items() if not same(value, case[name])}


def _is_still(value: Any, before: Any) -> bool:
    try:
        return same(plain(value), before)
    except TypeError:  # something else has been put there
        return False


def _tally(values: list[Plain]) -> list[list[Plain]]:
    """Return the different values, each with how often it is there."""
    found: list[list[Plain]] = []
    for value in values:
        for pair in found:
            if same(pair[0], value):
                pair[1] += 1
                break
        else:
            found.append([value, 1])
    return found
