"""The units of squeeze-excite: a share of the block's input channels."""

from collections.abc import Callable
from math import ceil, floor
from random import Random

from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    a, b, c = random.sample(range(3, 12), 3)
    expands = random.sample((3, 4, 5, 6, 8), 4)
    return [  # no half of a unit: there are two ways to round it
        dict(in_channels=4 * a, expand=expands[0]),
        dict(in_channels=4 * b + 3, expand=expands[1]),
        dict(in_channels=8 * c + 39, expand=expands[2], se_ratio=0.125),
        dict(in_channels=4 * a + 1, expand=expands[3], se_ratio=0.25),
        dict(in_channels=random.choice((3, 5, 6, 7)), expand=expands[3], se_ratio=0.125),
        dict(in_channels=2 * b, expand=1, se_ratio=0.5),
        dict(in_channels=4 * c, expand=expands[0], se_ratio=0.0),
    ]


def squeeze_width(
    in_channels: int,
    expand: int,
    se_ratio: float = 0.25,
    *,
    of: Callable[[int, int], float] = lambda inputs, expand: inputs,
    ratio: float | None = None,
    rounded: Callable[[float], float] = floor,
    least: int = 1,
    none_at_0: bool = True,
) -> float:
    if se_ratio == 0 and none_at_0:
        return 0
    return max(least, rounded(of(in_channels, expand) * (se_ratio if ratio is None else ratio)))


def expanded(inputs: int, expand: int) -> int:
    return inputs * expand


def wrong_rounding(said: str) -> Callable[[Case], str]:
    def says(case: Case) -> str:
        ratio, inputs = case["se_ratio"], case["in_channels"]
        units = ratio * inputs
        part = f"{ratio:g} × {inputs} = {units:g}" if units % 1 else "a part of a unit"
        return f"{said} {part} is rounded down."

    return says


QUARTER = "You always take a quarter, whatever se_ratio says."

TASK = Task(
    right=squeeze_width,
    cases=cases,
    example=dict(in_channels=32, expand=1),
    about=About(
        "How many units squeeze-excite has", points=8, difficulty=1, importance=4, minutes=5
    ),
    hints=(
        "A quarter of what? The lesson asks this, too: a block that widens 16 channels to 96 "
        "has 4 units.",
        "Round down first, and only then see to it that there is at least one.",
        "int(...) rounds a positive number down, max(1, ...) gives at least one; a ratio of 0 "
        "comes before both.",
    ),
    slips=(
        slip("se-on-expanded-width", of=expanded).says(
            lambda case: (
                "Your squeeze width follows the expanded channels, {expand} × {in_channels} = "
                f"{case['expand'] * case['in_channels']}. The ratio is of the block's "
                "{in_channels} input channels."
            ).format_map(case)
        ),
        slip("no-least", least=0).says(
            "Where the ratio leaves less than one unit, there is one: without any, no gate could "
            "be computed."
        ),
        slip("one-at-ratio-0", none_at_0=False).says(
            "With se_ratio = 0 the block has no squeeze-excite, so there are 0 units."
        ),
        slip("rounds-to-nearest", rounded=round).says(
            wrong_rounding("You round to the nearest unit;")
        ),
        slip("rounds-up", rounded=ceil).says(wrong_rounding("You round up;")),
        slip("not-rounded", rounded=float).says(wrong_rounding("There is no part of a unit:")),
        slip("ignored-se_ratio", ratio=0.25, none_at_0=False).says(QUARTER),
        slip("quarter-or-none", ratio=0.25).says(QUARTER),
        slip("multiples-of-8", rounded=lambda units: floor(units + 4) // 8 * 8, least=8).says(
            "You round to a multiple of 8, as channels are rounded. Squeeze widths are not."
        ),
        slip("expanded-width", of=expanded, ratio=1.0, none_at_0=False).says(
            "These are the expanded channels, on which the gates act; asked for are the units "
            "between the two layers that compute the gates."
        ),
        slip("divided-by-expand", of=lambda inputs, expand: inputs / expand).says(
            "You divide by the expansion. The ratio is of the input channels as they are."
        ),
    ),
    also_right=(
        """
def squeeze_width(in_channels, expand, se_ratio=0.25):
    return int(se_ratio * in_channels) or int(se_ratio > 0)
""",
    ),
    equivalent={
        "max(1, int(in_channels * se_ratio)) -> max(int(in_channels * se_ratio), 1)": (
            "the larger of two numbers, in whichever order"
        )
    },
)
