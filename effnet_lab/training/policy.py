"""AutoAugment on whole batches: fifteen operations on pictures, and the policy that mixes them.

A sub-policy is two operations, each with a probability and a level from 0 to 10. Every picture
draws a sub-policy of its own; pictures that draw the same operation go through it together.

Operations and levels are those of the authors' code for CIFAR-10 (Cubuk et al. 2019,
"AutoAugment: Learning Augmentation Strategies from Data"; tensorflow/models, research/autoaugment,
`policies.py` and `augmentation_transforms.py`), with lengths in fractions of the side instead of
pixels of 32. Three things differ, each said where it stands: `equalize` does not round its step
down, space from outside the picture is filled once, and the cut-out of 16 pixels with which the
authors end every augmentation, whatever the policy, is left out.

Pictures are `uint8` `(N, 3, S, S)`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Generator, Tensor

#: What fills space from outside the picture: CIFAR-10's mean colour. The authors' code makes such
#: pixels transparent, and a transparent pixel the mean; an operation that follows sees them black.
FILL = (125, 123, 114)


# Operations that move pixels: one grid for the batch. Positive magnitudes are read as in Pillow.


def shear_x(pictures: Tensor, slope: Tensor) -> Tensor:
    """Slant pictures: a row moves left by `slope` times its distance from the top."""
    return _resample(pictures, right=(1, slope, 0))


def shear_y(pictures: Tensor, slope: Tensor) -> Tensor:
    """Slant pictures: a column moves up by `slope` times its distance from the left."""
    return _resample(pictures, down=(slope, 1, 0))


def translate_x(pictures: Tensor, fraction: Tensor) -> Tensor:
    """Move pictures left by a fraction of their side, in whole pixels."""
    return _resample(pictures, right=(1, 0, (fraction * pictures.shape[-1]).round()))


def translate_y(pictures: Tensor, fraction: Tensor) -> Tensor:
    """Move pictures up by a fraction of their side, in whole pixels."""
    return _resample(pictures, down=(0, 1, (fraction * pictures.shape[-1]).round()))


def rotate(pictures: Tensor, degrees: Tensor) -> Tensor:
    """Turn pictures about their centre, anticlockwise."""
    angle = degrees.double() * (math.pi / 180)
    cos, sin, middle = angle.cos(), angle.sin(), pictures.shape[-1] / 2
    return _resample(
        pictures,
        right=(cos, -sin, middle * (1 - cos + sin)),
        down=(sin, cos, middle * (1 - cos - sin)),
    )


def cutout(pictures: Tensor, fraction: Tensor, place: Tensor) -> Tensor:
    """Hide a square whose side is a fraction of the picture's (DeVries & Taylor 2017).

    Parameters
    ----------
    pictures, fraction
        `(N, 3, S, S)` and `(N,)`.
    place
        Where the square's middle is, down and right, in fractions of the side, `(N, 2)`. What
        sticks out of the picture is lost.
    """
    size = pictures.shape[-1]
    half = (fraction * size / 2).round().view(-1, 1, 1)
    middle = (place * size).floor()
    line = torch.arange(size)
    rows, columns = line.view(1, -1, 1), line.view(1, 1, -1)
    from_top, from_left = rows - middle[:, 0].view(-1, 1, 1), columns - middle[:, 1].view(-1, 1, 1)
    hidden = (from_top >= -half) & (from_top < half) & (from_left >= -half) & (from_left < half)
    return torch.where(hidden.unsqueeze(1), _fill(), pictures)


# Operations that change colours. Pixels stay where they are.


def invert(pictures: Tensor) -> Tensor:
    """Make each value its complement to 255."""
    return 255 - pictures


def solarize(pictures: Tensor, threshold: Tensor) -> Tensor:
    """Invert the values from a threshold up."""
    return torch.where(pictures >= threshold.view(-1, 1, 1, 1), 255 - pictures, pictures)


def posterize(pictures: Tensor, bits: Tensor) -> Tensor:
    """Keep the highest bits of each value, and clear the others."""
    mask = 256 - 2 ** (8 - bits.long())
    return pictures & mask.byte().view(-1, 1, 1, 1)


def autocontrast(pictures: Tensor) -> Tensor:
    """Stretch each channel of each picture so that it reaches from 0 to 255."""
    values = pictures.flatten(2).int()
    low, high = values.aminmax(dim=2, keepdim=True)
    span = high - low
    stretched = (values - low) * 255 // span.clamp(min=1)
    # A channel of one value has nothing to stretch.
    return torch.where(span > 0, stretched, values).byte().view_as(pictures)


def equalize(pictures: Tensor) -> Tensor:
    """Map the values of each channel so that about as many pixels have each brightness.

    A value becomes 255 times the share of darker pixels, among those that are not the brightest.
    Pillow rounds the pixels per grey level down to an integer first, which for the 256 pixels of
    a 16 x 16 picture is mostly 0, and then does nothing.
    """
    values = pictures.flatten(2).long()
    counts = torch.zeros(*values.shape[:2], 256, dtype=torch.long)
    counts.scatter_add_(2, values, torch.ones_like(values))
    darker = counts.cumsum(2) - counts
    others = values.shape[2] - counts.gather(2, values.amax(2, keepdim=True))
    table = (510 * darker + others) // (2 * others).clamp(min=1)  # rounded to the nearest
    table = torch.where(others > 0, table, torch.arange(256))  # a channel of one value stays
    return table.gather(2, values).byte().view_as(pictures)


def brightness(pictures: Tensor, factor: Tensor) -> Tensor:
    """Blend with black: 0 is black, 1 the picture, more is brighter."""
    return _blend(torch.zeros(()), pictures, factor)


def colour(pictures: Tensor, factor: Tensor) -> Tensor:
    """Blend with the picture in grey: 0 is grey, 1 the picture, more is more vivid."""
    return _blend(_grey(pictures), pictures, factor)


def contrast(pictures: Tensor, factor: Tensor) -> Tensor:
    """Blend with the picture's mean grey: 0 is that grey, 1 the picture."""
    grey = _grey(pictures).flatten(1)
    count = grey.shape[1]
    mean = (2 * grey.sum(1) + count) // (2 * count)
    return _blend(mean.view(-1, 1, 1, 1), pictures, factor)


