"""The fifteen operations on pictures that AutoAugment mixes, each on a whole batch.

Operations and levels are those of the authors' code for CIFAR-10 (Cubuk et al. 2019,
"AutoAugment: Learning Augmentation Strategies from Data"; tensorflow/models, research/autoaugment,
`augmentation_transforms.py`), with lengths in fractions of the side instead of pixels of 32. Two
things differ, each said where it stands: `equalize` does not round its step down, and space from
outside the picture is filled once.

Pictures are `uint8` `(N, 3, S, S)`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

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
    require_pictures(pictures)
    operation, count = OPERATIONS[name], len(pictures)
    magnitudes = torch.as_tensor(magnitude, dtype=torch.float32).expand(count)
    low, high = operation.valid
    if not bool(((magnitudes >= low) & (magnitudes <= high)).all()):
        raise ValueError(f"magnitude of {name} is {magnitude}; it must be from {low:g} to {high:g}")
    return operation.change(pictures, magnitudes, torch.tensor(place).expand(count, 2))


def require_pictures(pictures: Tensor) -> None:
    """Raise `ValueError` unless these are pictures `(N, 3, S, S)`, `uint8`."""
    shape = tuple(pictures.shape)
    if pictures.dtype != torch.uint8 or len(shape) != 4 or shape[1] != 3 or shape[2] != shape[3]:
        raise ValueError(f"pictures are {pictures.dtype} {shape}; they must be uint8 (N, 3, S, S)")
