"""How much of the picture one output can see."""

from typing import NamedTuple

from .scaling import BlockSpec, ConvSpec, ResolvedNetwork, resolve
from .specs import NetworkSpec


class ReceptiveField(NamedTuple):
    """What one output of a layer sees of the picture.

    Parameters
    ----------
    name
        The layer: "stem", "blocks.0" and so on.
    stage
        Counted as the paper's Table 1 does: the stem is stage 1.
    side
        Side of the square of input pixels that one output depends on. Near the border, and where
        it is larger than the picture, part of that square is padding.
    step
        Input pixels between two neighbouring outputs.
    """

    name: str
    stage: int
    side: int
    step: int


def receptive_fields(network: NetworkSpec | ResolvedNetwork) -> tuple[ReceptiveField, ...]:
    """Return the receptive field at the end of the stem and of each block.

    Each k x k convolution adds ``k - 1`` steps of the grid that it reads; a stride makes the grid
    coarser for all that follow. 1x1 convolutions add nothing. Squeeze-and-excitation is left out:
    it weighs whole channels by an average over the whole picture, and tells no places apart.

    Parameters
    ----------
    network
        A spec, or what `resolve` made of it.

    Examples
    --------
    >>> from effnet_lab.arch import B0
    >>> receptive_fields(B0)[0], receptive_fields(B0)[-1].side
    (ReceptiveField(name='stem', stage=1, side=3, step=2), 851)
    """
    resolved = network if isinstance(network, ResolvedNetwork) else resolve(network)
    stem = resolved.stem
    fields = [_after(ReceptiveField("picture", 0, 1, 1), "stem", 1, stem)]
    for block in resolved.blocks:
        fields.append(_after(fields[-1], f"blocks.{block.number}", block.stage, block))
    return tuple(fields)


def _after(
    before: ReceptiveField, name: str, stage: int, layer: ConvSpec | BlockSpec
) -> ReceptiveField:
    side = before.side + (layer.kernel - 1) * before.step
    return ReceptiveField(name, stage, side, before.step * layer.stride)
