"""The objective of the search for MnasNet and EfficientNet-B0: accuracy at a price."""

import math
from operator import add, mul, truediv
from random import Random

from ...._slips import Function
from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    def case(cost: float, **w: float) -> Case:
        return dict(accuracy=random.randint(300, 870) / 1000, cost=round(cost), target=target, **w)

    target, w = random.randint(310, 520), -random.randint(11, 29) / 100
    dear, cheap = target * random.uniform(1.3, 2.7), target * random.uniform(0.4, 0.8)
    return [case(dear), case(cheap), case(3 * dear, w=w), case(cheap / 2, w=w / 2)]


def reward(
    accuracy: float,
    cost: float,
    target: float,
    w: float = -0.07,
    *,
    ratio: Function = truediv,
    power: Function = pow,
    reward_of: Function = mul,
    rule: Function | None = None,
) -> float:
    if rule:
        return float(rule(accuracy, cost, target, w))
    return float(reward_of(accuracy, power(ratio(cost, target), w)))


TASK = Task(
    right=reward,
    rel=1e-9,
    cases=cases,
    example=dict(accuracy=1.0, cost=800, target=400),
    about=About("Accuracy at a price", points=14, difficulty=1, importance=5, minutes=7),
    hints=(
        "What must the factor be for a network that costs exactly the target? And for one "
        "that costs twice as much: above or below 1?",
        "First the ratio of cost and target, then its power, then the product with the accuracy.",
        "** comes before * and / in Python: put the ratio in brackets. The sign of w does the "
        "rest; add no minus of your own.",
    ),
    slips=(
        slip("dear-is-rewarded", ratio=lambda c, t: t / c).says(
            "Your reward rises with the cost. Divide the cost by the target, and leave the sign of "
            "w as it is: w is negative, so that a dear network gets a factor below 1."
        ),
        slip("accuracy-in-the-power", rule=lambda a, c, t, w: (a * c / t) ** w).says(
            "You raise the accuracy to the power w, too. Only the ratio of the costs is: in Python "
            "** comes before * and /, so put the ratio in brackets."
        ),
        slip("one-in-the-power", rule=lambda a, c, t, w: a * c / t**w)
        .either(rule=lambda a, c, t, w: a * c**w / t)
        .says("You raise one of the two costs alone to the power w: put the ratio in brackets."),
        slip("no-target", ratio=lambda c, t: c).says(
            "You leave the target out. The factor is 1 for a network that costs exactly the target."
        ),
        slip("factor-alone", reward_of=lambda a, factor: factor).says(
            "That is the factor alone; multiply the accuracy by it."
        ),
        slip("added", reward_of=add).says("You add the factor to the accuracy; multiply the two."),
        slip("difference", rule=lambda a, c, t, w: a + w * (c - t)).says(
            "You take a penalty away for each unit of cost beyond the target. What counts is the "
            "ratio of cost and target, to the power w."
        ),
        slip("logarithm", rule=lambda a, c, t, w: a + w * math.log(c / t)).says(
            "You add a logarithm of the ratio; multiply by the ratio to the power w."
        ),
        slip("times-w", power=mul).says("You multiply by w; w is an exponent (**)."),
        slip("straight-line", power=lambda x, w: 1 + w * (x - 1)).says(
            "You change the reward along a straight line. Each doubling of the cost should change "
            "it by the same factor: a power of the ratio."
        ),
        slip("cheaper-is-punished", ratio=lambda c, t: max(c / t, t / c)).says(
            "You punish a network for being cheaper than the target: its factor is above 1."
        ),
        slip("never-above-1", power=lambda x, w: min(1, x**w)).says(
            "You never give a factor above 1. A network cheaper than the target is rewarded here."
        ),
        slip("never-below-1", power=lambda x, w: max(1, x**w)).says(
            "You never give a factor below 1. A network dearer than the target has to pay for it."
        ),
        slip("hard-limit", power=lambda x, w: x**w * (x <= 1)).says(
            "You give nothing to a network that is dearer than the target. This objective is soft: "
            "too dear costs some of the reward, not all of it."
        ),
        slip("ignored-w").says("You always take the exponent -0.07, though `w` says which."),
        slip("default-positive", lambda w=0.07, **case: reward(**case, w=w)).says(
            "Where no w is given, you take 0.07; the default is negative."
        ),
    ),
    no_slips={"exchanged-cost-w": "a cost as the exponent leaves nothing, as rounding down does"},
    also_right=(
        "def reward(accuracy, cost, target, w=-0.07):\n"
        "    return accuracy * math.exp(w * (math.log(cost) - math.log(target)))",
    ),
)
