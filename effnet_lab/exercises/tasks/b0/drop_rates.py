"""How often stochastic depth drops each block of a table."""

from collections.abc import Sequence
from random import Random

from ...._slips import Function
from ... import About, Case, Task, slip
from .tables import ROWS, Row, draw_tables


def cases(random: Random) -> list[Case]:
    rates = random.sample((0.1, 0.15, 0.3, 0.35, 0.4, 0.5), 4)
    _, *some, large = [table["rows"] for table in draw_tables(random)]
    given = zip((*some, large), rates, strict=True)
    return [*(dict(rows=rows, rate=rate) for rows, rate in given), dict(rows=large)]


def drop_rates(
    rows: Sequence[Row],
    rate: float = 0.2,
    *,
    share: Function = lambda i, n: i / n,
    layers: Function = lambda row: row["layers"],
) -> list[float]:
    total = sum(map(layers, rows))
    return [rate * share(number, total) for number in range(total)]


def by_stage(rows: Sequence[Row], rate: float = 0.2) -> list[float]:
    return [rate * n / len(rows) for n, row in enumerate(rows) for _ in range(row["layers"])]


EARLY = "Early blocks, on which all others build, are dropped least."

TASK = Task(
    right=drop_rates,
    rel=1e-9,
    absolute=1e-12,
    cases=cases,
    example=dict(rows=ROWS, rate=0.2),
    about=About("How often each block is dropped", points=12, minutes=8),
    hints=(
        "The rates do not depend on where a stage begins. What do they depend on?",
        "Number the blocks of the whole network from 0, and count them. The first is never "
        "dropped.",
        "The share of the full rate is the block's number, divided by how many blocks there are: "
        "the last block stays a little below the full rate.",
    ),
    slips=(
        slip("last-has-it-all", share=lambda i, n: i / (n - 1)).says(
            "You divide by one block fewer than there are. Block i of N, from 0, has rate × i / N."
        ),
        slip("counted-from-1", share=lambda i, n: (i + 1) / n).says(
            "You count the blocks from 1. The first block is never dropped: it is block 0."
        ),
        slip(
            "within-a-stage",
            lambda rows, rate=0.2: [one for row in rows for one in drop_rates([row], rate)],
        ).says("Your rates begin anew in each stage. They grow over the whole network."),
        slip("by-stage", by_stage).says(
            "All blocks of a stage get the same rate. It grows from block to block."
        ),
        slip("constant", share=lambda i, n: 1).says(
            f"All blocks get the whole rate; it grows from block to block. {EARLY}"
        ),
        slip("falling", share=lambda i, n: 1 - i / n).says(f"Your rates fall. {EARLY}"),
        slip("turned-round").says(f"Your rates are in reverse order. {EARLY}"),
        slip("undivided", share=lambda i, n: i).says("You do not divide by the number of blocks."),
        slip("survival", lambda **case: [1 - one for one in drop_rates(**case)]).says(
            "These are the probabilities to survive; the rates of dropping are one minus them."
        ),
        slip("ignored-rate").says("You take 0.2 whatever rate says."),
        slip("by-row", layers=lambda row: 1).says("You give a rate for each row, not each block."),
    ),
    also_right=(
        "def drop_rates(rows, rate=0.2):\n"
        "    step = rate / sum(row['layers'] for row in rows)\n"
        "    return [step * n for n in range(round(rate / step))]",
    ),
)