def sharpness(pictures: Tensor, factor: Tensor) -> Tensor:
    """Blend with the picture smoothed over 3 x 3 pixels: 0 is smooth, 1 the picture.

    The pixel itself weighs 5, each of its eight neighbours 1. The outermost pixels stay.
    """
    values = pictures.int()
    across = values[..., :-2] + values[..., 1:-1] + values[..., 2:]
    around = across[..., :-2, :] + across[..., 1:-1, :] + across[..., 2:, :]
    smooth = values.clone()
    smooth[..., 1:-1, 1:-1] = (2 * (around + 4 * values[..., 1:-1, 1:-1]) + 13) // 26
    return _blend(smooth, pictures, factor)


def _resample(
    pictures: Tensor,
    right: Sequence[Tensor | float] = (1, 0, 0),
    down: Sequence[Tensor | float] = (0, 1, 0),
) -> Tensor:
    """Take each pixel from the nearest one at an affine function of its own place.

    `right` and `down` are the factors of x and of y and the constant, each a number or `(N,)`, for
    the place that a pixel comes from. Places are of the pixels' middles, in pixels.
    """
    count, _, height, width = pictures.shape
    x = torch.arange(width, dtype=torch.float64).add(0.5).view(1, 1, -1)
    y = torch.arange(height, dtype=torch.float64).add(0.5).view(1, -1, 1)
    column, row = (_plane(factors, x, y).floor().long() for factors in (right, down))
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    source = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)
    source = source.expand(count, height, width).reshape(count, 1, -1).expand(-1, 3, -1)
    taken = pictures.flatten(2).gather(2, source).view_as(pictures)
    return torch.where(inside.unsqueeze(1), taken, _fill())


def _plane(factors: Sequence[Tensor | float], x: Tensor, y: Tensor) -> Tensor:
    a, b, c = (torch.as_tensor(f, dtype=torch.float64).view(-1, 1, 1) for f in factors)
    return a * x + b * y + c


def _fill() -> Tensor:
    return torch.tensor(FILL, dtype=torch.uint8).view(1, 3, 1, 1)


def _grey(pictures: Tensor) -> Tensor:
    """Return the brightness that the eye sees, `(N, 1, S, S)`: ITU-R 601-2, as Pillow rounds it."""
    red, green, blue = pictures.int().unbind(1)
    return ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16).unsqueeze(1)


def _blend(zero: Tensor, one: Tensor, factor: Tensor) -> Tensor:
    """Go from `zero` towards `one`, and beyond for factors above 1; the fraction is cut off."""
    start = zero.float()
    return (start + factor.view(-1, 1, 1, 1) * (one.float() - start)).clamp_(0, 255).byte()


