"""Which blocks stochastic depth leaves out how often."""

from collections.abc import Callable
from random import Random

from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    counts = (3, 7, random.randint(11, 16))
    rates = random.sample(range(5, 60), 3)
    return [
        dict(skips=[random.random() < 0.6 for _ in range(count)], rate=rate / 100)
        for count, rate in zip(counts, rates, strict=True)
    ]


def drop_rates(
    skips: list[bool],
    rate: float,
    *,
    place: Callable[[int, list[bool]], float] = lambda i, skips: i,
    of: Callable[[list[bool]], float] = len,
    without: Callable[[float], float] = lambda rate: 0.0,
) -> list[float]:
    rates = [rate * place(i, skips) / of(skips) for i in range(len(skips))]
    return [r if skip else without(r) for r, skip in zip(rates, skips, strict=True)]


TASK = Task(
    right=drop_rates,
    rel=1e-9,
    absolute=1e-9,
    cases=cases,
    example=dict(skips=[False, True, False, True], rate=0.4),
    about=About("Which blocks are left out how often", points=10, difficulty=1, minutes=6),
    hints=(
        "What would come out of a block without a skip, if its body were left out?",
        "enumerate gives each block its number. All blocks are numbered, also those that "
        "cannot be left out.",
        "Number over number of blocks, times the rate; or 0 without a skip.",
    ),
    slips=(
        slip("blocks-without-skip", without=lambda rate: rate).says(
            "A block without a skip cannot be left out: nothing would get past it. Its rate is 0."
        ),
        slip("counted-from-one", place=lambda i, skips: i + 1).says(
            "You count blocks from 1. The first block is number 0, and is never left out."
        ),
        slip("last-has-the-whole-rate", of=lambda skips: len(skips) - 1).says(
            "You divide by one less than the number of blocks, so that the last one has the whole "
            "rate. Divide by the number of blocks."
        ),
        slip("same-for-all", place=lambda i, skips: len(skips)).says(
            "You give all blocks the same rate. It grows with the block's place: early blocks are "
            "needed by all that follow."
        ),
        slip("same-for-all-and-no-skip", lambda skips, rate: [rate] * len(skips)).says(
            "You give all blocks the same rate, also those without a skip."
        ),
        slip("counted-among-skips", place=lambda i, skips: sum(skips[:i]), of=sum).says(
            "You number only the blocks that have a skip. Number all blocks, and divide by their "
            "number."
        ),
        slip("numbered-among-skips", place=lambda i, skips: sum(skips[:i])).says(
            "You number only the blocks that have a skip. Number all blocks."
        ),
        slip("divided-by-skips", of=sum).says(
            "You divide by the number of blocks that have a skip; divide by the number of all "
            "blocks."
        ),
        slip("falling", place=lambda i, skips: len(skips) - i)
        .either(place=lambda i, skips: len(skips) - 1 - i)
        .says("Your rate falls with the block's place; it should grow."),
        slip("survival", lambda **case: [1 - r for r in drop_rates(**case)]).says(
            "These are the chances to stay; asked for are the chances to be left out."
        ),
        slip(
            "no-entry-without-skip",
            lambda skips, rate: [
                r for r, skip in zip(drop_rates(skips, rate), skips, strict=True) if skip
            ],
        ).says(
            "You leave out the blocks without a skip; every block has a place in the list, these "
            "with 0."
        ),
        slip("shares", lambda skips, rate: drop_rates(skips, 1.0)).says(
            "These are shares of the rate: multiply by it."
        ),
        slip(
            "skip-turned-round", lambda skips, rate: drop_rates([not s for s in skips], rate)
        ).says("You leave out the blocks that have no skip: the ones that cannot be left out."),
    ),
    also_right=(
        "def drop_rates(skips, rate):\n"
        "    return np.array(skips) * np.linspace(0, rate, len(skips), endpoint=False)",
    ),
)
