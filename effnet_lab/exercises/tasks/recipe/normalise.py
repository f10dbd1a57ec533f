"""Pictures normalised with the mean and deviation of the training pictures."""

from random import Random
from typing import Any, TypeAlias

import numpy as np

from ...._slips import Function
from ... import About, Case, Task, slip

Array: TypeAlias = "np.ndarray[Any, Any]"

#: Axes of a batch (N, C, H, W) that a statistic of each channel goes over.
EACH_CHANNEL = (0, 2, 3)


def cases(random: Random) -> list[Case]:
    numpy = np.random.default_rng(random.getrandbits(32))
    return [
        dict(pictures=photos(numpy, 1, 2, 1, 2, lift=90), train=photos(numpy, 3, 2, 1, 2)),
        dict(pictures=photos(numpy, 2, 3, 3, 4, lift=60), train=photos(numpy, 5, 3, 3, 4)),
        dict(pictures=photos(numpy, 6, 3, 4, 2), train=photos(numpy, 4, 3, 4, 2, lift=30)),
    ]


def photos(random: np.random.Generator, *shape: int, lift: int = 0) -> Array:
    """Draw pictures whose channels and pictures differ in brightness and contrast."""
    channels = random.permutation(shape[1])[None, :, None, None]
    centre = 60 + lift + 25 * channels + random.integers(-15, 16, (shape[0], 1, 1, 1))
    pixels = centre + (8 + 6 * channels) * random.normal(size=shape)
    batch = pixels.round().clip(1, 254).astype(np.uint8)
    varied = batch.std(axis=EACH_CHANNEL).all()
    return batch if varied else photos(random, *shape, lift=lift)


def within_each(std: Array, values: Array) -> Array:
    """Return the mean of the pictures' own deviations."""
    return np.asarray(values.std(axis=(2, 3), keepdims=True).mean(axis=0))


def normalise(
    pictures: Array,
    train: Array,
    *,
    of: Function = lambda pictures, train: train,
    axes: tuple[int, ...] | None = EACH_CHANNEL,
    less: int = 0,
    taken: Function = lambda mean: mean,
    by: Function = lambda std, values: std,
) -> Array:
    values = of(pictures, train).astype(float)
    mean = values.mean(axis=axes, keepdims=True)
    std = values.std(axis=axes, keepdims=True, ddof=less)
    return np.asarray((pictures - taken(mean)) / by(std, values))


TASK = Task(
    right=normalise,
    rel=1e-4,
    absolute=1e-4,
    cases=cases,
    example=dict(
        pictures=np.array([[[[8]]], [[[4]]]], dtype=np.uint8),
        train=np.array([[[[2, 6]]]], dtype=np.uint8),
    ),
    about=About("Normalise as in training", points=12, importance=5, minutes=8),
    hints=(
        "Which of the two arrays may mean and deviation come from? Would the answer be another "
        "one for a single test picture?",
        "One number for each channel: go over all axes but the second, axis=(0, 2, 3).",
        "keepdims=True keeps the shape (1, C, 1, 1), which numpy stretches over the pictures.",
    ),
    slips=(
        slip("own-statistics", of=lambda pictures, train: pictures).says(
            "You take mean and deviation from the pictures themselves. They come from the training "
            "pictures: a network must see test pictures as it saw those."
        ),
        slip("both", of=lambda *both: np.concatenate(both)).says(
            "You take mean and deviation from training pictures and other pictures together. "
            "Nothing but the training pictures may be used."
        ),
        slip("all-channels-together", axes=None).says(
            "You take one mean and one deviation for all channels; each channel has its own."
        ),
        slip("each-picture-by-itself", of=lambda pictures, train: pictures, axes=(2, 3)).says(
            "You normalise each picture by itself. All get the same numbers, from the training "
            "pictures."
        ),
        slip("each-pixel-by-itself", axes=(0,)).says(
            "You take a mean and a deviation for each place in the picture. One for each channel, "
            "over all pictures and places."
        ),
        slip("mean-only", by=lambda std, values: 1).says(
            "You take the mean away and leave the deviation: divide by it."
        ),
        slip("deviation-only", taken=lambda mean: 0).says(
            "You divide by the deviation without taking the mean away first."
        ),
        slip("variance", by=lambda std, values: std**2).says(
            "You divide by the variance; its square root is the standard deviation."
        ),
        slip("one-less", less=1).says(
            "Your deviation divides by one less than the number of pixels; here it is the "
            "deviation of just these pixels, so divide by their number."
        ),
        slip("mean-of-deviations", by=within_each).says(
            "You average the deviations within each picture. The deviation over all pictures "
            "counts how these differ from each other, too."
        ),
        slip("from-0-to-1", lambda pictures, train: normalise(pictures / 255, train)).says(
            "You divide the pictures by 255, but not the training pictures that mean and deviation "
            "come from. Both or neither."
        ),
        slip("training-pictures", lambda pictures, train: normalise(train, train)).says(
            "You return the training pictures, normalised."
        ),
        slip("range", lambda pictures, train: pictures / 255).says(
            "You scale to the range from 0 to 1; asked for are mean and standard deviation."
        ),
        slip("exchanged-pictures-train").says(
            "You normalise the training pictures by the others; it is the other way round."
        ),
    ),
    also_right=(
        "def normalise(pictures, train):\n"
        "    pixels = np.float32(train).transpose(1, 0, 2, 3).reshape(train.shape[1], -1) / 255\n"
        "    mean, std = pixels.mean(axis=1), pixels.std(axis=1)\n"
        "    return ((pictures.transpose(0, 2, 3, 1) / 255 - mean) / std).transpose(0, 3, 1, 2)",
    ),
    wrong=(
        (
            "def normalise(pictures, train):\n"
            "    mean = train.mean(axis=(0, 2, 3))\n"
            "    return (pictures - mean) / train.std(axis=(0, 2, 3))",
            "broadcast",
        ),
    ),
)
