"""Batch normalisation with given weights, in training and at test time."""

from operator import not_
from random import Random

import numpy as np

from ....blocks.reference import KEPT, TORCH_EPS, always, batch_norm, never
from ... import About, Case, Task, slip
from .probes import batch_norm as probe
from .tensors import ABSOLUTE, REL, Draw, as_answer


def cases(random: Random) -> list[Case]:
    draw = Draw(random)

    def case(*shape: int, **more: bool) -> Case:
        scale = draw.random.uniform(0.3, 1.0, (1, shape[1], 1, 1))
        scale[:, 0] = 0.1  # where the variance is small, eps shows
        x = (scale * draw.pictures(*shape)).astype(np.float32)
        return {"x": x, "norm": draw.norm(shape[1], 0.04, 0.2), **more}

    return [
        case(1, 2, 1, 2),
        case(2, 3, 1, 2, training=True),
        case(3, 2, 2, 3, training=False),
        case(2, 4, 3, 2, training=True),
    ]


TASK = Task(
    right=batch_norm,
    rel=REL,
    absolute=ABSOLUTE,
    cases=cases,
    probe=probe,
    as_answer=as_answer,
    example={},
    about=About("Normalise a batch", points=16, difficulty=3, importance=4, minutes=15),
    hints=(
        "First decide which mean and variance to use. All that follows is the same in training "
        "and at test time; only the running averages are not.",
        "A channel's mean is over pictures, rows and columns: x.mean((0, 2, 3)). Its variance is "
        "the mean of the squared distances from it.",
        "mean.view(-1, 1, 1) fits onto (N, C, H, W). Divide by torch.sqrt(var + 0.001). New "
        "average: 0.99 times the old one plus 0.01 times the batch's.",
    ),
    errors=(
        (
            "must match the size .* at non-singleton dimension 3",
            "What has one number for each channel runs along the columns of a map here, because "
            "the last axis comes first in broadcasting. Give it the shape (C, 1, 1).",
        ),
    ),
    slips=(
        slip("torch-eps", eps=TORCH_EPS).says("Your eps is torch's own, 0.00001, not 0.001."),
        slip("no-eps", eps=0.0).says("You leave eps out; 0.001 is added to the variance."),
        slip("eps-outside", root=lambda var, eps: np.sqrt(var) + eps).says(
            "You add eps to the root; it is added to the variance, under the root."
        ),
        slip("no-root", root=lambda var, eps: var + eps).says(
            "You divide by the variance; divide by its square root, the spread."
        ),
        slip("momentum-reversed", kept=1 - KEPT).says(
            "Your momentum is the wrong way round: the average keeps 99% of what it was, and takes "
            "1% of what is new."
        ),
        slip("torch-momentum", kept=0.9).says(
            "You keep 90% of the old average, which is torch's own setting; EfficientNet keeps 99%."
        ),
        slip("torch-settings", eps=TORCH_EPS, kept=0.9).says(
            "Both settings are torch's own. EfficientNet's eps is 0.001, not 0.00001, and it "
            "keeps 99% of the old average, not 90%."
        ),
        slip("averages-stay", moves=never).says(
            "Your running averages stay as they are; in training they move."
        ),
        slip("averages-replaced", kept=0.0).says(
            "Your running averages become those of the last batch; they move only a little "
            "towards them."
        ),
        slip("averages-always-move", moves=always).says(
            "Your running averages move at test time, too; they do so in training only."
        ),
        slip("always-batch", of_batch=always).says(
            "You take mean and variance from the batch at test time, too. There the running "
            "averages are used."
        ),
        slip("always-training", of_batch=always, moves=always).says(
            "At test time you do what belongs to training: there the running averages are used, "
            "and stay as they are."
        ),
        slip("never-batch", of_batch=never).says(
            "You normalise by the running averages in training, too. There mean and variance are "
            "those of the batch."
        ),
        slip("ignored-training", of_batch=never, moves=never).says(
            "In training you do what belongs to test time: there mean and variance are those of "
            "the batch, and the running averages move."
        ),
        slip("training-flipped", of_batch=not_, moves=not_).says(
            "You have the two cases the wrong way round: the batch's own mean and variance belong "
            "to training."
        ),
        slip("updated-averages", of_batch=bool, updated=True).says(
            "In training you move the running averages first and normalise by them. Normalise by "
            "the batch's own mean and variance."
        ),
        slip("unbiased-variance", ddof=1).says(
            "Your variance divides by one number less than there are (torch's var does so unless "
            "correction=0)."
        ),
        slip("unbiased-average", average_ddof=1).says(
            "Your running variance takes in a variance that divides by one number less than there "
            "are. (nn.BatchNorm2d does so; here it is the variance that you normalise by.)"
        ),
        slip("by-picture", axes=(2, 3)).says(
            "You normalise each picture by itself; mean and variance are those of all pictures of "
            "the batch."
        ),
        slip("over-channels", axes=(0, 1, 2, 3), average_axes=(0, 1, 2, 3)).says(
            "You take one mean and one variance of all channels together. Each channel has its own."
        ),
        slip("no-bias", bias=False).says(
            "You leave the learned number out that is added at the end, the bias."
        ),
        slip("no-weight", weight=False).says(
            "You leave the learned number out that the result is multiplied by, the weight."
        ),
    ),
    also_right=(
        """
def batch_norm(x, norm, training=False):
    old, learned = (norm["mean"], norm["var"]), (norm["weight"], norm["bias"])
    y = F.batch_norm(x, old[0].clone(), old[1].clone(), *learned, training, 0.01, 1e-3)
    var, mean = torch.var_mean(x, (0, 2, 3), correction=0)
    return [y, old[0].lerp(mean, 0.01 * training), old[1].lerp(var, 0.01 * training)]
""",
    ),
    wrong=(
        (
            "def batch_norm(x, norm, training=False):\n    return x - norm['mean'], 0, 0",
            "the shape (C, 1, 1)",
        ),
    ),
)
