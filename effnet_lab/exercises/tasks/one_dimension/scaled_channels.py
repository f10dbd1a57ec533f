"""Channels in multiples of eight: the official rounding, rebuilt with options (Tan & Le 2019)."""

from functools import partial
from math import ceil
from random import Random
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    """Draw a case for each part of the rule, by its ideal count."""
    ninths, asked = random.randint(1, 4), partial(_asked, random)
    return [
        asked(random.choice((10, 11))),  # 8 would lose more than a tenth
        asked(random.choice((17.75, 26.5, 35.5))),  # nearly a tenth is lost
        asked(random.choice((17.875, 26.75, 35.75))),  # a little more than a tenth is lost
        asked(8 * random.randint(4, 6) + random.randint(1, 2)),  # a little above a multiple
        asked(16 * random.randint(3, 6) + 4, divisor=8),  # halfway between two multiples
        asked(8 * random.randint(7, 12) + 5),  # nearer to the multiple above
        asked(8 * random.randint(3, 6) + 4 + random.choice((1, -1)), divisor=4),
        asked(5 * random.randint(5, 9) + 2.5, divisor=5),
        asked(random.choice((19, 20, 22)), divisor=16),  # more than a tenth, not of eight
        dict(channels=16 * ninths, width=1.25, divisor=18 * ninths),  # exactly a tenth is lost
        dict(channels=random.choice((16, 24)), width=0.1),
    ]


def _asked(random: Random, ideal: float, **divisor: int) -> Case:
    """Return channels and a width whose product is exactly so much."""
    width = random.choice([w for w in (0.125, 0.25, 0.5, 0.75, 1.25, 1.5) if ideal % w == 0])
    return dict(channels=int(ideal / width), width=width, **divisor)


def scaled_channels(
    channels: int,
    width: float,
    divisor: int = 8,
    *,
    nearest: Function = lambda ideal, divisor: int(ideal + divisor / 2) // divisor * divisor,
    one_more: Function = lambda rounded, ideal, channels: rounded < 0.9 * ideal,
    goes_up: bool = True,
    least: int = 0,
    asked: Function = float,
    step: Function = lambda divisor: divisor,
) -> Any:
    ideal = asked(channels * width)
    rounded = max(least * divisor, nearest(ideal, divisor))
    return rounded + step(divisor) * (goes_up and one_more(rounded, ideal, channels))


TASK = Task(
    right=scaled_channels,
    cases=cases,
    example=dict(channels=32, width=1.1),
    about=About("Channels in multiples of eight", points=15, importance=4),
    hints=(
        "Work out channels × width first, and do not round it. Then find the nearest multiple "
        "of the divisor.",
        "int(x + 0.5) rounds to whole numbers, halves up. For multiples of a divisor add half "
        "a divisor, and see how many whole divisors there are.",
        "Compare the multiple with 0.9 × (channels × width). If it is smaller, add one "
        "divisor: so even a multiple of 0 becomes one.",
    ),
    slips=(
        slip("tenth-ignored", goes_up=False, least=1)
        .either(nearest=lambda x, d: round(x / d) * d, goes_up=False, least=1)
        .says(
            "You keep the nearest multiple, which loses more than a tenth of {channels} × {width}."
        ),
        slip("no-channels-left", goes_up=False)
        .either(nearest=lambda x, d: round(x / d) * d, goes_up=False)
        .says(
            "Your rounding may leave too few channels, or none at all. If the nearest multiple is "
            "less than 0.9 times what was asked for, take the next one."
        ),
        slip("always-up", nearest=lambda ideal, d: ceil(ideal / d) * d, goes_up=False).says(
            "You always round up. Take the nearest multiple, unless that loses more than a tenth."
        ),
        slip("always-down", nearest=lambda x, d: int(x // d) * d, goes_up=False, least=1).says(
            "You always round down. Take the nearest multiple."
        ),
        slip("down-unless-tenth", nearest=lambda x, d: int(x // d) * d).says(
            "You take the multiple below unless that loses a tenth; take the nearest one."
        ),
        slip("halves-to-even", nearest=lambda x, d: round(x / d) * d).says(
            "You use round(), which takes halves to the even number. Here halves go up."
        ),
        slip("tenth-of-original", one_more=lambda r, ideal, channels: r < 0.9 * channels).says(
            "You compare with the channels before scaling; asked for were channels × width."
        ),
        slip("tenth-of-rounded", one_more=lambda r, ideal, channels: ideal > 1.1 * r).says(
            "Your tenth is one of the rounded count; it is one of what was asked for."
        ),
        slip("tenth-itself", one_more=lambda r, ideal, channels: r <= 0.9 * ideal).says(
            "You take one more if exactly a tenth is lost; only more than a tenth is too much."
        ),
        slip("fraction-cut-off", asked=int).says(
            "You cut {channels} × {width} off before you round to a multiple: round once."
        ),
        slip("up-by-eight", step=lambda divisor: 8).says(
            "You go up by 8, not by {divisor}: the next multiple is one divisor above."
        ),
        slip("ignored-divisor").says("You round to multiples of 8 though divisor is {divisor}."),
        slip("no-multiple", nearest=lambda ideal, d: round(ideal), goes_up=False)
        .either(nearest=lambda ideal, d: int(ideal), goes_up=False)
        .says("You round to a whole number. Channels come in multiples of {divisor}."),
        slip("not-rounded", nearest=lambda ideal, d: float(ideal), goes_up=False).says(
            "You do not round. Channels come in multiples of {divisor}."
        ),
    ),
    also_right=(
        """
def scaled_channels(channels, width, divisor=8):
    wanted, best = channels * width, 0
    while best + divisor / 2 <= wanted:
        best += divisor
    return best + divisor if (wanted - best) / wanted > 0.1 else best
""",
    ),
)
