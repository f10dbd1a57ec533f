"""Squeeze-excite: each channel of each picture times its gate."""

from random import Random

from ....blocks.reference import squeeze_excite
from ....blocks.slips import GATE_SLIPS
from ... import About, Case, Task
from .probes import squeeze_excite as probe
from .tensors import ABSOLUTE, REL, Draw, as_answer


def cases(random: Random) -> list[Case]:
    draw = Draw(random)
    shapes = (((1, 2, 2, 1), 3), ((2, 3, 1, 3), 2), ((2, 4, 3, 2), 3), ((3, 5, 2, 4), 2))
    return [
        dict(x=draw.pictures(*shape), weights=draw.gates(shape[1], units))
        for shape, units in shapes
    ]


TASK = Task(
    right=squeeze_excite,
    rel=REL,
    absolute=ABSOLUTE,
    cases=cases,
    probe=probe,
    as_answer=as_answer,
    example={},
    about=About("Squeeze and excite", points=18, difficulty=2, importance=5, minutes=12),
    hints=(
        "Three steps: an average for each channel of each picture, gates from the averages, "
        "channels times gates. Look at the shape after each.",
        "x.mean((2, 3), keepdim=True) has the shape (N, C, 1, 1). F.conv2d(y, weight, bias) then "
        "does a 1 × 1 convolution with weights that are given.",
        "SiLU stands between the two convolutions, torch.sigmoid after the second. The product "
        "with x spreads each gate over its map by itself.",
    ),
    errors=(
        (
            r"3D \(unbatched\) or 4D \(batched\) input to conv2d",
            "The averages have lost height and width; keepdim=True in mean keeps both, as sides "
            "of 1.",
        ),
    ),
    slips=GATE_SLIPS,
    also_right=(
        """
def squeeze_excite(x, weights):
    done = []
    for picture in x:
        units = F.linear(picture.mean((1, 2)), weights["reduce"].flatten(1), weights["reduce_bias"])
        gates = F.linear(F.silu(units), weights["gate"].flatten(1), weights["gate_bias"])
        done.append(picture * gates.sigmoid()[:, None, None])
    return torch.stack(done)
""",
    ),
    wrong=(
        (
            """
def squeeze_excite(x, weights):
    y = x.mean((2, 3))
    return x * torch.sigmoid(F.conv2d(y, weights["gate"], weights["gate_bias"]))
""",
            "keepdim=True",
        ),
        ("def squeeze_excite(x, weights):\n    return x.numpy()", "a numpy array in place of"),
    ),
)
