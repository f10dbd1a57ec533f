"""Where the parameters sit: in the stem, in each stage, in head and classifier."""

from collections.abc import Collection
from typing import Any

from ... import About, Task, slip
from .blocks_of import TASK as BLOCKS_OF
from .layers import BIASED, LAYER_RULES, layers
from .tables import B0, Network, draw_pictures


def stage_params(
    network: Network, *, norm: int = 2, biased: Collection[str] = BIASED, **rules: Any
) -> list[int]:
    sums = [0] * (len(network["rows"]) + 2)
    for layer in layers(network, **rules):
        sums[layer.stage - 1] += layer.params(norm, biased)
    return sums


TASK = Task(
    right=stage_params,
    uses=(BLOCKS_OF,),
    cases=lambda random: [dict(network=one["network"]) for one in draw_pictures(random)],
    example=dict(network=B0),
    about=About("Where the parameters sit", points=18, difficulty=3, importance=4, minutes=18),
    hints=(
        "Count a single block first. Which layers has it, and what does each of them learn? Do "
        "not forget the normalisations.",
        "Expansion, depthwise convolution and projection have a normalisation, so no bias. "
        "Squeeze-excite's two layers have biases, so no normalisation.",
        "blocks_of([row], channels) gives the blocks of one row; channels is what the row before "
        "puts out. Compare your sum for B0 with the lesson's.",
    ),
    slips=(
        *LAYER_RULES,
        slip("no-norms", norm=0).says(
            "You leave the normalisations out: each learns two numbers for each of its channels."
        ),
        slip("one-number-a-norm", norm=1).says(
            "A normalisation has two learned numbers for each channel: a factor and a shift."
        ),
        slip("running-averages", norm=4).says(
            "You count a normalisation's running averages; they are measured, not learned."
        ),
        slip("conv-biases", norm=3).says(
            "You give all convolutions a bias. Where a normalisation follows there is none."
        ),
        slip("no-biases", biased=()).says(
            "You leave the biases out: those of squeeze-excite's two layers, and the classifier's."
        ),
        slip("no-gate-biases", biased=("classifier",)).says(
            "You leave the biases of squeeze-excite out; no normalisation follows its layers."
        ),
        slip("no-classifier-bias", biased=("squeeze", "gate")).says(
            "You leave the classifier's bias out: one number for each class."
        ),
        slip("summed").says("That is the sum; return the parameters of each stage."),
        slip(
            "ends-apart",
            lambda network: [
                *stage_params(network, without=("classifier",)),
                stage_params(network, without=("head",))[-1],
            ],
        ).says("Head and classifier belong together, in the last entry."),
        slip("without-first").says("You leave the stem out; it is the first entry."),
        slip("blocks-only", lambda network: stage_params(network)[1:-1]).says(
            "You leave stem and head out; they are the first entry and the last."
        ),
    ),
    also_right=(
        """
def stage_params(network):
    c, head, classes = network["stem"], network["head"], network["classes"]
    sums = [29 * c]
    for row in network["rows"]:
        sums.append(0)
        for b in blocks_of([row], c):
            w, s, c = b["wide"], b["squeeze"], b["out"]
            sums[-1] += (b["in"] + 2) * w * (b["in"] < w) + (b["kernel"] ** 2 + 2) * w
            sums[-1] += ((w + 1) * s + (s + 1) * w) * (s > 0) + (w + 2) * c
    return [*sums, (c + 2) * head + (head + 1) * classes]
""",
    ),
)
