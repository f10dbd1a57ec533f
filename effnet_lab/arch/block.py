"""One MBConv block on its own: the numbers that make it, and what it costs."""

from typing import NamedTuple

from .cost import LayerCost, cost
from .scaling import BlockSpec, resolve
from .specs import NetworkSpec, StageSpec


class BlockSetting(NamedTuple):
    """The seven numbers of an MBConv block, in the order in which a learner's class takes them.

    `se_ratio` is the squeeze width as a fraction of the block's *input* channels; 0 leaves
    squeeze-and-excitation out.
    """

    in_channels: int
    out_channels: int
    expand: int
    kernel: int
    stride: int
    se_ratio: float = 0.25
    drop_path_rate: float = 0.0

    @property
    def wide(self) -> int:
        """Channels after the expansion."""
        return self.in_channels * self.expand

    @property
    def has_skip(self) -> bool:
        """Whether the input is added to the output: only where shapes agree."""
        return self.stride == 1 and self.in_channels == self.out_channels

    def __str__(self) -> str:
        gated = f"SE {self.se_ratio:g}" if self.se_ratio else "no SE"
        return (
            f"{self.in_channels} → {self.out_channels} channels, expand {self.expand}, "
            f"{self.kernel}x{self.kernel}, stride {self.stride}, {gated}"
        )


def single_block(setting: BlockSetting, size: int) -> tuple[BlockSpec, tuple[LayerCost, ...]]:
    """Resolve and price one block on a square feature map.

    Parameters
    ----------
    setting
        The block.
    size
        Side of its input, in pixels.

    Returns
    -------
    block, layers
        Layers are named ``expand.conv`` and so on, without the block's number.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> block, layers = single_block(BlockSetting(16, 24, 6, 3, 2), size=112)
    >>> block.squeeze_channels, sum(layer.macs for layer in layers)
    (4, 29203200)
    """
    stage = StageSpec(
        setting.expand, setting.kernel, setting.stride, setting.out_channels, 1, setting.se_ratio
    )
    network = NetworkSpec(
        "one block",
        (stage,),
        resolution=size,
        stem_channels=setting.in_channels,
        stem_stride=1,
        channel_divisor=1,
    )
    resolved = resolve(network)
    prefix = "blocks.0."
    layers = tuple(
        layer._replace(name=layer.name.removeprefix(prefix))
        for layer in cost(resolved).layers
        if layer.name.startswith(prefix)
    )
    return resolved.blocks[0]._replace(drop_path_rate=setting.drop_path_rate), layers
