"""What a block makes of a photograph, step by step: the course's block, or a learner's."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...arch.block import BlockSetting, single_block
from ...blocks.counts import aligned, counted_layers
from ...blocks.feature_maps import step_maps
from ...blocks.slots import Slot, copy_slots, signature, slots_of, watched
from ...blocks.trial import BlockClass, first_line
from ...nn import EfficientNet, MBConv
from ...nn.model import initialise
from ...nn.pretrained import lite0_input, pretrained_lite0
from ...training.photograph import photograph
from ...view.ledger import block_layers
from ...view.picture import Cell

#: Side of the photograph in pixels; Lite0's stem halves it.
PHOTOGRAPH_SIDE = 112


class BlockMaps(NamedTuple):
    """What a block gives, step by step.

    Parameters
    ----------
    maps
        Step -> `(C, H, W)`, from `step_maps`; steps may be missing. "gates" is `(C, 1, 1)`.
    note
        What went wrong, if anything did; a sentence.
    columns
        More columns for the ledger, a cell for each layer.
    """

    maps: Mapping[str, NDArray[np.float32]]
    note: str = ""
    columns: Mapping[str, Sequence[Cell]] = {}


@lru_cache(maxsize=4)
def photograph_features(side: int = PHOTOGRAPH_SIDE) -> Tensor:
    """Return what Lite0's trained stem and first block make of the photograph, `(1, 16, h, w)`."""
    return features_of(photograph(side))


def features_of(picture: NDArray[np.uint8]) -> Tensor:
    """Return what Lite0's trained stem and first block make of a picture.

    Parameters
    ----------
    picture
        `(3, H, W)`, from 0 to 255.

    Returns
    -------
    Tensor
        `(1, 16, H / 2, W / 2)`: the input of a second block.
    """
    with torch.no_grad():
        network = _lite0()
        features: Tensor = next(network.blocks.children())(network.stem(lite0_input(picture)))
    return features.contiguous()


@lru_cache(maxsize=1)
def _lite0() -> EfficientNet:
    return pretrained_lite0()


def calibrated_block(setting: BlockSetting, x: Tensor, seed: int = 0) -> nn.Module:
    """Return a block with random weights whose normalisation knows the statistics of `x`.

    Parameters
    ----------
    setting
        The block.
    x
        Its input, `(N, C, H, W)`.
    seed
        Decides the weights.
    """
    block, _ = single_block(setting._replace(drop_path_rate=0.0), x.shape[-1])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = MBConv(block)
        initialise(module)
        _spread_gates(module)
        calibrate(module, x)
    return module.eval()


def _spread_gates(module: nn.Module) -> None:
    """Draw the gates far enough apart to be told apart; fresh ones are all near a half."""
    gate = getattr(module.squeeze_excite, "expand", None)
    if gate is not None:
        nn.init.normal_(gate.weight, 0.0, 1.0)


def calibrate(module: nn.Module, x: Tensor) -> None:
    """Let normalisation take its statistics from one batch, and go into evaluation mode.

    Parameters
    ----------
    module
        A block or a part of one, fresh.
    x
        Its input, `(N, C, H, W)`.
    """
    norms = [inner for inner in module.modules() if isinstance(inner, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        module.train()(x.clone())
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
    module.eval()


def maps_of(
    block_class: BlockClass | None, x: Tensor, seed: int = 0
) -> Callable[[BlockSetting], BlockMaps]:
    """Return a function that gives the feature maps of a block by its setting; it remembers.

    Parameters
    ----------
    block_class
        A learner's class; None is the course's block.
    x
        The block's input, `(1, C, H, W)`.
    seed
        Decides the weights. A learner's block gets the same as the course's, where it can.
    """

    @cache
    def source(setting: BlockSetting) -> BlockMaps:
        course_block = calibrated_block(setting, x, seed)
        if block_class is None:
            return BlockMaps(step_maps(course_block, setting, x))
        try:
            return _own_maps(block_class, course_block, setting, x)
        except (Exception, SystemExit) as error:
            return BlockMaps({}, f"Your block: {type(error).__name__}: {first_line(error)}.")

    return source


def _own_maps(
    block_class: BlockClass, course_block: nn.Module, setting: BlockSetting, x: Tensor
) -> BlockMaps:
    module = block_class(*setting)
    with torch.no_grad(), watched(module.eval()) as calls:
        module(x.clone())
    given: list[Slot] = [slot for _, slot in slots_of(course_block)]
    own = [slot for _, slot in slots_of(module, calls)]
    note = ""
    if signature(given) == signature(own):
        copy_slots(given, own)
    else:
        note = "Your block has other weights than the course's; it keeps its own."
        calibrate(module, x)
    counted = aligned(
        block_layers(setting, x.shape[-1]), counted_layers(module, x.shape[1], x.shape[-1])
    )
    yours: list[Cell] = [one and one.params for one in counted]
    return BlockMaps(step_maps(module, setting, x), note, {"your parameters": yours})


def picture_gates(
    setting: BlockSetting, pictures: Mapping[str, NDArray[np.uint8]]
) -> dict[str, NDArray[np.float32]]:
    """Return the gates that one block with random weights computes for several pictures.

    Parameters
    ----------
    setting
        The block, with squeeze-and-excitation, of 16 input channels.
    pictures
        Name -> `(3, H, W)`, from 0 to 255; the block's statistics are those of the first.
    """
    inputs = {name: features_of(picture) for name, picture in pictures.items()}
    block = calibrated_block(setting, next(iter(inputs.values())))
    return {name: step_maps(block, setting, x)["gates"] for name, x in inputs.items()}