# What a lesson draws, one by one


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of change to pictures, and how strong a level of the policy makes it.

    Parameters
    ----------
    change
        From pictures `(N, 3, S, S)`, a magnitude for each `(N,)` and a place in each `(N, 2)`, in
        fractions of the side, to pictures. Most operations use no place.
    unit
        What the magnitude counts; empty if the operation has none.
    at_level
        The magnitude for a level from 0 to 10.
    neutral
        The magnitude that leaves pictures as they are; None if there is none.
    valid
        The lowest and the highest magnitude.
    either_way
        Whether the policy draws a sign.
    """

    change: Callable[[Tensor, Tensor, Tensor], Tensor]
    unit: str
    at_level: Callable[[float], float]
    neutral: float | None
    valid: tuple[float, float]
    either_way: bool = False


def _with_magnitude(
    change: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    return lambda pictures, magnitude, place: change(pictures, magnitude)


def _moving(
    change: Callable[[Tensor, Tensor], Tensor],
    unit: str,
    at_level: Callable[[float], float],
    most: float,
) -> Operation:
    return Operation(_with_magnitude(change), unit, at_level, 0.0, (-most, most), either_way=True)


def _blending(change: Callable[[Tensor, Tensor], Tensor]) -> Operation:
    # From 0.1 to 1.9, not from 0: nothing to see would be left.
    return Operation(
        _with_magnitude(change), "factor", lambda level: 0.1 + 0.18 * level, 1.0, (0.0, 10.0)
    )


def _fixed(change: Callable[[Tensor], Tensor]) -> Operation:
    return Operation(
        lambda pictures, magnitude, place: change(pictures), "", lambda level: 0.0, None, (0.0, 0.0)
    )


#: The operations by name. Lengths are fractions of the side: 10 of 32 pixels at level 10.
OPERATIONS: dict[str, Operation] = {
    "shear_x": _moving(shear_x, "slope", lambda level: 0.03 * level, 1),
    "shear_y": _moving(shear_y, "slope", lambda level: 0.03 * level, 1),
    "translate_x": _moving(translate_x, "of the side", lambda level: int(level) / 32, 1),
    "translate_y": _moving(translate_y, "of the side", lambda level: int(level) / 32, 1),
    "rotate": _moving(rotate, "degrees", lambda level: float(int(3 * level)), 360),
    "cutout": Operation(cutout, "of the side", lambda level: int(2 * level) / 32, 0.0, (0.0, 2.0)),
    "invert": _fixed(invert),
    "autocontrast": _fixed(autocontrast),
    "equalize": _fixed(equalize),
    "solarize": Operation(
        _with_magnitude(solarize),
        "threshold",
        lambda level: 256.0 - int(level * 256 / 10),
        256.0,
        (0.0, 256.0),
    ),
    "posterize": Operation(
        _with_magnitude(posterize),
        "bits",
        lambda level: 4.0 - int(level * 4 / 10),
        8.0,
        (0.0, 8.0),
    ),
    "brightness": _blending(brightness),
    "colour": _blending(colour),
    "contrast": _blending(contrast),
    "sharpness": _blending(sharpness),
}


def apply(
    name: str,
    pictures: Tensor,
    magnitude: float | Tensor = 0.0,
    place: tuple[float, float] = (0.5, 0.5),
) -> Tensor:
    """Change pictures by one operation.

    Parameters
    ----------
    name
        One of `OPERATIONS`.
    pictures
        `uint8` `(N, 3, S, S)`.
    magnitude
        In the operation's own unit, for all pictures or one for each, `(N,)`; leave it out where
        the operation has none.
    place
        Where "cutout" hides its square, down and right, in fractions of the side.

    Returns
    -------
    Tensor
        `uint8` `(N, 3, S, S)`.

    Raises
    ------
    ValueError
        If there is no such operation, the pictures have another form, or the magnitude is out of
        range.
    """
    if name not in OPERATIONS:
        raise ValueError(f"operation is {name!r}; it must be one of {', '.join(OPERATIONS)}")
    _require_pictures(pictures)
    operation, count = OPERATIONS[name], len(pictures)
    magnitudes = torch.as_tensor(magnitude, dtype=torch.float32).expand(count)
    low, high = operation.valid
    if not bool(((magnitudes >= low) & (magnitudes <= high)).all()):
        raise ValueError(f"magnitude of {name} is {magnitude}; it must be from {low:g} to {high:g}")
    return operation.change(pictures, magnitudes, torch.tensor(place).expand(count, 2))


def _require_pictures(pictures: Tensor) -> None:
    shape = tuple(pictures.shape)
    if pictures.dtype != torch.uint8 or len(shape) != 4 or shape[1] != 3 or shape[2] != shape[3]:
        raise ValueError(f"pictures are {pictures.dtype} {shape}; they must be uint8 (N, 3, S, S)")


# The policy


class Step(NamedTuple):
    """An operation, how likely it is carried out, and its level from 0 to 10."""

    name: str
    probability: float
    level: int


class SubPolicy(NamedTuple):
    """Two operations, one after the other."""

    first: Step
    second: Step


def _read(table: str) -> tuple[SubPolicy, ...]:
    def step(text: str) -> Step:
        name, probability, level = text.split()
        return Step(name, float(probability), int(level))

    return tuple(SubPolicy(*map(step, line.split(","))) for line in table.split("\n") if line)


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
_OPERATION = torch.tensor([[_NAMES.index(step.name) for step in sub] for sub in POLICY])
_PROBABILITY = torch.tensor([[step.probability for step in sub] for sub in POLICY])
_MAGNITUDE = torch.tensor(
    [[OPERATIONS[step.name].at_level(step.level) for step in sub] for sub in POLICY]
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
    _require_pictures(pictures)
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
