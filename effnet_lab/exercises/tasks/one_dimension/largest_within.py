"""As much as the budget allows: the largest percent of a dimension that fits."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip
from ...plain import Plain
from .percents import LEAST, MOST, Costs, prices
from .stages import SMALL, Stage, draw_stages


def cases(random: Random) -> list[Case]:
    """Draw tables and budgets; among them one that nothing meets, and one that all do."""
    dense, coarse = draw_stages(random, ("dense", 1, 1)), draw_stages(random, ("dense", 4, 1))
    three = draw_stages(random, ("dense", 4, 1), ("depthwise", 2, 2), ("dense", 1, 1))
    wide = draw_stages(random, ("dense", 4, 1), ("dense", 1, 2), ("depthwise", 1, 1))
    size = 4 * random.randint(26, 40)  # a multiple of 4: no side is halfway between two pixels
    small, large, wider = random.randint(40, 70), random.randint(130, 170), random.randint(180, 240)

    def case(stages: Any, dimension: str, percent: int, factor: float = 1, less: int = 0) -> Case:
        macs = int(prices(json.dumps(stages), size, (dimension,))[percent] * factor)
        return dict(stages=stages, size=size, budget=macs - less, dimension=dimension)

    return [
        case(coarse, "resolution", large, less=1),
        case(dense, "width", wider),  # exactly what something costs
        case(coarse, "width", small, 1.02),
        case(three, "width", large, 1.02),
        case(three, "resolution", small),
        case(wide, "width", large, 1.05),
        case(dense, "resolution", LEAST, less=1),
        case(dense, "resolution", LEAST),
        case(dense, "resolution", MOST, 1.3),
    ]


def largest_within(
    stages: Sequence[Stage],
    size: int,
    budget: int,
    dimension: str,
    *,
    choose: Function = Costs.largest,
    scaled: Function = lambda dimension: (dimension,),
) -> Plain:
    return choose(Costs(prices(json.dumps(stages), size, scaled(dimension)), budget))


TASK = Task(
    right=largest_within,
    cases=cases,
    example=dict(stages=SMALL, size=32, budget=500_000, dimension="width"),
    about=About("As much as the budget allows", points=15, difficulty=3, importance=4, minutes=12),
    hints=(
        "No formula knows the rounding. Try percents, and count with scaled_macs.",
        "Go up through all percents, and remember each one that fits; the last one stays. "
        "Begin with 0 to remember.",
        "scaled_macs(stages, size, **{dimension: percent / 100}) gives the factor to the "
        "argument that `dimension` names.",
    ),
    slips=(
        slip("strictly-below", choose=lambda c: c.largest(lambda p: c.macs[p] < c.budget)).says(
            "You leave out what costs exactly the budget: that is within it."
        ),
        slip("nearest", choose=lambda c: min(c.macs, key=lambda p: (c.off(p), -p)))
        .either(choose=lambda c: min(c.macs, key=c.off))
        .says("You take what comes nearest to the budget, even if it costs more. It is a limit."),
        slip("first-over", choose=lambda c: min(c.macs.keys() - c.within, default=MOST)).says(
            "You return the first percent that costs too much; return the last that does not."
        ),
        slip("first-of-stair", choose=lambda c: c.first_like(c.largest())).says(
            "Rounding gives several percents the same network: return the largest of them."
        ),
        slip("smallest", choose=lambda c: min(c.within, default=0)).says(
            "You return the first percent that fits; return the largest that does."
        ),
        slip("square-root", choose=lambda c: c.ideal)
        .either(choose=lambda c: min(MOST, max(LEAST, c.ideal)))
        .says(
            "You take a square root. That is the ideal factor; rounded layers cost something else: "
            "try percents and count."
        ),
        slip("proportional", choose=lambda c: int(100 * c.budget / c.macs[100])).says(
            "You divide the budget by the MACs, as if they grew in proportion: try percents, count."
        ),
        slip("never-smaller", choose=lambda c: c.largest(lambda p: p >= 100))
        .either(choose=lambda c: c.largest(lambda p: p >= 100, 100))
        .says("You try only factors of 100 percent and more. A small budget may need less."),
        slip("tens", choose=lambda c: c.largest(lambda p: p % 10 == 0)).says(
            "You try tens of percent only."
        ),
        slip("factor", choose=lambda c: c.largest() / 100).says("You return a factor, no percent."),
        slip("macs", choose=lambda c: c.macs.get(c.largest(), 0)).says("You return the MACs."),
        slip("least-if-nothing", choose=lambda c: c.largest(nothing=LEAST)).says(
            f"You return {LEAST} where even that costs too much: return 0 there."
        ),
        slip("always-resolution", scaled=lambda dimension: ("resolution",))
        .either(scaled=lambda dimension: ("width",))
        .says("You scale the same dimension every time; here `dimension` says {dimension}."),
        slip("both", scaled=lambda dimension: ("width", "resolution")).says(
            "You scale width and resolution together: only `dimension` is scaled."
        ),
    ),
    also_right=(
        """
def largest_within(stages, size, budget, dimension):
    for percent in range(400, 24, -1):
        if scaled_macs(stages, size, **{dimension: percent / 100}) <= budget:
            return percent
    return 0
""",
    ),
)
