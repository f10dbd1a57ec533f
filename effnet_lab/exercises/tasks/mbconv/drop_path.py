"""Stochastic depth whose draw has been made."""

from operator import not_
from random import Random

import numpy as np

from ...._slips import Slip
from ....blocks.reference import BY_PICTURE, along, always, drop_path, never, wide
from ... import About, Case, Task, slip
from ...plain import Plain
from .probes import drop_path as probe
from .tensors import ABSOLUTE, REL, Draw, as_answer

#: None of these is the share of pictures dropped out of 3, 4 or 5.
RATES = (0.12, 0.17, 0.29, 0.37, 0.46, 0.54, 0.63, 0.72)


def cases(random: Random) -> list[Case]:
    draw = Draw(random)
    rates = random.sample(RATES, 5)
    # As many channels and columns as pictures: a mask along the wrong axis raises no error.
    counts = [3, *random.sample((3, 4, 5), 3), 4]

    def case(count: int, height: int, training: bool) -> Case:
        y, kept = draw.pictures(count, count, height, count), draw.kept(count)
        return dict(y=y, kept=kept, rate=rates.pop(), training=training)

    return [
        case(count, height, training)
        for count, height, training in zip(
            counts, (1, 2, 1, 3, 2), (True, True, False, True, True), strict=True
        )
    ]


def own_draw(case: Case, got: Plain, known: Slip | None) -> str:
    """Whether each number is dropped, or kept and rescaled, but others than should be."""
    if known or not case["training"] or not isinstance(got, np.ndarray):
        return ""
    kept = np.isclose(got, wide(case["y"]) / (1 - case["rate"]), REL, ABSOLUTE)
    if not np.all(kept | np.isclose(got, 0)):
        return ""
    return (
        "You rescale what is kept, but drop other branches than kept says. The draw has been "
        "made: do not draw again."
    )


def of_1(*_: object) -> float:
    return 1.0


AT_TEST_TIME = "You drop at test time, too: there every branch passes as it is."

TASK = Task(
    right=drop_path,
    rel=REL,
    absolute=ABSOLUTE,
    cases=cases,
    probe=probe,
    note=own_draw,
    as_answer=as_answer,
    example=dict(
        y=np.ones((4, 1, 1, 1), np.float32),
        kept=np.array([True, True, False, True]),
        rate=0.2,
        training=True,
    ),
    about=About("Drop paths", points=12, difficulty=2, importance=4, minutes=8),
    hints=(
        "At test time there is nothing to do. What may happen to a picture's branch in training? "
        "Two things.",
        "kept has N numbers, y has the shape (N, C, H, W). Give kept the shape (N, 1, 1, 1), so "
        "that each number meets its own picture.",
        "kept.view(-1, 1, 1, 1) times y, divided by the probability with which a branch survives. "
        "That is not the rate.",
    ),
    slips=(
        slip("no-rescaling", factor=of_1).says(
            "You do not rescale: on average the branch would be smaller in training than at test "
            "time. Divide what is kept by the survival probability."
        ),
        slip("smaller-at-test-time", factor=of_1, at_test_time=lambda rate: 1 - rate).says(
            "You make the branch smaller at test time, in place of larger in training. Here "
            "nothing is left to do at test time."
        ),
        slip("multiplied", factor=lambda kept, rate: 1 - rate).says(
            "You multiply by the survival probability. Divide by it: what is kept makes up for "
            "what is dropped."
        ),
        slip("divided-by-rate", factor=lambda kept, rate: 1 / rate).says(
            "You divide by the rate of dropping; the survival probability is one minus it."
        ),
        slip("mean-of-mask", factor=lambda kept, rate: 1 / float(np.mean(kept))).says(
            "You divide by the share that happened to be kept. The survival probability is one "
            "minus the rate, whatever was drawn."
        ),
        slip("drops-at-test-time", drops=always, scales=always).says(AT_TEST_TIME),
        slip("only-drops-at-test-time", drops=always).says(AT_TEST_TIME),
        slip("drops-unscaled-always", drops=always, factor=of_1).says(
            "You drop at test time, too, and you do not rescale. At test time every branch passes "
            "as it is; in training, divide what is kept by the survival probability."
        ),
        slip("scaled-at-test-time", scales=always).says(
            "You divide at test time, too: there every branch passes as it is."
        ),
        slip("flipped", drops=not_, scales=not_).says(
            "You have the two cases the wrong way round: paths are dropped in training."
        ),
        slip("never-drops", drops=never, scales=never).says("You drop nothing in training."),
        slip("only-scales", drops=never).says("You rescale in training, but drop nothing."),
        slip("mask-inverted", mask=lambda y, kept: BY_PICTURE(y, ~kept)).says(
            "You drop what should be kept: kept is true for the branches that stay."
        ),
        slip("by-column", mask=along(3)).says(
            "Your mask runs along the columns of a map, because the last axis comes first in "
            "broadcasting. It belongs to the pictures: shape (N, 1, 1, 1)."
        ),
        slip("by-channel", mask=along(1)).says(
            "Your mask runs along the channels. A path is dropped for a whole picture: shape "
            "(N, 1, 1, 1)."
        ),
        slip("pictures-left-out", mask=lambda y, kept: y[kept]).says(
            "You leave the dropped pictures out. They stay in the batch, with a branch of zeros."
        ),
    ),
    also_right=(
        """
def drop_path(y, kept, rate, training):
    factors = kept.float() / (1 - rate) if training else torch.ones(len(y))
    return torch.einsum("nchw,n->nchw", y, factors)
""",
    ),
    wrong=(
        (
            """
def drop_path(y, kept, rate, training):
    return F.dropout(y, rate, training)
""",
            "do not draw again",
        ),
    ),
)
