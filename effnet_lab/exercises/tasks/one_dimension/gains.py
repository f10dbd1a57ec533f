"""What each doubling of the MACs bought."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import log, log2, log10
from random import Random
from statistics import fmean
from typing import Any, TypeAlias

from ... import About, Case, Task, slip

#: MACs and mean accuracy of a network.
_Network: TypeAlias = tuple[float, float]


def cases(random: Random) -> list[Case]:
    return [
        dict(records=_records(random, (1.0, 2.0), 1)),
        dict(records=_records(random, (1.0, random.choice((3.0, 4.0))), 3)),
        dict(records=_records(random, (1.0, 1.9, 4.2), 3)),
        dict(records=_records(random, (1.0, 1.5, 4.5, 8.0), 2)),
    ]


def _records(random: Random, factors: Sequence[float], seeds: int) -> list[dict[str, Any]]:
    """Draw a family whose accuracy grows ever less; its networks stand in no order."""
    base, accuracy, records = 100_000 * random.randint(10, 60), 50.0 + random.randint(0, 10), []
    for number, factor in enumerate(factors):
        accuracy += random.randint(20, 40) / 10 / (number + 1) if number else 0
        spread = [random.choice((-1, 1)) * random.randint(1, 9) / 20 for _ in range(seeds)]
        accuracies = [round(accuracy + s, 2) for s in spread]
        records.append(dict(macs=int(base * factor), accuracies=accuracies))
    order = {2: (1, 0), 3: (1, 2, 0), 4: (2, 0, 3, 1)}[len(records)]
    return [records[place] for place in order]


def _per_doubling(ratio: float, gain: float, before: float) -> float:
    return gain / log2(ratio)


def gains(
    records: Sequence[Case],
    *,
    gain: Callable[[float, float, float], float] = _per_doubling,
    average: Callable[[Sequence[float]], float] = fmean,
    order: Callable[[list[_Network]], list[_Network]] = sorted,
    steps: Callable[[list[_Network]], Any] = pairwise,
) -> list[float]:
    networks = order([(row["macs"], average(row["accuracies"])) for row in records])
    return [gain(n / m, b - a, a) for (m, a), (n, b) in steps(networks)]


TASK = Task(
    right=gains,
    cases=cases,
    rel=1e-6,
    absolute=1e-9,
    example=dict(
        records=[
            dict(macs=80_000_000, accuracies=[66.0, 68.0]),
            dict(macs=10_000_000, accuracies=[61.0, 59.0]),
            dict(macs=20_000_000, accuracies=[64.5, 63.5]),
        ]
    ),
    about=About("What each doubling bought", points=15, importance=4, minutes=12),
    hints=(
        "Make pairs first, of MACs and mean accuracy, and sort them into a new list.",
        "A step from one pair to the next has a gain in points and a ratio of MACs. How many "
        "doublings is a ratio of 8?",
        "math.log2(ratio) is the number of doublings; divide the gain by it.",
    ),
    slips=(
        slip("whole-steps", gain=lambda ratio, gain, before: gain).says(
            "These are the gains of whole steps. A step of 4 times the MACs is two doublings: "
            "divide by log2 of the ratio."
        ),
        slip("divided-by-ratio", gain=lambda ratio, gain, before: gain / ratio).says(
            "You divide by the ratio of the MACs. The number of doublings is its log2: a ratio of "
            "4 is two."
        ),
        slip("half-the-ratio", gain=lambda ratio, gain, before: 2 * gain / ratio).says(
            "You take half the ratio as the number of doublings. It is log2 of the ratio: 8 times "
            "the MACs are three doublings, not four."
        ),
        slip("natural-logarithm", gain=lambda ratio, gain, before: gain / log(ratio)).says(
            "You use the natural logarithm; the number of doublings is the logarithm to base 2."
        ),
        slip("base-ten", gain=lambda ratio, gain, before: gain / log10(ratio)).says(
            "You use the logarithm to base 10; the number of doublings is the one to base 2."
        ),
        slip("multiplied", gain=lambda ratio, gain, before: gain * log2(ratio)).says(
            "You multiply by the number of doublings; a gain for each of them is a quotient."
        ),
        slip("as-they-stand", order=lambda networks: networks).says(
            "You take the networks in the order of the list. Put them in the order of their MACs."
        ),
        slip("turned-round").says("Your gains are turned round: the cheapest step comes first."),
        slip("from-the-first", steps=lambda found: [(found[0], one) for one in found[1:]]).says(
            "You compare every network with the cheapest one. A step leads from a network to the "
            "next dearer one."
        ),
        slip("best-seed", average=max).says(
            "You take the best seed of each network. The best of several is better by luck: take "
            "the mean."
        ),
        slip("first-seed", average=lambda accuracies: accuracies[0]).says(
            "You take the first seed alone. Take the mean over seeds."
        ),
        slip("summed-seeds", average=sum).says("You add the seeds up: take their mean."),
        slip(
            "percent-of-before", gain=lambda ratio, gain, before: 100 * gain / log2(ratio) / before
        ).says(
            "You give gains in percent of the accuracy before; asked for are percentage points, a "
            "plain difference."
        ),
        slip(
            "single-number",
            lambda records: gains(records, steps=lambda found: [(found[0], found[-1])])[0],
        ).says("You return one number for all steps; return one for each."),
    ),
    also_right=(
        """
def gains(records):
    import numpy as np
    records = sorted(records, key=lambda record: record["macs"])
    macs = np.array([record["macs"] for record in records])
    means = np.array([np.mean(record["accuracies"]) for record in records])
    return np.diff(means) / np.diff(np.log2(macs))
""",
    ),
    no_slips={"sorted": "each step buys less, so sorted gains are often those turned round"},
)
