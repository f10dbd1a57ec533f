"""What torchinfo counts on a built block, line by line beside what `arch` priced."""

from collections.abc import Sequence
from typing import NamedTuple

from torch import nn

from ..arch import LayerCost
from .slots import evaluating


class Counted(NamedTuple):
    """One layer with weights, as torchinfo sees it. The shape is `(C, H, W)`, or `(C,)`."""

    name: str
    shape: tuple[int, ...]
    params: int
    mult_adds: int


def counted_layers(module: nn.Module, channels: int, size: int) -> tuple[Counted, ...]:
    """Return what torchinfo counts for each innermost layer with weights, in order of use.

    Parameters
    ----------
    module
        A block, or a part of one.
    channels, size
        Of its input: one square feature map.
    """
    import torchinfo  # a lesson's tool, not needed to train

    with evaluating(module):
        summary = torchinfo.summary(module, (1, channels, size, size), verbose=0, mode="eval")
    return tuple(
        Counted(
            layer.class_name,
            tuple(layer.output_size[1:]),
            layer.num_params,
            layer.macs,
        )
        for layer in summary.summary_list
        if layer.is_leaf_layer and layer.num_params
    )


def torchinfo_adds(layer: LayerCost) -> int:
    """Return by how much torchinfo's "mult-adds" exceed the MACs of a priced layer.

    torchinfo counts each bias once for each output position, and the scale and shift of
    normalisation once.
    """
    if layer.kind == "norm":
        return layer.params
    # Of a block's convolutions only those of squeeze-and-excitation have biases, one for each
    # output, and they see a single position.
    return layer.out_channels if layer.kind == "squeeze_excite" else 0


def aligned(priced: Sequence[LayerCost], counted: Sequence[Counted]) -> tuple[Counted | None, ...]:
    """Find for each priced layer the counted one; None where the block has no such layer."""
    found: list[Counted | None] = []
    rest = list(counted)
    for layer in priced:
        wanted = _shape(layer)
        norm = layer.kind == "norm"
        place = next(
            (
                place
                for place, one in enumerate(rest)
                if _bare(one.shape) == wanted and ("Norm" in one.name) == norm
            ),
            None,
        )
        found.append(None if place is None else rest[place])
        rest = rest if place is None else rest[place + 1 :]
    return tuple(found)


def _shape(layer: LayerCost) -> tuple[int, ...]:
    return _bare((layer.out_channels, layer.out_size, layer.out_size))


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out the ones at the end: a linear layer gives `(C,)`, a convolution `(C, 1, 1)`."""
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape
