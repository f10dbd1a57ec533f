"""Where the work is: the MACs of a network for one picture."""

from collections.abc import Collection
from typing import Any

from ...._slips import Function
from ... import About, Task, slip
from .blocks_of import STRIDE_RULES
from .blocks_of import TASK as BLOCKS_OF
from .layers import LAYER_RULES, layers
from .tables import B0, Network, draw_pictures


def network_macs(
    network: Network,
    size: int,
    *,
    count: Function = lambda layer: layer.weights,
    before: Collection[str] = (),
    after: Collection[str] = (),
    **rules: Any,
) -> Any:
    """Count layers where they work, and some kinds at the side of their block's input or output."""
    return sum(
        count(x) * (x.before if x.kind in before else x.after if x.kind in after else x.side) ** 2
        for x in layers(network, size, **rules)
    )


TASK = Task(
    right=network_macs,
    uses=(BLOCKS_OF,),
    cases=draw_pictures,
    example=dict(network=B0, size=224),
    about=About("Where the work is", points=16, difficulty=3, importance=4, minutes=15),
    hints=(
        "The weights are those of the task before, without biases and normalisations. At how many "
        "places is each used?",
        "In a block with a stride, the map changes in the depthwise convolution. The expansion "
        "comes before it, the projection after it.",
        "Squeeze-excite and the classifier work on averages, which is one place. All other layers "
        "of a block work on side × side places.",
    ),
    slips=(
        *LAYER_RULES,
        *STRIDE_RULES,
        slip("expansion-after-stride", after=("expand",)).says(
            "You count the expansion at the size of the block's output. It is before the stride."
        ),
        slip("projection-before-stride", before=("project",)).says(
            "You count the projection at the size of the block's input. It is after the stride."
        ),
        slip("depthwise-before-stride", before=("depthwise",)).says(
            "You count the depthwise convolution at the places of its input, not of its output."
        ),
        slip("blocks-at-input", before=("depthwise", "project")).says(
            "You count whole blocks at the size of their input. A stride makes the map smaller."
        ),
        slip("gates-on-maps", after=("squeeze", "gate")).says(
            "You count squeeze-excite at every pixel. It works on the averages: a single one."
        ),
        slip("classifier-on-maps", after=("classifier",)).says(
            "You count the classifier at every pixel of the last map. It works on the averages."
        ),
        slip("no-stem", without=("stem",)).says("You leave the stem out."),
        slip("blocks-only", without=("stem", "head", "classifier")).says(
            "You count the blocks alone; stem, head and classifier cost something, too."
        ),
        slip("stem-before-stride", before=("stem",)).says(
            "You count the stem at every pixel of the picture; count the places of its output."
        ),
        slip("rounds-down", smaller=lambda size, stride: size // stride).says(
            "You round the sides of maps down; they are rounded up."
        ),
        slip("biases", count=lambda layer: layer.params(norm=0)).says(
            "You count the biases; a MAC is a multiplication with an addition."
        ),
        slip("norms", count=lambda layer: layer.params(biased=())).says(
            "You count the normalisations; here only convolutions and the classifier count."
        ),
        slip("two-for-a-mac", count=lambda layer: 2 * layer.weights).says(
            "You count two operations for each MAC: a multiplication and its addition are one MAC."
        ),
        slip("parameters", lambda network, size: sum(x.params() for x in layers(network))).says(
            "These are the parameters; each weight is used at every place of its layer's output."
        ),
    ),
    also_right=(
        """
def network_macs(network, size):
    sides, c, head = map_sides(network, size), network["stem"], network["head"]
    total = 27 * c * sides[0] ** 2 + head * network["classes"]
    for before, side, row in zip(sides, sides[1:], network["rows"]):
        for b in blocks_of([row], c):
            w, c = b["wide"], b["out"]
            total += b["in"] * w * (w > b["in"]) * before**2 + 2 * w * b["squeeze"]
            total += w * (b["kernel"] ** 2 + c) * side**2
            before = side
    return total + head * c * side**2
""",
    ),
)
