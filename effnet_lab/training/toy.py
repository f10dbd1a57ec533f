"""The embedded toy set: ten classes of drawn 32x32 colour pictures, made in seconds.

A class is an outline (disc, square, triangle, ring or cross) filled with one of two fine textures
(stripes or checks). Place, size, rotation, colours, background and clutter vary, so the outline
asks for capacity; the texture's period is close to two pixels, so that it blurs when pictures are
shrunk, and resolution matters. Colours tell nothing about the class.

Only additions, multiplications, divisions and square roots are used, which every machine rounds
alike, so that the set is the same everywhere, bit for bit.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .dataset import DataSet, Images, Labels, Split, fingerprint, record_hashes

SHAPES = ("disc", "square", "triangle", "ring", "cross")
TEXTURES = ("striped", "checked")
TOY_CLASSES = tuple(f"{texture} {shape}" for texture in TEXTURES for shape in SHAPES)

SIDE = 32
CLUTTER = 3
TRAIN, VAL, TEST = 8_000, 2_000, 2_000

Floats = NDArray[np.float64]


@lru_cache(maxsize=2)
def load_toy(seed: int = 0) -> DataSet:
    """Draw the toy set: 8,000 training, 2,000 validation and 2,000 test pictures.

    Parameters
    ----------
    seed
        Another seed draws other pictures of the same classes.
    """
    images, labels = draw(TRAIN + VAL + TEST, seed)
    records = np.concatenate([labels.astype(np.uint8)[:, None], images.reshape(len(images), -1)], 1)
    bounds = ((0, TRAIN), (TRAIN, TRAIN + VAL), (TRAIN + VAL, None))
    splits = (Split(images[start:end], labels[start:end]) for start, end in bounds)
    return DataSet("toy", fingerprint(record_hashes(records)), TOY_CLASSES, *splits)


def draw(count: int, seed: int = 0) -> tuple[Images, Labels]:
    """Draw pictures of all classes in turn.

    Returns
    -------
    images, labels
        `uint8` `(count, 3, 32, 32)` and `int64` `(count,)`.
    """
    labels = np.arange(count, dtype=np.int64) % len(TOY_CLASSES)
    random = _Random(seed)
    parts = [_draw(part, random) for part in np.array_split(labels, 1 + count // 500)]
    return np.concatenate(parts), labels


class _Random:
    """Uniform numbers from the bits of PCG64, whose stream numpy never changes."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def __call__(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Floats:
        raw = self._bits.random_raw(int(np.prod(shape))) >> np.uint64(11)
        uniform: Floats = low + (high - low) * (raw.astype(np.float64) * 2.0**-53)
        return uniform.reshape(shape)

    def direction(self, count: int) -> tuple[Floats, Floats]:
        """Cosines and sines of random angles, `(count, 1, 1)`, without a trigonometric function."""
        x, y = self(count, 1, 1, low=-1), self(count, 1, 1, low=-1)
        length: Floats = np.sqrt(x * x + y * y) + 1e-12
        return x / length, y / length


