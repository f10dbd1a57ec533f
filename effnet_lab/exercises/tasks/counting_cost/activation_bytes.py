"""Bytes that the outputs of a table's layers take, in training and without."""

from random import Random

from ...._slips import Function
from ....arch.convolution import BYTES
from ....arch.scaling import conv_size
from ... import About, Case, Task, slip
from .layers import SIDES, table
from .network_macs import EXAMPLE


def cases(random: Random) -> list[Case]:
    tables = [table(random, 3, *strides) for strides in ((1,), (2, 1, 2), (2, 2, 1, 2, 1))]
    modes: list[Case] = [{}, {"training": True}]
    return [dict(**one, batch=random.randint(2, 40), **mode) for one in tables for mode in modes]


def activation_bytes(
    layers: list[dict[str, int]],
    size: int,
    batch: int,
    training: bool = False,
    *,
    side: Function = conv_size,
    after: Function = conv_size,
    power: int = 2,
    pictures: Function = lambda batch, training: batch,
    kept: Function = lambda numbers, training: sum(numbers) if training else max(numbers),
) -> int:
    numbers = []
    for layer in layers:
        numbers.append(layer["out"] * side(size, layer["stride"]) ** power)
        size = after(size, layer["stride"])
    return BYTES * int(pictures(batch, training) * kept(numbers, training))


TASK = Task(
    right=activation_bytes,
    cases=cases,
    example=dict(layers=EXAMPLE, size=32, batch=8),
    about=About("Memory for activations", points=15, difficulty=3, minutes=12),
    hints=(
        "Make a list first: how many numbers does each layer put out for one picture?",
        "In training all of the list is in memory at once, else one entry at a time.",
        "sum in training, max otherwise; then the pictures of the batch, then four bytes each.",
    ),
    slips=(
        *SIDES,
        slip("numbers", lambda **case: activation_bytes(**case) // BYTES).says(
            "That is how many numbers are kept; each takes four bytes."
        ),
        slip("always-all", kept=lambda numbers, training: sum(numbers)).says(
            "You keep all layers in both cases. Without training the largest is enough."
        ),
        slip("ignored-training").says(
            "You keep one layer in both cases. In training all are kept, for the corrections."
        ),
        slip("swapped", kept=lambda numbers, training: (sum, max)[training](numbers)).says(
            "You have the two cases the wrong way round: training keeps all layers."
        ),
        slip("last-layer", kept=lambda all, training: sum(all) if training else all[-1]).says(
            "Without training you keep the last layer; the memory must hold the largest."
        ),
        slip("no-batch", pictures=lambda batch, training: 1).says(
            "You leave the batch out: each of its pictures has activations of its own."
        ),
        slip("batch-in-training", pictures=lambda batch, training: batch if training else 1).says(
            "You count the batch in training only; pictures are recognised together, too."
        ),
        slip("size-not-squared", power=1).says("An output is a square: its side counts twice."),
        slip(
            "picture",
            lambda layers, **case: activation_bytes([{"out": 3, "stride": 1}, *layers], **case),
        ).says("You count the picture itself, too; asked for is what the layers put out."),
    ),
    also_right=(
        """def activation_bytes(layers, size, batch, training=False):
    kept = [(size := -(-size // layer["stride"])) ** 2 * layer["out"] for layer in layers]
    return 4 * batch * (sum if training else max)(kept)""",
    ),
)
