"""AutoAugment on whole batches: the policy that its authors' search found for CIFAR-10.

A sub-policy is two of the `operations`, each with a probability and a level from 0 to 10. Every
picture draws a sub-policy of its own; pictures that draw the same operation go through it together.

Source: Cubuk et al. 2019, "AutoAugment: Learning Augmentation Strategies from Data";
tensorflow/models, research/autoaugment, `policies.py`. The cut-out of 16 pixels with which the
authors end every augmentation, whatever the policy, is left out.

Pictures are `uint8` `(N, 3, S, S)`.
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .operations import OPERATIONS, require_pictures


class Entry(NamedTuple):
    """An operation, how likely it is carried out, and its level from 0 to 10."""

    name: str
    probability: float
    level: int


class SubPolicy(NamedTuple):
    """Two operations, one after the other."""

    first: Entry
    second: Entry


def _read(table: str) -> tuple[SubPolicy, ...]:
    def entry(text: str) -> Entry:
        name, probability, level = text.split()
        return Entry(name, float(probability), int(level))

    return tuple(SubPolicy(*map(entry, line.split(","))) for line in table.split("\n") if line)


#: What the search found on CIFAR-10: name, probability and level of both operations of each
#: sub-policy, in the order of `good_policies()` in the authors' `policies.py`, the ones without
#: effect and the repeated ones among them: they are part of the odds.
POLICY: tuple[SubPolicy, ...] = _read("""
invert 0.1 7, contrast 0.2 6
rotate 0.7 2, translate_x 0.3 9
sharpness 0.8 1, sharpness 0.9 3
shear_y 0.5 8, translate_y 0.7 9
autocontrast 0.5 8, equalize 0.9 2
solarize 0.4 5, autocontrast 0.9 3
translate_y 0.9 9, translate_y 0.7 9
autocontrast 0.9 2, solarize 0.8 3
equalize 0.8 8, invert 0.1 3
translate_y 0.7 9, autocontrast 0.9 1
solarize 0.4 5, autocontrast 0.0 2
translate_y 0.7 9, translate_y 0.7 9
autocontrast 0.9 0, solarize 0.4 3
equalize 0.7 5, invert 0.1 3
translate_y 0.7 9, translate_y 0.7 9
solarize 0.4 5, autocontrast 0.9 1
translate_y 0.8 9, translate_y 0.9 9
autocontrast 0.8 0, translate_y 0.7 9
translate_y 0.2 7, colour 0.9 6
equalize 0.7 6, colour 0.4 9
shear_y 0.2 7, posterize 0.3 7
colour 0.4 3, brightness 0.6 7
sharpness 0.3 9, brightness 0.7 9
equalize 0.6 5, equalize 0.5 1
contrast 0.6 7, sharpness 0.6 5
brightness 0.3 7, autocontrast 0.5 8
autocontrast 0.9 4, autocontrast 0.5 6
solarize 0.3 5, equalize 0.6 5
translate_y 0.2 4, sharpness 0.3 3
brightness 0.0 8, colour 0.8 8
solarize 0.2 6, colour 0.8 6
solarize 0.2 6, autocontrast 0.8 1
solarize 0.4 1, equalize 0.6 5
brightness 0.0 0, solarize 0.5 2
autocontrast 0.9 5, brightness 0.5 3
contrast 0.7 5, brightness 0.0 2
solarize 0.2 8, solarize 0.1 5
contrast 0.5 1, translate_y 0.2 9
autocontrast 0.6 5, translate_y 0.0 9
autocontrast 0.9 4, equalize 0.8 4
brightness 0.0 7, equalize 0.4 7
solarize 0.2 5, equalize 0.7 5
equalize 0.6 8, colour 0.6 2
colour 0.3 7, colour 0.2 4
autocontrast 0.5 2, solarize 0.7 2
autocontrast 0.2 0, equalize 0.1 0
shear_y 0.6 5, equalize 0.6 5
brightness 0.9 3, autocontrast 0.4 1
equalize 0.8 8, equalize 0.7 7
equalize 0.7 7, solarize 0.5 0
equalize 0.8 4, translate_y 0.8 9
translate_y 0.8 9, translate_y 0.6 9
translate_y 0.9 0, translate_y 0.5 9
autocontrast 0.5 3, solarize 0.3 4
solarize 0.5 3, equalize 0.4 4
colour 0.7 7, translate_x 0.5 8
equalize 0.3 7, autocontrast 0.4 8
translate_y 0.4 3, sharpness 0.2 6
brightness 0.9 6, colour 0.2 8
solarize 0.5 2, invert 0.0 3
autocontrast 0.1 5, brightness 0.0 0
cutout 0.2 4, equalize 0.1 1
equalize 0.7 7, autocontrast 0.6 4
colour 0.1 8, shear_y 0.2 3
shear_y 0.4 2, rotate 0.7 0
shear_y 0.1 3, autocontrast 0.9 5
translate_y 0.3 6, cutout 0.3 3
equalize 0.5 0, solarize 0.6 6
autocontrast 0.3 5, rotate 0.2 7
equalize 0.8 2, invert 0.4 0
equalize 0.9 5, colour 0.7 0
equalize 0.1 1, shear_y 0.1 3
autocontrast 0.7 3, equalize 0.7 0
brightness 0.5 1, contrast 0.1 7
contrast 0.1 4, solarize 0.6 5
solarize 0.2 3, shear_x 0.0 0
translate_x 0.3 0, translate_x 0.6 0
equalize 0.5 9, translate_y 0.6 7
shear_x 0.1 0, sharpness 0.5 1
equalize 0.8 6, invert 0.3 6
autocontrast 0.3 9, cutout 0.5 3
shear_x 0.4 4, autocontrast 0.9 2
shear_x 0.0 3, posterize 0.0 3
solarize 0.4 3, colour 0.2 4
equalize 0.1 4, equalize 0.7 6
equalize 0.3 8, autocontrast 0.4 3
solarize 0.6 4, autocontrast 0.7 6
autocontrast 0.2 9, brightness 0.4 8
equalize 0.1 0, equalize 0.0 6
equalize 0.8 4, equalize 0.0 4
equalize 0.5 5, autocontrast 0.1 2
solarize 0.5 5, autocontrast 0.9 5
autocontrast 0.6 1, autocontrast 0.7 8
equalize 0.2 0, autocontrast 0.1 2
equalize 0.6 9, equalize 0.4 4
""")


class Draw(NamedTuple):
    """What chance decided for each of N pictures, for both of its operations.

    Parameters
    ----------
    subpolicy
        Index into `POLICY`, `(N,)`.
    happens
        Whether the operation is carried out, `(N, 2)`.
    sign
        1 or -1, for operations that go either way, `(N, 2)`.
    place
        Down and right, from 0 to 1, for operations that need a place, `(N, 2, 2)`.
    """

    subpolicy: Tensor
    happens: Tensor
    sign: Tensor
    place: Tensor


_NAMES = tuple(OPERATIONS)
_OPERATION = torch.tensor([[_NAMES.index(entry.name) for entry in sub] for sub in POLICY])
_PROBABILITY = torch.tensor([[entry.probability for entry in sub] for sub in POLICY])
_MAGNITUDE = torch.tensor(
    [[OPERATIONS[entry.name].at_level(entry.level) for entry in sub] for sub in POLICY]
)


def augment(pictures: Tensor, generator: Generator) -> Tensor:
    """Change each picture by a sub-policy of its own.

    Parameters
    ----------
    pictures
        `uint8` `(N, 3, S, S)`; they are left alone.
    generator
        Source of randomness: the same seed gives the same pictures.

    Returns
    -------
    Tensor
        `uint8` `(N, 3, S, S)`.

    Raises
    ------
    ValueError
        If the pictures have another form.
    """
    return carry_out(pictures, draw(len(pictures), generator))


def draw(count: int, generator: Generator) -> Draw:
    """Draw sub-policies for so many pictures, and what happens in them."""
    subpolicy = torch.randint(len(POLICY), (count,), generator=generator)
    chance = torch.rand(count, 2, 4, generator=generator)
    happens = chance[..., 0] < _PROBABILITY[subpolicy]
    sign = 1.0 - 2.0 * (chance[..., 1] < 0.5)
    return Draw(subpolicy, happens, sign, chance[..., 2:])


def carry_out(pictures: Tensor, drawn: Draw) -> Tensor:
    """Change each picture as was drawn for it; `augment` explains the pictures."""
    require_pictures(pictures)
    pictures = pictures.clone(memory_format=torch.contiguous_format)
    for turn in range(2):
        kinds = _OPERATION[drawn.subpolicy, turn].where(drawn.happens[:, turn], -1)
        magnitudes = _MAGNITUDE[drawn.subpolicy, turn]
        for kind, operation in enumerate(OPERATIONS.values()):
            chosen = (kinds == kind).nonzero().squeeze(1)
            if not len(chosen):
                continue
            magnitude = magnitudes[chosen]
            if operation.either_way:
                magnitude = magnitude * drawn.sign[chosen, turn]
            place = drawn.place[chosen, turn]
            pictures[chosen] = operation.change(pictures[chosen], magnitude, place)
    return pictures
