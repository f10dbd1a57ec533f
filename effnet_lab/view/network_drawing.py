"""Layout of a network as boxes, left to right: stem, stages, head.

A box is as high as its feature maps and as thick as its channels, both on square-root scales, so
that the smallest can be seen beside the largest. Blocks of a stage stand behind each other.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from ..arch import ResolvedNetwork

#: By how much the next block stands behind: to the right, and up.
_BACK, _UP = 3, 1.5

#: Least distance between the middles of two columns, and between a stack and the next column.
_LEAST, _GAP = 38.0, 13.0


class Part(NamedTuple):
    """What one column shows. `size` is the side of the feature maps that leave it, in pixels."""

    name: str
    channels: int
    blocks: int
    size: int


def parts(network: ResolvedNetwork) -> tuple[Part, ...]:
    """Return stem, stages and head of a network, in order."""
    stages: dict[int, Part] = {}
    for block in network.blocks:
        before = stages[block.stage].blocks if block.stage in stages else 0
        stages[block.stage] = Part(
            f"stage {block.stage}", block.out_channels, before + 1, block.out_size
        )
    stem, head = network.stem, network.head
    return (
        Part("stem", stem.out_channels, 1, stem.out_size),
        *stages.values(),
        Part("head", head.out_channels, 1, head.out_size),
    )


class Drawing:
    """Fixed places and scales in which networks of one family can be compared.

    Parameters
    ----------
    largest
        The parts of the largest network that will be drawn.
    width, height
        The space for it.

    Attributes
    ----------
    middles
        The middle of the front box of each column: width grows to both sides of it, depth to the
        right, resolution up and down.

    Notes
    -----
    Paths are in half units: `path` gives whole numbers, to be drawn in a group that is scaled by
    one half.
    """

    def __init__(self, largest: Sequence[Part], width: float, height: float) -> None:
        backs = [_BACK * (part.blocks - 1) for part in largest]
        roots = [math.sqrt(part.channels) for part in largest]

        def columns(per_root: float) -> list[float]:
            pairs = zip(roots, backs, strict=True)
            return [max(_LEAST, per_root * root + back + _GAP) for root, back in pairs]

        # As thick as there is room for, but not thicker than looks like a box.
        steps = (step / 50 for step in range(150, 0, -1))
        self._per_root = next((s for s in steps if sum(columns(s)) <= width), 1 / 50)
        widths = columns(self._per_root)
        spare = max(0.0, width - sum(widths)) / len(widths)
        lefts = [0.0, *accumulate(own + spare for own in widths)]
        fronts = [
            max(_LEAST - back, self._per_root * root + _GAP)
            for root, back in zip(roots, backs, strict=True)
        ]
        self.middles = [left + front / 2 for left, front in zip(lefts, fronts, strict=False)]
        self._level = 0.54 * height  # stacks rise, so their middle is a little below the space's
        rooms = [
            min(2 * (height - self._level), 2 * (self._level - _UP * (part.blocks - 1)))
            for part in largest
        ]
        self._per_size = min(
            room / math.sqrt(part.size) for room, part in zip(rooms, largest, strict=True)
        )

    def path(self, column: int, part: Part) -> tuple[str, str]:
        """Return the outline of a stack of boxes, and the edges of all but the last within it."""
        width = max(2, round(2 * self._per_root * math.sqrt(part.channels)))
        tall = max(2, round(2 * self._per_size * math.sqrt(part.size)))
        left = round(2 * self.middles[column] - width / 2)
        top = round(2 * self._level - tall / 2)
        right, up = 2 * _BACK, round(2 * _UP)
        back, rise = right * (part.blocks - 1), up * (part.blocks - 1)
        outline = f"M{left} {top}l{back} {-rise}h{width}v{tall}l{-back} {rise}h{-width}z"
        face = f"h{width}v{tall}"
        step = f"m{right - width} {-up - tall}{face}"
        edges = f"M{left} {top}{face}{step * (part.blocks - 2)}" if part.blocks > 1 else ""
        return outline, edges
