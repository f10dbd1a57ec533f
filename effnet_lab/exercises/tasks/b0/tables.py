"""Tables of blocks, and networks that have them: the notebook's, and how others are drawn."""

from collections.abc import Mapping
from dataclasses import asdict
from random import Random
from typing import Any, TypeAlias

from ....arch.specs import B0_STAGES
from ... import Case

#: "expand", "kernel", "stride", "channels", "layers" and "se_ratio", as in `StageSpec`.
Row: TypeAlias = Mapping[str, Any]
#: "stem" and "head" (channels), "stem_stride", "rows" and "classes".
Network: TypeAlias = Mapping[str, Any]

ROWS = [asdict(stage) for stage in B0_STAGES]
B0 = dict(stem=32, stem_stride=2, rows=ROWS, head=1280, classes=1000)


def draw_tables(random: Random) -> list[Case]:
    """Draw tables, and the channels that come in, of which a quarter is no whole number.

    Each rule is met: a stride, a first block with a skip, none at equal channels because of a
    stride, no expansion, no squeeze-excite, less than one unit.
    """

    def row(channels: int, layers: int, stride: int = 1, **given: float) -> Row:
        drawn = dict(expand=random.choice((2, 3, 4, 6)), kernel=random.choice((3, 5)))
        rest = dict(stride=stride, channels=channels, layers=layers, se_ratio=0.25)
        return {**drawn, **rest, **given}

    a, b, c, d, e, f, g = random.sample([n for n in range(9, 40) if n % 4], 7)
    few, many = random.choice((3, 5, 6, 7)), random.choice((3, 4))
    tables = [
        ([row(a, 2)], b),
        ([row(c, many, 2)], d),
        ([row(e, 2), row(a, many, se_ratio=0.0, expand=1)], e),
        ([row(c, 1, se_ratio=0.125, expand=1), row(d, 2, 2, se_ratio=0.125)], few),
        ([row(b, 3), row(f, 2, 2, se_ratio=0.5), row(f, 2, 2), row(f, 1, se_ratio=0.125)], g),
    ]
    return [dict(rows=rows, channels=channels) for rows, channels in tables]


def draw_pictures(random: Random) -> list[Case]:
    """Draw networks that have such tables, and the sides of their pictures."""
    found: list[Case] = []
    for table, stride in zip(draw_tables(random), (1, 2, 2, 2, 2), strict=True):
        ends = dict(head=random.randint(30, 60), classes=random.randint(3, 10))
        network = dict(stem=table["channels"], stem_stride=stride, rows=table["rows"], **ends)
        found.append(dict(network=network, size=random.randint(20, 60)))
    return found
