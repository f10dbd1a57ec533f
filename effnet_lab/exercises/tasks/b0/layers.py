"""The layers of a network: what is learned in each, and at how many places it works."""

from collections.abc import Collection
from typing import Any, NamedTuple

from ...._slips import Function
from ....arch.scaling import conv_size
from ... import slip
from .blocks_of import BLOCK_RULES, blocks_of
from .tables import Network

#: Layers with biases; all others are followed by a normalisation.
BIASED = ("squeeze", "gate", "classifier")


class Layer(NamedTuple):
    """A layer that works on maps of `side`; those of its block become `after` from `before`."""

    kind: str
    weights: int
    outputs: int
    side: int
    stage: int
    before: int
    after: int

    def params(self, norm: int = 2, biased: Collection[str] = BIASED) -> int:
        """Return what it learns, with so many numbers for a channel that is normalised."""
        each = self.kind in biased if self.kind in BIASED else norm
        return self.weights + each * self.outputs


def layers(
    network: Network,
    size: int = 1,
    *,
    smaller: Function = conv_size,
    widens: Function = lambda block: block["wide"] != block["in"],
    seen: Function = lambda block: 1,
    without: Collection[str] = (),
    **rules: Any,
) -> list[Layer]:
    """Return the layers of a network in order; behind * stand ways to go wrong."""
    channels, side = network["stem"], smaller(size, network["stem_stride"])
    found = [Layer("stem", 27 * channels, channels, side, 1, size, side)]
    for stage, row in enumerate(network["rows"], 2):
        for block in blocks_of([row], channels, **rules):
            before, channels, side = side, block["out"], smaller(side, block["stride"])
            wide, units, wider = block["wide"], block["squeeze"], widens(block)
            parts: list[tuple[str, int, int, int]] = [  # none has anything that is not there
                ("expand", block["in"] * wide * wider, wide * wider, before),
                ("depthwise", block["kernel"] ** 2 * seen(block) * wide, wide, side),
                ("squeeze", wide * units, units, 1),
                ("gate", units * wide, wide * bool(units), 1),
                ("project", wide * channels, channels, side),
            ]
            found += [Layer(*one, stage, before, side) for one in parts]
    last, head, classes = len(network["rows"]) + 2, network["head"], network["classes"]
    found.append(Layer("head", channels * head, head, side, last, side, side))
    found.append(Layer("classifier", head * classes, classes, 1, last, side, side))
    return [layer for layer in found if layer.kind not in without]


#: Slips of all tasks that count a network's layers.
LAYER_RULES = (
    *BLOCK_RULES,
    slip("no-squeeze-excite", without=("squeeze", "gate")).says("You leave squeeze-excite out."),
    slip("half-of-squeeze-excite", without=("gate",)).says(
        "Squeeze-excite has two layers: one to the units, and one back."
    ),
    slip("expansion-at-1", widens=lambda block: True).says(
        "You count an expansion where nothing is widened: with expand 1 there is no such layer."
    ),
    slip("no-expansion", without=("expand",)).says("You leave the expansions out."),
    slip("full-depthwise", seen=lambda block: block["wide"]).says(
        "Your depthwise convolutions see all channels. They have one window for each channel."
    ),
    slip("no-head", without=("head",)).says("You leave the 1 × 1 convolution of the head out."),
    slip("no-classifier", without=("classifier",)).says("You leave the classifier out."),
)
