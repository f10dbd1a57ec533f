"""The objective with one exponent for each side of the target."""

from math import inf
from operator import mul
from random import Random

from ...._slips import Function
from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    def case(ratio: float, alpha: float, beta: float) -> Case:
        accuracy, cost = random.randint(300, 870) / 1000, round(target * ratio)
        return dict(accuracy=accuracy, cost=cost, target=target, alpha=alpha, beta=beta)

    target, small, large = random.randint(310, 520), -random.random() / 9, -random.uniform(0.2, 0.6)
    ratios = random.uniform(0.4, 0.8), random.uniform(1.3, 2.2)
    near, far = round(small, 2), round(large, 2)
    # The third prize saving more than they punish spending; the last prize what is dear.
    exponents = ((0, -1), (near, far), (far, near), (-far, round(0.3 - far, 2)))
    return [case(ratio, *both) for both in exponents for ratio in ratios]


def two_sided_reward(
    accuracy: float,
    cost: float,
    target: float,
    alpha: float,
    beta: float,
    *,
    exponent: Function = lambda dear, a, b: b if dear else a,
    reward_of: Function = mul,
) -> float:
    factor = (cost / target) ** exponent(cost > target, alpha, beta)
    return float(reward_of(accuracy, factor))


_WHICH = "alpha is for networks that cost at most the target, beta for those that cost more."

TASK = Task(
    right=two_sided_reward,
    rel=1e-9,
    cases=cases,
    example=dict(accuracy=0.75, cost=300, target=400, alpha=0, beta=-1),
    about=About("Two exponents", points=10, difficulty=1, minutes=6),
    hints=(
        "Only the exponent changes from one side of the target to the other.",
        "Compare the cost with the target, and choose alpha or beta. Their sizes do not matter "
        "for that.",
        "With the exponent chosen, it is the reward of the last task.",
    ),
    slips=(
        slip("exchanged-alpha-beta").says(f"The exponents are exchanged. {_WHICH}"),
        slip("exchanged-cost-target").says(
            f"You divide the target by the cost, which also exchanges the exponents. {_WHICH}"
        ),
        slip("turned-round", exponent=lambda dear, a, b: -b if dear else -a).says(
            "You divide the target by the cost; divide the cost by the target."
        ),
        slip("never-positive", exponent=lambda dear, a, b: -abs(b if dear else a)).says(
            "You make each exponent negative. Any two must be possible; a positive one prizes what "
            "is dear."
        ),
        slip("zero-above", exponent=lambda dear, a, b: -inf if dear else a).says(
            "You give nothing to a network that is dearer than the target; beta counts there."
        ),
        slip("factor-only-above", exponent=lambda dear, a, b: b if dear else 0).says(
            "You leave the accuracy as it is below the target. alpha counts there; with a negative "
            "one the reward is above the accuracy."
        ),
        slip("factor-only-below", exponent=lambda dear, a, b: 0 if dear else a).says(
            "You leave the accuracy as it is above the target; beta counts there."
        ),
        slip("always-alpha", exponent=lambda dear, a, b: a).says(
            f"You use alpha on both sides. {_WHICH}"
        ),
        slip("always-beta", exponent=lambda dear, a, b: b).says(
            f"You use beta on both sides. {_WHICH}"
        ),
        slip("both", exponent=lambda dear, a, b: a + b).says(
            f"You use both exponents at once. {_WHICH}"
        ),
        slip("smaller-factor", exponent=lambda dear, a, b: min(a, b) if dear else max(a, b)).says(
            f"You take the smaller factor, or let the sizes of the exponents decide. {_WHICH}"
        ),
        slip("factor-alone", reward_of=lambda accuracy, factor: factor).says(
            "That is the factor alone; multiply the accuracy by it."
        ),
    ),
    no_slips={
        "exchanged-cost-alpha": "a cost as the exponent leaves nothing, as rounding down does"
    },
    also_right=(
        "def two_sided_reward(accuracy, cost, target, alpha, beta):\n"
        "    ratio = cost / target\n"
        "    return accuracy * min(1, ratio) ** alpha * max(1, ratio) ** beta",
    ),
    equivalent={
        "cost <= target -> cost < target": "at the target the factor is 1 with any exponent"
    },
)
