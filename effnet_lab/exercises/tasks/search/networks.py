"""Spaces, architectures, mutations and searches: the references, with options to go wrong by."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Any, TypeAlias

from ... import Case

Space: TypeAlias = Mapping[str, Sequence[Any]]
Architecture: TypeAlias = Mapping[str, Any]

#: All that a search has evaluated, in order: architectures with their rewards.
History: TypeAlias = Sequence[tuple[Any, float]]

#: The space in the notebook.
SMALL: Space = {"kernel": [3, 5, 7], "expand": [3, 6], "layers": [1, 2, 3, 4], "skip": ["identity"]}

#: From which spaces are drawn. Some values are choices of several slots.
_POOLS: Space = {
    "operator": ("conv", "separable", "mbconv", "fused", "dense", "grouped"),
    "kernel": (3, 5, 7, 9, 11, 13),
    "expand": (1, 2, 3, 4, 6, 8),
    "layers": (1, 2, 3, 4, 5, 6, 7),
    "squeeze": (0.125, 0.0625, 0.25, 0.5, 0.75, 1.5),
    "skip": ("identity", "pool", "none", "project", "average", "gate"),
    "width": (16, 24, 32, 40, 48, 64, 80),
}


def drawn_space(random: Random, *sizes: int) -> dict[str, list[Any]]:
    """Draw a space whose slots have so many choices, in any order."""
    names, counts = random.sample(sorted(_POOLS), len(sizes)), random.sample(sizes, len(sizes))
    return {name: random.sample(_POOLS[name], n) for name, n in zip(names, counts, strict=True)}


def search_case(random: Random, rewards: range, space: Space, samples: int, **more: int) -> Case:
    """Draw a search, and what `evaluate` returns in it."""
    drawn = [reward / 1000 for reward in random.sample(rewards, samples)]
    return dict(space=space, **more, samples=samples, rewards=drawn, seed=random.randrange(10**6))


def drawn(space: Space, rng: Random, *_: Any) -> Architecture:
    return {slot: rng.choice(choices) for slot, choices in space.items()}


def changeable(space: Space) -> list[str]:
    return [slot for slot, choices in space.items() if len(choices) > 1]


def others(choices: Sequence[Any], own: Any) -> list[Any]:
    return [choice for choice in choices if choice != own]


def mutate(
    parent: Architecture,
    space: Space,
    rng: Random,
    *,
    generator: Callable[[Random], Random] = lambda rng: rng,
    slot: Callable[..., str] = lambda space, rng: rng.choice(changeable(space)),
    choice: Callable[..., Any] = lambda choices, own, rng: rng.choice(others(choices, own)),
    made: Callable[..., Any] = lambda one, space: one,
) -> Any:
    rng = generator(rng)
    name = slot(space, rng)
    return made({**parent, name: choice(space[name], parent[name], rng)}, space)


def best_of(networks: History) -> tuple[Any, float]:
    return max(networks, key=lambda network: network[1])


def worst_of(networks: History) -> tuple[Any, float]:
    return min(networks, key=lambda network: network[1])


def aging_evolution(
    space: Space,
    evaluate: Callable[[Any], float],
    population: int,
    tournament: int,
    samples: int,
    rng: Random,
    *,
    generator: Callable[[Random], Random] = lambda rng: rng,
    rounds: Callable[..., int] = lambda samples, population: samples,
    first: Callable[..., Any] = drawn,
    parent: Callable[..., Any] = lambda living, n, rng, history: best_of(rng.sample(living, n)),
    child: Callable[..., Any] = mutate,
    made: Callable[..., Any] = lambda one, space: one,
    reward: Callable[..., float] = lambda evaluate, one, is_child: evaluate(one),
    leave: Callable[..., History] = lambda living, parent: living[1:],
    **results: Callable[..., Any],
) -> Any:
    rng = generator(rng)
    history: list[tuple[Any, float]] = []
    living: History = []
    for number in range(rounds(samples, population)):
        chosen = parent(living, tournament, rng, history) if number >= population else None
        one = child(chosen[0], space, rng) if chosen else first(space, rng, history)
        history.append((one, reward(evaluate, made(one, space), bool(chosen))))
        living = [*living, history[-1]]
        living = leave(living, chosen) if chosen else living
    return returned(history, population, **results)


def returned(
    history: History,
    population: int,
    *,
    best: Callable[..., Any] = lambda history: best_of(history)[0],
    curve: Callable[..., Any] = lambda rewards: list(accumulate(rewards, max)),
    both: Callable[..., Any] = lambda best, curve, history, population: [best, curve],
) -> Any:
    """Return what a search with this history returns."""
    rewards = [reward for _, reward in history]
    return both(best(history), curve(rewards), history, population)
