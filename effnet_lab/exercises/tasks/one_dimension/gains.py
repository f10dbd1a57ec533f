"""What each doubling of the MACs bought."""

from collections.abc import Sequence
from itertools import pairwise
from math import log, log2, log10
from operator import itemgetter
from random import Random
from statistics import fmean, median

from ...._slips import Function
from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    far = random.choice((3, 4))
    families = ((1, 2), 1), ((1, far), 3), ((1, 1.9, 4.2), 3), ((1, 1.5, 4.5, 8), 2)
    return [dict(records=draw_records(random, *one)) for one in families]


def draw_records(random: Random, factors: Sequence[float], seeds: int) -> list[Case]:
    """Draw a family whose accuracy grows ever less; its networks stand in no order."""
    base, accuracy, records = 100_000 * random.randint(10, 60), 50.0 + random.randint(0, 10), []
    for number, factor in enumerate(factors, 1):
        accuracy += random.randint(20, 40) / 10 / number
        accuracies = [round(accuracy + random.randint(-9, 9) / 20, 2) for _ in range(seeds)]
        records.append(dict(macs=int(base * factor), accuracies=accuracies))
    return random.sample(records, len(records))


def gains(
    records: Sequence[Case],
    *,
    gain: Function = lambda ratio, gain, before: gain / log2(ratio),
    average: Function = fmean,
    order: Function = sorted,
    steps: Function = pairwise,
) -> list[float]:
    networks = order([(row["macs"], average(row["accuracies"])) for row in records])
    return [gain(n / m, b - a, a) for (m, a), (n, b) in steps(networks)]


DOUBLINGS = "Divide by the number of doublings, log2 of the ratio: 8 times the MACs are three."

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
        *(
            slip(name, gain=gain).says(f"{wrong}. {DOUBLINGS}")
            for name, wrong, gain in (
                ("whole-steps", "These are the gains of whole steps", lambda x, gain, _: gain),
                ("divided-by-ratio", "You divide by the ratio", lambda x, gain, _: gain / x),
                ("half-the-ratio", "You take half the ratio", lambda x, gain, _: 2 * gain / x),
                ("natural", "You use the natural logarithm", lambda x, gain, _: gain / log(x)),
                (
                    "base-ten",
                    "You use the logarithm to base 10",
                    lambda x, gain, _: gain / log10(x),
                ),
                ("multiplied", "You multiply by the number", lambda x, gain, _: gain * log2(x)),
            )
        ),
        slip("as-they-stand", order=lambda networks: networks).says(
            "You take the networks in the order of the list. Put them in the order of their MACs."
        ),
        slip("turned-round").says("Your gains are turned round: the cheapest step comes first."),
        slip("from-the-first", steps=lambda found: [(found[0], one) for one in found[1:]]).says(
            "You compare all networks with the cheapest one. A step leads to the next dearer one."
        ),
        slip("best-seed", average=max).says(
            "You take the best seed of each network, which is better by luck: take the mean."
        ),
        slip("medians", average=median).says("You take medians of the seeds: take the mean."),
        slip("first-seed", average=itemgetter(0)).says(
            "You take the first seed alone: take the mean."
        ),
        slip("summed-seeds", average=sum).says("You add the seeds up: take their mean."),
        slip("percent", gain=lambda x, gain, before: 100 * gain / log2(x) / before).says(
            "You give gains in percent of the accuracy before; asked for are percentage points."
        ),
        slip(
            "single-number", lambda records: gains(records, steps=lambda x: [(x[0], x[-1])])[0]
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
