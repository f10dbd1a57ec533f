"""Over budget, and by how much."""

from collections.abc import Mapping, Sequence
from functools import partial
from operator import ge, gt, itemgetter, lt, sub, truediv
from random import Random

from ...._slips import Function
from ... import About, Case, Task, slip
from ...plain import Plain

Costs = Mapping[str, float]


def cases(random: Random) -> list[Case]:
    some, kept = (40, 99, 100, 103, 140, 250), (40, 99, 100)
    return [draw_costs(random, *one) for one in ((2, some), (3, kept), (4, some), (5, some))]


def draw_costs(random: Random, count: int, hundredths: Sequence[int]) -> Case:
    """Draw limits, and costs of some hundredths of them; of many costs one has no limit."""
    names = random.sample(("macs", "kilobytes", "milliseconds", "joules", "megabytes"), count)
    limits = {name: 100 * random.randint(3, 90) for name in names}
    shares = dict(zip(sorted(names), random.sample(hundredths, count), strict=True))
    costs = {name: limits[name] * share // 100 for name, share in shares.items()}
    return dict(costs=costs, limits={name: limits[name] for name in names[count // 4 :]})


def over_budget(
    costs: Costs,
    limits: Costs,
    *,
    share: Function = lambda spent, limit: spent / limit - 1,
    counts: Function = gt,
    told: Function = dict,
) -> Plain:
    over = [(n, share(costs[n], most)) for n, most in limits.items() if counts(costs[n], most)]
    return told(over)


def in_their_order(costs: Costs, limits: Costs, named: bool = True) -> Plain:
    """Take the first cost for that of the first limit, whatever their names."""
    names = limits if named else costs
    pairs = zip(names, costs.values(), limits.values(), strict=False)
    return {name: spent / most - 1 for name, spent, most in pairs if spent > most}


def always(*_: object) -> bool:
    return True


TASK = Task(
    right=over_budget,
    cases=cases,
    rel=1e-9,
    example=dict(costs=dict(macs=300, kilobytes=50), limits=dict(kilobytes=40, macs=400)),
    about=About("Over budget, and by how much", points=8, difficulty=1, importance=4, minutes=7),
    hints=(
        "Go through the limits; the cost of the same name is costs[name].",
        "Keep a name only if its cost is larger than its limit. Equal is not larger.",
        "The share is (cost - limit) / limit.",
    ),
    slips=(
        slip("all", counts=always)
        .either(counts=always, share=lambda c, m: max(0.0, c / m - 1))
        .says("You put in limits that are kept. They must not be in the result, not even with 0."),
        slip("equal", counts=ge).says("Exactly the limit is allowed: only more than that is over."),
        slip("in-their-order", in_their_order)
        .either(partial(in_their_order, named=False))
        .says("You take costs and limits as they stand, one after the other. Match their names."),
        slip("below", counts=lt).says("You list what is below its limit, not what is above."),
        slip("cost", share=lambda c, m: 1 - m / c).says("You divide by the cost, not the limit."),
        slip("ratio", share=truediv).says(
            "You give cost divided by limit; asked for is by what share it is *above* 1."
        ),
        slip("percent", share=lambda c, m: 100 * (c / m - 1)).says(
            "You give percent. Asked for is a share: 0.25 for a quarter."
        ),
        slip("difference", share=sub).says("You give the difference; divide it by the limit."),
        slip("negative", share=lambda c, m: 1 - c / m).says(
            "The sign is wrong: what exceeds its limit is above it, so it is positive."
        ),
        slip("costs", share=lambda c, m: c).says(
            "You give the costs; asked for is by what share they are too high."
        ),
        slip("truth-values", share=always).says("You give truth values; return the shares."),
        slip("keys-only").says("You give the names alone; return a dict with a share for each."),
        slip("worst-only", told=lambda over: dict(sorted(over, key=itemgetter(1))[-1:])).says(
            "You give the worst one only; all that are exceeded count."
        ),
    ),
    also_right=(
        "over_budget = lambda costs, limits: {n: c / limits[n] - 1 for n, c in costs.items() "
        "if n in limits and c > limits[n]}",
    ),
)
