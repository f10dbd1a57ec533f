"""How many random draws it takes to hit the best share of a space."""

import math
from collections.abc import Callable
from random import Random

from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    sure, unsure = (0.6, 0.995), (0.04, 0.09)
    ranges = (
        ((0.15, 0.4), sure),
        ((0.04, 0.13), sure),
        ((0.003, 0.02), sure),
        ((0.25, 0.4), unsure),
    )
    # Four digits: no number of draws reaches a confidence exactly, so that rounding cannot matter;
    # and one that is reached exactly, in floats as on paper.
    drawn = [
        dict(share=round(random.uniform(*share), 4), confidence=round(random.uniform(*often), 4))
        for share, often in ranges
    ]
    share, draws = random.choice(((0.5, 5), (0.5, 6), (0.5, 7), (0.75, 3), (0.75, 4)))
    return [*drawn, dict(share=share, confidence=1 - (1 - share) ** draws)]


def samples_needed(
    share: float, confidence: float, *, whole: Callable[[float], float] = math.ceil
) -> float:
    return whole(math.log(1 - confidence) / math.log(1 - share))


TASK = Task(
    right=samples_needed,
    cases=cases,
    example=dict(share=0.5, confidence=0.9),
    about=About("How far does luck go?", points=10, minutes=9),
    hints=(
        "Think of the opposite: when is none of n draws among the best?",
        "One draw misses with the probability 1 - share. All n miss with the n-th power of "
        "that, and may do so with the probability 1 - confidence at most.",
        "A loop may count n up until the power is small enough. Or take logarithms of both "
        "sides: math.log, and math.ceil for a whole number.",
    ),
    slips=(
        slip("one-over-share", lambda share, confidence: math.ceil(1 / share)).says(
            "You take one over the share. So many draws hit the top once on average, but often not "
            "at all: work out the probability that all of them miss it."
        ),
        slip("confidence-over-share", lambda share, confidence: math.ceil(confidence / share)).says(
            "You divide the confidence by the share, as if each draw added the share to the "
            "probability. Draws overlap: work out the probability that all of them miss the top."
        ),
        slip("one-too-few").says(
            "That is one too few: with so many draws the confidence is not reached yet."
        ),
        slip("rounded", whole=round).says(
            "You round to the nearest number. Rounded down, the confidence is not reached yet."
        ),
        slip("more-than-the-confidence", whole=lambda draws: math.floor(draws) + 1).says(
            "Where a number of draws reaches the confidence exactly you go one further; exactly is "
            "enough."
        ),
        slip("one-too-many").says(
            "That is one too many: one draw fewer reaches the confidence already."
        ),
        slip("not-whole", whole=float).says(
            "There are whole draws only: return the smallest int that is enough."
        ),
        slip("all-in-the-top", lambda share, confidence: samples_needed(1 - share, confidence))
        .either(lambda share, confidence: samples_needed(1 - share, 1 - confidence))
        .says(
            "You ask that all draws be in the top. One of them is enough: all must miss to fail."
        ),
        slip("all-miss", lambda share, confidence: samples_needed(share, 1 - confidence)).says(
            "You ask that all draws miss the top with that probability. They may do so with the "
            "rest only: one less the confidence."
        ),
    ),
    also_right=(
        "def samples_needed(share, confidence):\n"
        "    return next(n for n in range(1, 10**6) if 1 - (1 - share) ** n >= confidence)",
    ),
)
