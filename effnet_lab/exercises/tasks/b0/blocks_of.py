"""All blocks of a table, from its rows."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from ...._slips import Function
from ... import About, Task, slip
from .tables import ROWS, Row, draw_tables


def blocks_of(
    rows: Sequence[Row],
    channels: int,
    *,
    layers: Function = lambda row: row["layers"],
    stride: Function = lambda row, n: 1 if n else row["stride"],
    inputs: Function = lambda row, now, before: now,
    out: Function = lambda row, n, now: row["channels"],
    wide_of: str = "in",
    squeeze_of: str = "in",
    units: Function = lambda ratio, n: max(ceil(ratio), int(n * ratio)),
    skip: Function = lambda block, n: block["stride"] == 1 and block["in"] == block["out"],
) -> list[dict[str, Any]]:
    blocks = []
    for row in rows:
        before = channels
        for n in range(layers(row)):
            block = {"in": inputs(row, channels, before), "wide": 0, "out": out(row, n, channels)}
            block["wide"] = block[wide_of] * row["expand"]
            block |= {"kernel": row["kernel"], "stride": stride(row, n)}
            block["squeeze"] = units(row["se_ratio"], block[squeeze_of])
            block["skip"] = skip(block, n)
            blocks.append(block)
            channels = block["out"]
    return blocks


#: Slips of all tasks that follow a table,
BLOCK_RULES = (
    slip("input-stays", inputs=lambda row, now, before: before).says(
        "All blocks of a stage get the channels of the stage before; only its first one does."
    ),
    slip("input-of-outputs", inputs=lambda row, *_: row["channels"]).says(
        "You take a row's channels for what comes in, too; that is what the block before gives."
    ),
    slip(
        "channels-at-the-end",
        out=lambda row, n, now: row["channels"] if n + 1 == row["layers"] else now,
    ).says("Your channels change in a stage's last block; they change in the first."),
    slip("wide-of-outputs", wide_of="out").says(
        "You widen to a multiple of the channels that go out; expand is of those that come in."
    ),
    slip("squeeze-of-wide", squeeze_of="wide").says(
        "Your squeeze width follows the expanded channels; se_ratio is of those that come in."
    ),
    slip("squeeze-of-outputs", squeeze_of="out").says(
        "Your squeeze width follows the channels that go out; se_ratio is of those that come in."
    ),
    slip("one-block-a-stage", layers=lambda row: 1).says(
        'You count one block for each stage; a row has as many as its "layers" says.'
    ),
)

#: and of those for which strides matter.
STRIDE_RULES = (
    slip("stride-in-all", stride=lambda row, n: row["stride"]).says(
        "All blocks of a stage get the stride. It belongs to the first; after it, the stride is 1."
    ),
    slip(
        "stride-at-the-end", stride=lambda row, n: row["stride"] if n + 1 == row["layers"] else 1
    ).says("Your stride is in a stage's last block; it belongs to the first."),
)

SKIP_RULE = "There is a skip where the stride is 1 and as many channels go out as come in."

TASK = Task(
    right=blocks_of,
    cases=draw_tables,
    example=dict(rows=ROWS, channels=32),
    about=About("All blocks of a table", points=18, importance=5, minutes=15),
    hints=(
        "Two loops, as in the lesson: over the rows, and over the blocks of a row. What changes "
        "after a row's first block?",
        "Keep two things in variables: how many channels come in, and the stride. After each "
        "block both are what the next block needs.",
        "After a block: channels = row['channels'], stride = 1. The skip compares what comes in "
        "with what goes out, before you update them.",
    ),
    slips=(
        *STRIDE_RULES,
        *BLOCK_RULES,
        slip("to-nearest", units=lambda ratio, n: max(ceil(ratio), round(n * ratio))).says(
            "You round the squeeze width to the nearest number; it is rounded down."
        ),
        slip("no-least-unit", units=lambda ratio, n: int(n * ratio)).says(
            "Where the ratio leaves less than one unit, there is one."
        ),
        slip("unit-at-ratio-0", units=lambda ratio, n: max(1, int(n * ratio))).says(
            'With "se_ratio" 0 there is no squeeze-excite, so 0 units.'
        ),
        slip("skip-if-same-channels", skip=lambda block, n: block["in"] == block["out"]).says(
            f"You forget the stride: a smaller output cannot be added. {SKIP_RULE}"
        ),
        slip("skip-if-stride-1", skip=lambda block, n: block["stride"] == 1).says(
            f"You forget the channels: 16 and 24 cannot be added. {SKIP_RULE}"
        ),
        slip("skip-after-first", skip=lambda block, n: n > 0).says(
            f"You give a skip to all blocks but the first of a stage. {SKIP_RULE}"
        ),
        slip("all-skip", skip=lambda *_: True).says(f"You give a skip to all blocks. {SKIP_RULE}"),
        slip("no-skip", skip=lambda *_: False).says(f"You give a skip to no block. {SKIP_RULE}"),
    ),
    also_right=(
        """
def blocks_of(rows, channels):
    found, names = [], ("in", "wide", "out", "kernel", "stride", "squeeze", "skip")
    for row in [row | {"stride": 1} if n else row for row in rows for n in range(row["layers"])]:
        c, channels, stride, ratio = channels, row["channels"], row["stride"], row["se_ratio"]
        units = int(c * ratio) or int(ratio > 0)
        block = c, c * row["expand"], channels, row["kernel"], stride, units
        found.append(dict(zip(names, (*block, (stride, c) == (1, channels)))))
    return found
""",
    ),
    equivalent={
        f"max(1, {units}) -> max({units}, 1)": "the larger of two, in either order"
        for units in ("int(channels * row['se_ratio'])",)
    },
)
