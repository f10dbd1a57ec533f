"""Another implementation's MBConv, as the judge of a learner's."""

from typing import Any

from torch import nn

from ..arch.block import BlockSetting
from .reference import EPS, KEPT

PEER_NAME = "efficientnet_pytorch"


def peer_block(setting: BlockSetting) -> nn.Module:
    """Build a block of efficientnet_pytorch (Luke Melas-Kyriazi), which pads as TensorFlow does.

    Its ``forward`` takes the drop-path rate as a second argument.

    Raises
    ------
    ModuleNotFoundError
        If that package is not installed; it comes with ``effnet-lab[lab]``.
    """
    from efficientnet_pytorch.model import MBConvBlock
    from efficientnet_pytorch.utils import BlockArgs, GlobalParams

    block: Any = BlockArgs(
        num_repeat=1,
        kernel_size=setting.kernel,
        stride=setting.stride,
        expand_ratio=setting.expand,
        input_filters=setting.in_channels,
        output_filters=setting.out_channels,
        se_ratio=setting.se_ratio,
        id_skip=True,
    )
    shared = GlobalParams(batch_norm_momentum=KEPT, batch_norm_epsilon=EPS)
    made: nn.Module = MBConvBlock(block, shared)
    return made.double()
