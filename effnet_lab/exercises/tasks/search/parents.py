"""Whose children the networks of an evolution are, and whose they should be."""

from collections.abc import Iterator, Sequence
from itertools import chain, count
from random import Random
from typing import Any

from ...._slips import Slip
from ... import slip
from .networks import aging_evolution, best_of, drawn, worst_of
from .signs import Trial, signs


def steps(trial: Trial, one: int, other: int) -> int:
    """Return in how many slots two networks differ."""
    a, b = trial["made"][one], trial["made"][other]
    return sum(a[slot] != b[slot] for slot in a)


def _strays(trial: Trial) -> Iterator[dict[str, Any]]:
    """Yield the children that are no mutation of anybody who can win their tournament."""
    population, rewards = trial["population"], trial["rewards"]
    for child in range(population, trial["samples"]):
        living = sorted(range(child - population, child), key=lambda n: -rewards[n])
        able = living[: population - trial["tournament"] + 1]
        if any(steps(trial, n, child) == 1 for n in able):
            continue
        near = [n for n in range(child) if steps(trial, n, child) == 1]
        name = "not-the-best" if {*living} & {*near} else "parent-has-left"
        if not near:
            name = "no-mutation"
        if any(steps(trial, n, child) == 0 for n in able):
            name = "child-is-parent"
        due = f"network {able[0] + 1}" if len(able) == 1 else "the best of its tournament"
        said = f"{trial['call']}: network {child + 1} should be a mutation of {due}. It is"
        yield dict(said=said, name=name, other=max(near, default=0) + 1)


def _stray(slip: Slip, trials: Sequence[Trial]) -> Trial | None:
    strays = ({**t, **stray} for t in trials for stray in _strays(t))
    return next((stray for stray in strays if stray["name"] == slip.name), None)


def _parents(trial: Trial, options: Any) -> list[int] | None:
    """Return the place of each child's parent by a slip; None if it is drawn."""
    found, places = [], count()

    def child(parent: int, *_: Any) -> int:
        found.append(parent)
        return next(places)

    sizes = {name: trial[name] for name in ("population", "tournament", "samples")}
    # It is not drawn where all living ones are in each tournament. Architectures are places here.
    rng: Any = Random(0) if trial["tournament"] == trial["population"] else None
    parts = {"first": lambda *_: next(places), "child": child, **options}
    try:
        aging_evolution({}, trial["rewards"].__getitem__, **sizes, rng=rng, **parts)
    except AttributeError:  # None draws nothing
        return None
    return found


def _followed(slip: Slip, trials: Sequence[Trial]) -> Trial | None:
    """See that all children may be those of the slip's parents, where these are known."""
    known = [(t, parents) for t in trials if (parents := _parents(t, slip.options))]
    for t, parents in known:
        if any(steps(t, n, parent) != 1 for n, parent in enumerate(parents, t["population"])):
            return None
    # Parents that are known where not all living ones are in a tournament are wrong in any case.
    drawn_by_nobody = (t for t, _ in known if t["tournament"] < t["population"])
    wrong = next(chain((t for t in trials if any(_strays(t))), drawn_by_nobody), None)
    return wrong and {**wrong, "said": f"{wrong['call']}:"}


_ANEW = "Draw the tournament anew for each child, with rng.sample."
_LEAVES = "After each child the oldest network leaves, however good it is."

PARENTS = (
    *signs(
        _followed,
        slip("best-ever", parent=lambda living, n, rng, history: best_of(history)).says(
            "the parent is always the best network that was ever evaluated. Take the best of the "
            "tournament, which is drawn among the living."
        ),
        slip("worst-leaves", leave=lambda h, _: [n for n in h if n != worst_of(h)]).says(
            f"the best never leaves, and is the parent of all. Do you remove the worst? {_LEAVES}"
        ),
        slip("worst-as-parent", parent=lambda h, n, rng, _: worst_of(rng.sample(h, n))).says(
            "the parent is the worst of the tournament. A high reward is good: take the best."
        ),
        slip("newest-as-parent", parent=lambda living, *_: living[-1]).says(
            "the parent is always the network that came last. It is the best of the tournament."
        ),
        slip("oldest-as-parent", parent=lambda living, *_: living[0]).says(
            "the parent is always the oldest. It is the best of the tournament."
        ),
        slip("tournament-not-drawn", parent=lambda living, *_: best_of(living)).says(
            "the parent is the best of the living. In a tournament of 1 it is whoever is drawn."
        ),
        slip("tournament-of-the-oldest", parent=lambda living, n, *_: best_of(living[:n])).says(
            f"the parent always has the same place among the living. {_ANEW}"
        ),
        slip("tournament-of-the-newest", parent=lambda living, n, *_: best_of(living[-n:])).says(
            f"the parent always has the same place among the living. {_ANEW}"
        ),
        slip(
            "leaves-too-early",
            parent=lambda h, n, rng, _: best_of(rng.sample(h[1:], min(n, len(h) - 1))),
        ).says(
            "the oldest leaves before the tournament. It can still win it, and leaves afterwards."
        ),
        slip("children-never-join", leave=lambda living, _: living[:-1]).says(
            "all parents come from the first population. A child joins the living, so that it can "
            "be a parent later; the oldest leaves, which stands first in the list, not last."
        ),
        slip("youngest-leaves", leave=lambda living, _: [*living[:-2], living[-1]]).says(
            f"it is the youngest that leaves. {_LEAVES} It stands first in the list: pop(0)."
        ),
        slip("parent-leaves", leave=lambda living, parent: [n for n in living if n != parent]).says(
            f"the child takes its parent's place. The parent stays. {_LEAVES}"
        ),
    ),
    *signs(
        _stray,
        slip("no-mutation", child=lambda parent, space, rng: drawn(space, rng)).says(
            "not one of any network before: it differs from each in more than one slot. Is the "
            "child made by mutate, and does mutate leave the parent as it is?"
        ),
        slip("parent-has-left", leave=lambda living, _: living).says(
            "one of network {other}, which should have left by then. Only {population} live at a "
            f"time. {_LEAVES}"
        ),
        slip("not-the-best", parent=lambda living, n, rng, _: rng.choice(living)).says(
            "one of network {other}, which is not good enough to win a tournament of {tournament} "
            "different living networks (rng.sample): the best is the parent."
        ),
        slip("child-is-parent", child=lambda parent, space, rng: dict(parent)).says(
            "equal to its parent. A child differs from its parent in exactly one slot. Does your "
            "mutate pass its check?"
        ),
    ),
)
