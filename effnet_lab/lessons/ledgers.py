"""A learner's block, or a part of it, counted by torchinfo beside its price."""

from collections.abc import Sequence

from torch import nn

from ..arch.block import BlockSetting
from ..blocks.counts import aligned, counted_layers, torchinfo_adds
from ..view.ledger import STEPS, block_layers, block_ledger
from ..view.picture import Cell
from ..view.tables import Table


def ledger(
    setting: BlockSetting,
    size: int,
    module: nn.Module | None = None,
    steps: Sequence[str] = STEPS,
) -> Table:
    """Return the ledger of a block, and what torchinfo says of the same, line by line.

    Parameters
    ----------
    setting
        The block.
    size
        Side of its input, in pixels.
    module
        The built block, or the part of it that does `steps`. Without one there is the price alone.
    steps
        Some of "expand", "depthwise", "squeeze_excite", "project", in this order.

    Raises
    ------
    ValueError
        If a step is unknown, or a number of the block is out of range.

    Notes
    -----
    torchinfo's "mult-adds" are the MACs and what the last column holds: a bias or a parameter of
    normalisation counts as one more.
    """
    layers = block_layers(setting, size, steps)
    if module is None:
        return block_ledger(setting, size, steps)
    first = steps[0]
    channels = setting.in_channels if first == "expand" else setting.wide
    side = size if first in ("expand", "depthwise") else -(-size // setting.stride)
    counted = aligned(layers, counted_layers(module, channels, side))
    columns: dict[str, list[Cell]] = {
        "torchinfo parameters": [one and one.params for one in counted],
        "torchinfo mult-adds": [one and one.mult_adds for one in counted],
        "torchinfo adds": [torchinfo_adds(layer) for layer in layers],
    }
    return block_ledger(setting, size, steps, columns)