def _draw(labels: Labels, random: _Random) -> Images:
    """Background, clutter, then the textured shape; `(n, 3, 32, 32)`."""
    n = len(labels)
    canvas = _background(n, random)
    for _ in range(CLUTTER):
        canvas = _paint(canvas, _stroke(n, random), random(n, 3, 1, 1))
    x, y = _coordinates(n, random)
    radius = random(n, 1, 1, low=8.5, high=12.5)
    outline = _cover(_distance(labels % len(SHAPES), x, y, radius))
    dark, light = _two_tones(n, random)
    tone = _texture(labels // len(SHAPES), n, random)[:, None]
    canvas = _paint(canvas, outline, dark + (light - dark) * tone)
    canvas = canvas + random(n, 3, SIDE, SIDE, low=-0.06, high=0.06)
    return (255 * np.clip(canvas, 0, 1) + 0.5).astype(np.uint8)


def _coordinates(
    n: int, random: _Random, low: float = 12, high: float = 20
) -> tuple[Floats, Floats]:
    """Coordinates of all pixels with a random origin and rotation, each `(n, 32, 32)`."""
    pixel = np.arange(SIDE) + 0.5
    across = pixel[None, None, :] - random(n, 1, 1, low=low, high=high)
    down = pixel[None, :, None] - random(n, 1, 1, low=low, high=high)
    cos, sin = random.direction(n)
    x: Floats = cos * across + sin * down
    y: Floats = cos * down - sin * across
    return x, y


def _distance(shapes: Labels, x: Floats, y: Floats, radius: Floats) -> Floats:
    """Distance of each pixel from the outline, negative inside (roughly, near corners)."""
    distance = np.empty_like(x)
    for shape, name in enumerate(SHAPES):
        these = shapes == shape
        distance[these] = _OUTLINES[name](x[these], y[these], radius[these])
    return distance


def _disc(x: Floats, y: Floats, radius: Floats) -> Floats:
    result: Floats = np.sqrt(x * x + y * y) - 0.9 * radius
    return result


def _square(x: Floats, y: Floats, radius: Floats) -> Floats:
    result: Floats = np.maximum(np.abs(x), np.abs(y)) - 0.8 * radius
    return result


def _triangle(x: Floats, y: Floats, radius: Floats) -> Floats:
    half_root_3 = 0.8660254037844386
    result: Floats = np.maximum(half_root_3 * np.abs(x) + 0.5 * y, -y) - 0.6 * radius
    return result


def _ring(x: Floats, y: Floats, radius: Floats) -> Floats:
    result: Floats = np.abs(np.sqrt(x * x + y * y) - 0.7 * radius) - 0.28 * radius
    return result


def _cross(x: Floats, y: Floats, radius: Floats) -> Floats:
    x, y = np.abs(x), np.abs(y)
    upright = np.maximum(x - 0.32 * radius, y - radius)
    result: Floats = np.minimum(upright, np.maximum(y - 0.32 * radius, x - radius))
    return result


_OUTLINES = {
    "disc": _disc,
    "square": _square,
    "triangle": _triangle,
    "ring": _ring,
    "cross": _cross,
}


def _cover(distance: Floats) -> Floats:
    """How much of each pixel lies inside, from 0 to 1."""
    return np.clip(0.5 - distance, 0, 1)


def _texture(textures: Labels, n: int, random: _Random) -> Floats:
    """Stripes, or checks of the same period and contrast; `(n, 32, 32)` from 0 to 1."""
    x, y = _coordinates(n, random)
    period = random(n, 1, 1, low=2.8, high=5)
    along, across = _wave(x / period), _wave(y / period)
    checks = along * across + (1 - along) * (1 - across)
    return np.where((textures == 0)[:, None, None], along, checks)


def _wave(phase: Floats) -> Floats:
    """Swing between 0 and 1 with period 1, in a triangle steepened to look like bands."""
    triangle = np.abs(2 * (phase - np.floor(phase)) - 1)
    return np.clip(2 * triangle - 0.5, 0, 1)


def _background(n: int, random: _Random) -> Floats:
    """Blend two colours along a direction, `(n, 3, 32, 32)`."""
    x, _ = _coordinates(n, random)
    blend = np.clip(0.5 + x / SIDE, 0, 1)[:, None]
    first, second = random(n, 3, 1, 1), random(n, 3, 1, 1)
    return first + (second - first) * blend


def _stroke(n: int, random: _Random) -> Floats:
    """Put a short bar somewhere; return its cover, `(n, 32, 32)`."""
    x, y = _coordinates(n, random, low=0, high=SIDE)
    length, width = random(n, 1, 1, low=2, high=8), random(n, 1, 1, low=0.7, high=2.5)
    return _cover(np.maximum(np.abs(x) - length, np.abs(y) - width))


def _two_tones(n: int, random: _Random) -> tuple[Floats, Floats]:
    """Draw two colours that differ by the same amount in each picture, `(n, 3, 1, 1)` each."""
    middle = random(n, 3, 1, 1, low=0.25, high=0.75)
    step = random(n, 3, 1, 1, low=-1)
    step = 0.45 * step / (np.sqrt((step * step).sum(1, keepdims=True)) + 1e-12)
    return middle - step, middle + step


def _paint(canvas: Floats, cover: Floats, colour: Floats) -> Floats:
    """Lay a colour over the canvas where the cover says."""
    return canvas + (colour - canvas) * cover[:, None]
