"""Assignment 06, quick training: a schedule, whole-batch augmentation, a loss, an honest choice.

The references are written in numpy, so that a check loads no torch; the tests compare them with
what the course trains with.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from statistics import fmean
from typing import Any

import numpy as np

from ...view.result import CheckResult
from ..judging import Slip, judge_calls, matches, part
from ..plain import Plain
from ..probes import recipe as probes
from ..probing import Inputs
from ..task import Assignment, Task, Written

#: Results may differ by this much from the reference where only rounding can differ.
_ROUNDING = 1e-9

#: And where float32 will do.
_SINGLE = 1e-4

# ------------------------------------------------------------------ the schedule


def _rate_inputs(seed: int) -> Inputs:
    random = Random(seed)
    peaks = [round(peak / 100, 2) for peak in random.sample(range(20, 300), 4)]
    few, many = 10 * random.randint(2, 5), 20 * random.randint(15, 40)
    warmup = random.choice((0.1, 0.25, 0.3, 0.4))
    first = round(few * 0.2)
    rising = random.randint(1, round(many * warmup) - 2)
    falling = random.sample(range(round(many * warmup) + 2, many - 2), 2)
    return {
        "cases": [
            {"step": first // 2, "steps": few, "peak": peaks[0]},
            {"step": first + random.randint(2, few // 2), "steps": few, "peak": peaks[0]},
            {"step": rising, "steps": many, "peak": peaks[1], "warmup": warmup},
            {"step": falling[0], "steps": many, "peak": peaks[2], "warmup": warmup},
            {"step": falling[1], "steps": many, "peak": peaks[2], "warmup": 0.0},
            {"step": 0, "steps": many, "peak": peaks[3], "warmup": 0.0},
            {"step": many, "steps": many, "peak": peaks[3], "warmup": warmup},
        ]
    }


def _schedule(
    rise: Callable[[float], float] = lambda share: share,
    fall: Callable[[float], float] = lambda share: (1 + math.cos(math.pi * share)) / 2,
    share_of_fall: Callable[[float, float], float] = lambda p, warmup: (p - warmup) / (1 - warmup),
    progress: Callable[[int, int], float] = lambda step, steps: step / steps,
) -> Any:
    """Return a schedule of one cycle, of which some part may be another one."""

    def rate(step: int, steps: int, peak: float, warmup: float = 0.2) -> float:
        p = progress(step, steps)
        if p < warmup:
            return peak * rise(p / warmup)
        return peak * fall(share_of_fall(p, warmup))

    return rate


_rate = _schedule()


def _warmup_in_steps(step: int, steps: int, peak: float, warmup: float = 0.2) -> float:
    rate: float = _rate(step, steps, peak, warmup / steps)
    return rate


_RATE_SLIPS = (
    Slip(
        "no-warmup",
        "You leave the warm-up out: the rate begins at 0 and rises to the peak first.",
        lambda step, steps, peak, warmup=0.2: _rate(step, steps, peak, 0.0),
    ),
    Slip(
        "warmup-at-the-peak",
        "During the warm-up your rate stands at the peak; it should rise to it from 0.",
        _schedule(rise=lambda share: 1.0),
    ),
    Slip(
        "warmup-in-steps",
        "You take `warmup` for a number of steps. It is a share of all steps: 0.2 of 100 steps are "
        "20.",
        _warmup_in_steps,
    ),
    Slip(
        "default-warmup",
        "You always warm up for a fifth, though `warmup` says how long.",
        lambda step, steps, peak, warmup=0.2: _rate(step, steps, peak),
    ),
    Slip(
        "cosine-over-all",
        "Your cosine begins with the first step, so the rate jumps when the warm-up ends. It "
        "should begin where the warm-up ends.",
        _schedule(share_of_fall=lambda p, warmup: p),
    ),
    Slip(
        "cosine-not-stretched",
        "Your cosine begins in the right place, but does not come down to 0 at the end: stretch it "
        "over the steps that remain after the warm-up.",
        _schedule(share_of_fall=lambda p, warmup: p - warmup),
    ),
    Slip(
        "linear-fall",
        "Your rate falls along a straight line; it should fall along half a cosine.",
        _schedule(fall=lambda share: 1 - share),
    ),
    Slip(
        "quarter-cosine",
        "You fall along a quarter of a cosine. Half of one, from 1 to -1, lifted and halved, is "
        "flat at both ends.",
        _schedule(fall=lambda share: math.cos(math.pi * share / 2)),
    ),
    Slip(
        "whole-cosine",
        "You go through a whole cosine, so the rate comes up again. Half of it (pi, not 2 pi) goes "
        "down to 0.",
        _schedule(fall=lambda share: (1 + math.cos(2 * math.pi * share)) / 2),
    ),
    Slip(
        "not-halved",
        "1 + cos begins at 2: halve it, so that the fall begins at the peak.",
        _schedule(fall=lambda share: 1 + math.cos(math.pi * share)),
    ),
    Slip(
        "bare-cosine",
        "A cosine goes down to -1; a rate must not be negative. Lift it by 1 and halve it.",
        _schedule(fall=lambda share: math.cos(math.pi * share)),
    ),
    Slip(
        "degrees",
        "math.cos wants radians: half a turn is pi, not 180.",
        _schedule(fall=lambda share: (1 + math.cos(180 * share)) / 2),
    ),
    Slip(
        "cosine-rise",
        "Your rate rises along a cosine, too; the warm-up is a straight line.",
        _schedule(rise=lambda share: (1 - math.cos(math.pi * share)) / 2),
    ),
    Slip(
        "one-step-ahead",
        "You are one step ahead: step 0 has no progress behind it.",
        _schedule(progress=lambda step, steps: (step + 1) / steps),
    ),
    Slip(
        "one-step-less",
        "You divide by steps - 1. The rate reaches 0 after the last step, when step equals steps.",
        _schedule(progress=lambda step, steps: step / (steps - 1)),
    ),
    Slip(
        "peak-left-out",
        "These are shares of the peak: multiply by it.",
        lambda step, steps, peak, warmup=0.2: _rate(step, steps, 1.0, warmup),
    ),
)


def _judge_rate(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "learning_rate", inputs["cases"], part(answer, "results"), _rate, _RATE_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ mirror and shift


def _augment_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    many = int(random.integers(5, 8))
    return {
        "cases": [
            _batch(random, (1, 1, 2, 3), 1, [False], [1], [2]),
            _batch(random, (2, 1, 2, 3), 1, [False, True], [2, 0], [1, 0]),
            _batch(
                random, (many, 3, 5, 4), 2, _mixed(random, many), _places(random, many, 4),
                _places(random, many, 4),
            ),
        ]
    }  # fmt: skip


def _batch(
    random: np.random.Generator, shape: tuple[int, ...], margin: int, mirrored: Sequence[bool],
    down: Sequence[int], right: Sequence[int],
) -> dict[str, Any]:  # fmt: skip
    """Draw pictures whose pixels are all different where there are few; none is black."""
    count = math.prod(shape)
    pixels = random.permutation(255)[:count] if count <= 255 else random.integers(0, 255, count)
    return {
        "pictures": (pixels + 1).astype(np.uint8).reshape(shape),
        "mirrored": np.array(mirrored),
        "down": np.array(down),
        "right": np.array(right),
        "margin": margin,
    }


def _mixed(random: np.random.Generator, count: int) -> list[bool]:
    """Draw truth values that are not all the same."""
    return [True, False, *(bool(value) for value in random.random(count - 2) < 0.5)]


def _places(random: np.random.Generator, count: int, last: int) -> list[int]:
    """Draw places from 0 to the last one; the first three lie at the ends and in between."""
    return [0, last, 1, *(int(value) for value in random.integers(0, last + 1, count - 3))]


_Mirror = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _mirror(pictures: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
    return np.where(mirrored[:, None, None, None], pictures[..., ::-1], pictures)


def _mirror_along(*axes: int) -> _Mirror:
    def mirror(pictures: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        return np.where(mirrored[:, None, None, None], np.flip(pictures, axes), pictures)

    return mirror


def _crops(
    pictures: np.ndarray, down: np.ndarray, right: np.ndarray, margin: int, mode: Any = "constant"
) -> np.ndarray:
    """Cut a window of each picture, with a border around it, at a place of its own."""
    height, width = pictures.shape[2:]
    border = ((0, 0), (0, 0), (margin, margin), (margin, margin))
    padded = np.pad(pictures, border, mode=mode)
    windows = [
        picture[:, y : y + height, x : x + width]
        for picture, y, x in zip(padded, down, right, strict=True)
    ]
    return np.stack(windows)


def _augmented(mirror: _Mirror = _mirror, crops: Callable[..., np.ndarray] = _crops) -> Any:
    """Return the augmentation with another way to mirror, or to shift."""

    def augment(
        pictures: np.ndarray, mirrored: np.ndarray, down: np.ndarray, right: np.ndarray, margin: int
    ) -> np.ndarray:
        return crops(mirror(pictures, mirrored), down, right, margin)

    return augment


_augment = _augmented()


def _mirrored_last(
    pictures: np.ndarray, mirrored: np.ndarray, down: np.ndarray, right: np.ndarray, margin: int
) -> np.ndarray:
    return _mirror(_crops(pictures, down, right, margin), mirrored)


_AUGMENT_SLIPS = (
    Slip(
        "not-mirrored",
        "No picture is mirrored.",
        _augmented(lambda pictures, mirrored: pictures),
    ),
    Slip(
        "all-mirrored",
        "You mirror all pictures; `mirrored` says which.",
        _augmented(lambda pictures, mirrored: pictures[..., ::-1]),
    ),
    Slip(
        "others-mirrored",
        "You mirror the pictures where `mirrored` is False, and leave the others.",
        _augmented(lambda pictures, mirrored: _mirror(pictures, ~mirrored)),
    ),
    Slip(
        "upside-down",
        "You turn pictures upside down. Left and right are the last axis, the columns.",
        _augmented(_mirror_along(2)),
    ),
    Slip(
        "turned-by-180-degrees",
        "You mirror both ways, left to right and top to bottom; left to right only.",
        _augmented(_mirror_along(2, 3)),
    ),
    Slip(
        "channels-mirrored",
        "You turn the order of the channels round. Left and right are the last axis, the columns.",
        _augmented(_mirror_along(1)),
    ),
    Slip(
        "batch-mirrored",
        "You turn the order of the pictures round. Left and right are the last axis, the columns.",
        _augmented(_mirror_along(0)),
    ),
    Slip(
        "mirrored-last",
        "You mirror after the shift, so the shift of a mirrored picture goes the other way. Mirror "
        "first.",
        _mirrored_last,
    ),
    Slip(
        "down-and-right-exchanged",
        "You exchange down and right: down counts rows (the third axis), right columns.",
        _augmented(crops=lambda p, down, right, margin: _crops(p, right, down, margin)),
    ),
    Slip(
        "same-shift-for-all",
        "You cut all pictures at the place of the first; each has a place of its own.",
        _augmented(
            crops=lambda p, down, right, margin: _crops(
                p, np.full_like(down, down[0]), np.full_like(right, right[0]), margin
            )
        ),
    ),
    Slip(
        "rolled",
        "What leaves on one side comes back on the other (np.roll). The border should be black.",
        _augmented(crops=lambda p, down, right, margin: _crops(p, down, right, margin, "wrap")),
    ),
    Slip(
        "edge-repeated",
        "Your border repeats the pixels of the edge; it should be black, 0.",
        _augmented(crops=lambda p, down, right, margin: _crops(p, down, right, margin, "edge")),
    ),
    Slip(
        "reflected",
        "Your border shows the picture again, mirrored; it should be black, 0.",
        _augmented(crops=lambda p, down, right, margin: _crops(p, down, right, margin, "reflect")),
    ),
    Slip(
        "other-direction",
        "You shift the other way. The window begins at row down, column right: with 0 and 0 the "
        "border is above and to the left.",
        _augmented(
            crops=lambda p, down, right, margin: _crops(
                p, 2 * margin - down, 2 * margin - right, margin
            )
        ),
    ),
    Slip(
        "not-shifted",
        "The pictures are mirrored, but not shifted.",
        _augmented(
            crops=lambda p, down, right, margin: _crops(
                p, np.full_like(down, margin), np.full_like(right, margin), margin
            )
        ),
    ),
    Slip(
        "shifted-down-only",
        "You shift up and down only; `right` says where the window begins from left to right.",
        _augmented(
            crops=lambda p, down, right, margin: _crops(
                p, down, np.full_like(right, margin), margin
            )
        ),
    ),
    Slip(
        "shifted-right-only",
        "You shift left and right only; `down` says where the window begins from top to bottom.",
        _augmented(
            crops=lambda p, down, right, margin: _crops(
                p, np.full_like(down, margin), right, margin
            )
        ),
    ),
    Slip(
        "padded-only",
        "You return the pictures with their border; cut a window of the old size from each.",
        _augmented(
            crops=lambda p, down, right, margin: np.pad(
                p, ((0, 0), (0, 0), (margin, margin), (margin, margin))
            )
        ),
    ),
    Slip(
        "floats",
        "The numbers are right, but they are floats: pixels stay what they were, uint8.",
        lambda **case: _augment(**case).astype(float),
    ),
)


def _judge_augment(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "augment", inputs["cases"], part(answer, "results"), _augment, _AUGMENT_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ normalisation


def _normalise_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    return {
        "cases": [
            {"pictures": _photos(random, (1, 2, 1, 2), 90), "train": _photos(random, (3, 2, 1, 2))},
            {"pictures": _photos(random, (2, 3, 3, 4), 60), "train": _photos(random, (5, 3, 3, 4))},
            {"pictures": _photos(random, (6, 3, 4, 2)), "train": _photos(random, (4, 3, 4, 2), 30)},
        ]
    }


def _photos(random: np.random.Generator, shape: tuple[int, ...], lift: int = 0) -> np.ndarray:
    """Draw pictures whose channels and pictures differ in brightness and contrast."""
    centre = 60 + lift + 25 * random.permutation(shape[1])[None, :, None, None]
    centre = centre + random.integers(-15, 16, (shape[0], 1, 1, 1))
    spread = 8 + 6 * random.permutation(shape[1])[None, :, None, None]
    while True:
        pixels = centre + spread * random.normal(size=shape)
        batch = pixels.round().clip(1, 254).astype(np.uint8)
        varied = [batch.std(axis=_ALL_BUT_CHANNELS).all(), len(batch) < 2 or batch.std(0).all()]
        if all(varied):  # any wrong deviation that one may divide by is above 0
            return batch


#: Axes of a batch (N, C, H, W) that a statistic of each channel goes over.
_ALL_BUT_CHANNELS = (0, 2, 3)


def _normalised(
    statistics: Callable[[np.ndarray, np.ndarray], tuple[Any, Any]],
) -> Any:
    """Return the normalisation by other statistics of (pictures, train)."""

    def normalise(pictures: np.ndarray, train: np.ndarray) -> np.ndarray:
        mean, std = statistics(pictures.astype(float), train.astype(float))
        return np.asarray((pictures - mean) / std)

    return normalise


def _over(values: np.ndarray, axes: tuple[int, ...] | None, ddof: int = 0) -> tuple[Any, Any]:
    """Return mean and standard deviation over axes, all if None."""
    return (
        values.mean(axis=axes, keepdims=True),
        values.std(axis=axes, keepdims=True, ddof=ddof),
    )


_normalise = _normalised(lambda pictures, train: _over(train, _ALL_BUT_CHANNELS))


def _split_statistics(pictures: np.ndarray, train: np.ndarray) -> tuple[Any, Any]:
    """Return the mean, and the mean of the pictures' own deviations."""
    mean, _ = _over(train, _ALL_BUT_CHANNELS)
    return mean, train.std(axis=(2, 3), keepdims=True).mean(axis=0, keepdims=True)


_NORMALISE_SLIPS = (
    Slip(
        "own-statistics",
        "You take mean and deviation from the pictures themselves. They come from the training "
        "pictures: a network must see test pictures as it saw those.",
        _normalised(lambda pictures, train: _over(pictures, _ALL_BUT_CHANNELS)),
    ),
    Slip(
        "both-together",
        "You take mean and deviation from training pictures and other pictures together. Nothing "
        "but the training pictures may be used.",
        _normalised(
            lambda pictures, train: _over(np.concatenate([train, pictures]), _ALL_BUT_CHANNELS)
        ),
    ),
    Slip(
        "all-channels-together",
        "You take one mean and one deviation for all channels; each channel has its own.",
        _normalised(lambda pictures, train: _over(train, None)),
    ),
    Slip(
        "each-picture-by-itself",
        "You normalise each picture by itself. All get the same numbers, from the training "
        "pictures.",
        _normalised(lambda pictures, train: _over(pictures, (2, 3))),
    ),
    Slip(
        "each-pixel-by-itself",
        "You take a mean and a deviation for each place in the picture. One for each channel, over "
        "all pictures and places.",
        _normalised(lambda pictures, train: _over(train, (0,))),
    ),
    Slip(
        "mean-only",
        "You take the mean away and leave the deviation: divide by it.",
        _normalised(lambda pictures, train: (_over(train, _ALL_BUT_CHANNELS)[0], 1.0)),
    ),
    Slip(
        "deviation-only",
        "You divide by the deviation without taking the mean away first.",
        _normalised(lambda pictures, train: (0.0, _over(train, _ALL_BUT_CHANNELS)[1])),
    ),
    Slip(
        "variance",
        "You divide by the variance; its square root is the standard deviation.",
        _normalised(
            lambda pictures, train: (
                _over(train, _ALL_BUT_CHANNELS)[0], _over(train, _ALL_BUT_CHANNELS)[1] ** 2,
            )
        ),
    ),
    Slip(
        "one-less",
        "Your deviation divides by one less than the number of pixels; here it is the deviation of "
        "just these pixels, so divide by their number.",
        _normalised(lambda pictures, train: _over(train, _ALL_BUT_CHANNELS, ddof=1)),
    ),
    Slip(
        "mean-of-deviations",
        "You average the deviations within each picture. The deviation over all pictures counts "
        "how these differ from each other, too.",
        _normalised(_split_statistics),
    ),
    Slip(
        "pictures-from-0-to-1",
        "You divide the pictures by 255, but not the training pictures that mean and deviation "
        "come from. Both or neither.",
        lambda pictures, train: _normalise(pictures / 255, train),
    ),
    Slip(
        "training-pictures",
        "You return the training pictures, normalised.",
        lambda pictures, train: _normalise(train, train),
    ),
    Slip(
        "range",
        "You scale to the range from 0 to 1; asked for are mean and standard deviation.",
        lambda pictures, train: pictures / 255,
    ),
    Slip(
        "parameters-exchanged",
        "You normalise the training pictures by the others; it is the other way round.",
        lambda pictures, train: _normalise(train, pictures),
    ),
)  # fmt: skip


def _judge_normalise(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "normalise", inputs["cases"], part(answer, "results"), _normalise, _NORMALISE_SLIPS,
        rel=_SINGLE, absolute=_SINGLE, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ stochastic depth


def _drop_inputs(seed: int) -> Inputs:
    random = Random(seed)
    rates = [round(rate / 100, 2) for rate in random.sample(range(5, 60), 3)]
    return {
        "cases": [
            {"skips": [True, False, True], "rate": rates[0]},
            {"skips": _some_skips(random, 7), "rate": rates[1]},
            {"skips": _some_skips(random, random.randint(11, 16)), "rate": rates[2]},
        ]
    }


def _some_skips(random: Random, count: int) -> list[bool]:
    """Draw which blocks have a skip: about half, the last but one among them."""
    skips = [True] * (count // 2) + [False] * (count - count // 2)
    while True:
        random.shuffle(skips)
        if skips[-2] and not skips[0] and skips != skips[::-1]:
            return list(skips)


def _drops(rule: Callable[[int, int], float]) -> Any:
    """Return the function that gives block i of n its share of the rate, if it has a skip."""

    def rates(skips: Sequence[bool], rate: float) -> list[float]:
        return [rate * rule(i, len(skips)) if skip else 0.0 for i, skip in enumerate(skips)]

    return rates


_drop_rates = _drops(lambda i, n: i / n)


def _among_skips(of_all: bool) -> Any:
    """Return the function that counts only the blocks with a skip."""

    def rates(skips: Sequence[bool], rate: float) -> list[float]:
        count = len(skips) if of_all else sum(skips)
        return [rate * sum(skips[:i]) / count if skip else 0.0 for i, skip in enumerate(skips)]

    return rates


_DROP_SLIPS = (
    Slip(
        "blocks-without-skip",
        "A block without a skip cannot be left out: nothing would get past it. Its rate is 0.",
        lambda skips, rate: _drop_rates([True] * len(skips), rate),
    ),
    Slip(
        "counted-from-one",
        "You count blocks from 1. The first block is number 0, and is never left out.",
        _drops(lambda i, n: (i + 1) / n),
    ),
    Slip(
        "last-has-the-whole-rate",
        "You divide by one less than the number of blocks, so that the last one has the whole "
        "rate. Divide by the number of blocks.",
        _drops(lambda i, n: i / (n - 1)),
    ),
    Slip(
        "same-for-all",
        "You give all blocks the same rate. It grows with the block's place: early blocks are "
        "needed by all that follow.",
        _drops(lambda i, n: 1.0),
    ),
    Slip(
        "same-for-all-and-no-skip",
        "You give all blocks the same rate, also those without a skip.",
        lambda skips, rate: [rate] * len(skips),
    ),
    Slip(
        "counted-among-skips",
        "You number only the blocks that have a skip. Number all blocks, and divide by their "
        "number.",
        _among_skips(of_all=False),
    ),
    Slip(
        "numbered-among-skips",
        "You number only the blocks that have a skip. Number all blocks.",
        _among_skips(of_all=True),
    ),
    Slip(
        "divided-by-skips",
        "You divide by the number of blocks that have a skip; divide by the number of all blocks.",
        lambda skips, rate: [
            rate * i / sum(skips) if skip else 0.0 for i, skip in enumerate(skips)
        ],
    ),
    Slip(
        "falling",
        "Your rate falls with the block's place; it should grow.",
        _drops(lambda i, n: (n - i) / n),
    ),
    Slip(
        "falling-from-the-last",
        "Your rate falls with the block's place; it should grow.",
        _drops(lambda i, n: (n - 1 - i) / n),
    ),
    Slip(
        "survival",
        "These are the chances to stay; asked for are the chances to be left out.",
        lambda skips, rate: [1 - dropped for dropped in _drop_rates(skips, rate)],
    ),
    Slip(
        "no-entry-without-skip",
        "You leave out the blocks without a skip; every block has a place in the list, these with "
        "0.",
        lambda skips, rate: [
            dropped for dropped, skip in zip(_drop_rates(skips, rate), skips, strict=True) if skip
        ],
    ),
    Slip(
        "shares",
        "These are shares of the rate: multiply by it.",
        lambda skips, rate: _drop_rates(skips, 1.0),
    ),
    Slip(
        "skip-turned-round",
        "You leave out the blocks that have no skip: the ones that cannot be left out.",
        lambda skips, rate: _drop_rates([not skip for skip in skips], rate),
    ),
)  # fmt: skip


def _judge_drop(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "drop_rates", inputs["cases"], part(answer, "results"), _drop_rates, _DROP_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ label smoothing


def _loss_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    smoothing = [round(float(share), 2) for share in random.uniform(0.05, 0.4, 3)]
    return {
        "cases": [
            _outputs(random, 1, 3),
            _outputs(random, 1, 4, smoothing[0]),
            _outputs(random, 3, 4, smoothing[1]),
            _outputs(random, 7, 10, smoothing[2]),
            _outputs(random, 2, 5, 0.1, (900, 1200)),
            _outputs(random, 2, 5, 0.1, (1200, -1200)),
        ]
    }


def _outputs(
    random: np.random.Generator, pictures: int, classes: int, smoothing: float = 0.0,
    lifts: Sequence[float] = (),
) -> dict[str, Any]:  # fmt: skip
    """Draw what a network puts out for some pictures, and their labels; each row may be lifted."""
    lift = np.array(lifts or [0.0] * pictures)[:, None]
    case: dict[str, Any] = {
        "logits": random.normal(0, 2, (pictures, classes)).round(1) + lift,
        "labels": random.integers(0, classes, pictures),
    }
    return case | {"smoothing": smoothing} if smoothing else case


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    above = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(above - np.log(np.exp(above).sum(axis=1, keepdims=True)))


def _one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.asarray(np.arange(classes) == labels[:, None], dtype=float)


def _loss_by(
    targets: Callable[[np.ndarray, float], np.ndarray],
    logs: Callable[[np.ndarray], np.ndarray] = _log_softmax,
    average: Callable[[np.ndarray], Any] = lambda each: each.sum(axis=1).mean(),
) -> Any:
    """Return the loss with other targets, logarithms of probabilities, or another mean."""

    def loss(logits: np.ndarray, labels: np.ndarray, smoothing: float = 0.0) -> float:
        goal = targets(_one_hot(labels, logits.shape[1]), smoothing)
        return float(average(-goal * logs(logits)))

    return loss


def _smoothed(one_hot: np.ndarray, smoothing: float) -> np.ndarray:
    return np.asarray((1 - smoothing) * one_hot + smoothing / one_hot.shape[1])


_loss = _loss_by(_smoothed)


def _of_smoothed_probabilities(
    logits: np.ndarray, labels: np.ndarray, smoothing: float = 0.0
) -> float:
    """Smooth what the network says, in place of what it should say."""
    right = np.exp(_log_softmax(logits))[np.arange(len(labels)), labels]
    return float(-np.log((1 - smoothing) * right + smoothing / logits.shape[1]).mean())


_LOSS_SLIPS = (
    Slip(
        "no-smoothing",
        "You leave the smoothing out: that is the plain cross-entropy.",
        _loss_by(lambda one_hot, smoothing: one_hot),
    ),
    Slip(
        "spread-over-the-others",
        "You spread the share over the wrong classes only. It goes to all classes evenly, the "
        "right one among them.",
        _loss_by(
            lambda one_hot, smoothing: (1 - smoothing) * one_hot
            + smoothing / (one_hot.shape[1] - 1) * (1 - one_hot)
        ),
    ),
    Slip(
        "right-class-without-its-share",
        "Your targets do not add up to 1: the right class gets its part of the spread share, too.",
        _loss_by(
            lambda one_hot, smoothing: (1 - smoothing) * one_hot
            + smoothing / one_hot.shape[1] * (1 - one_hot)
        ),
    ),
    Slip(
        "nothing-taken-away",
        "Your targets add up to more than 1: what is spread over all classes is taken from the "
        "right one.",
        _loss_by(lambda one_hot, smoothing: one_hot + smoothing / one_hot.shape[1]),
    ),
    Slip(
        "not-divided-by-classes",
        "You give every class the whole share; it is spread over all of them: divide it by their "
        "number.",
        _loss_by(lambda one_hot, smoothing: (1 - smoothing) * one_hot + smoothing),
    ),
    Slip(
        "nothing-spread",
        "You take the share from the right class, and give it to none. It is spread over all.",
        _loss_by(lambda one_hot, smoothing: (1 - smoothing) * one_hot),
    ),
    Slip(
        "shares-exchanged",
        "You give the right class the share `smoothing`, and spread the rest. It is the other way "
        "round.",
        _loss_by(
            lambda one_hot, smoothing: smoothing * one_hot + (1 - smoothing) / one_hot.shape[1]
        ),
    ),
    Slip(
        "probabilities-smoothed",
        "You smooth what the network says. It is the target that is smoothed.",
        _of_smoothed_probabilities,
    ),
    Slip(
        "sum-over-pictures",
        "You add the losses of the pictures; take their mean.",
        _loss_by(_smoothed, average=lambda each: each.sum()),
    ),
    Slip(
        "mean-over-classes",
        "You take the mean over classes, too. They are added up; the mean is over pictures.",
        _loss_by(_smoothed, average=lambda each: each.mean()),
    ),
    Slip(
        "sign",
        "The sign is wrong: logarithms of probabilities are negative, a loss is positive.",
        lambda **case: -_loss(**case),
    ),
    Slip(
        "binary-logarithm",
        "You take logarithms to base 2; a loss is in natural ones.",
        lambda **case: _loss(**case) / math.log(2),
    ),
    Slip(
        "no-softmax",
        "You use the logits as if they were logarithms of probabilities. Softmax makes them "
        "probabilities first.",
        _loss_by(_smoothed, logs=lambda logits: logits),
    ),
    Slip(
        "no-logarithm",
        "You use the probabilities themselves; the loss takes their logarithms.",
        _loss_by(_smoothed, logs=lambda logits: np.exp(_log_softmax(logits))),
    ),
    Slip(
        "softmax-over-pictures",
        "Your probabilities add up to 1 over the pictures. They must do so over the classes, in "
        "each row.",
        _loss_by(_smoothed, logs=lambda logits: _log_softmax(logits.T).T),
    ),
)  # fmt: skip


def _judge_loss(inputs: Inputs, answer: Plain) -> CheckResult:
    results = part(answer, "results")
    result = judge_calls(
        "smoothed_loss", inputs["cases"], results, _loss, _LOSS_SLIPS,
        rel=_SINGLE, absolute=1e-6, after=part(answer, "after"),
    )  # fmt: skip
    if result.passed or result.slip:
        return result
    finite = [type(got) in (int, float) and math.isfinite(got) for got in results]
    if all(finite[:4]) and not all(finite):
        why = (
            "The exponential of a large logit is too large for a float, and that of a very small "
            "one is 0. Only differences of logits count: take the largest of each row away first."
        )
        return replace(result, message=f"{result.message} {why}", slip="overflow")
    return result


# ------------------------------------------------------------------ an honest choice


_Group = list[dict[str, Any]]


def _choice_inputs(seed: int) -> Inputs:
    """Draw runs such that no two ways to choose agree on all of them."""
    random = Random(seed)
    while True:
        cases = [
            _runs(random, {"base": 2, "AutoAugment": 2}),
            _runs(random, {"base": 3, "hot": 2, "drop path": 4, "smoothing": 3}),
            _runs(random, {"flip": 2, "base": 5, "dropout": 3, "average": 4, "cold": 2}),
            _runs(random, {"base": 3, "flip": 2, "smoothing": 4}, same=True),
        ]
        groups = [_grouped(runs) for runs in cases]
        chosen = {tuple(_first_by(g, score) for g in groups) for score in _SCORES}
        if len(chosen) == len(_SCORES):
            return {"cases": [{"runs": runs} for runs in cases]}


def _runs(random: Random, seeds: Mapping[str, int], same: bool = False) -> _Group:
    """Draw runs in disorder.

    With `same` the recipe with the best mean on validation has the best mean on the test pictures,
    too, else another one has.
    """
    count = sum(seeds.values())
    while True:
        val, test = (random.sample(range(600, 700), count) for _ in range(2))
        runs = [
            {"recipe": name, "seed": seed, "val": val.pop() / 10, "test": test.pop() / 10}
            for name, many in seeds.items() for seed in range(many)
        ]  # fmt: skip
        random.shuffle(runs)
        if _is_clear(_grouped(runs), same):
            return runs


def _is_clear(groups: Mapping[str, _Group], same: bool) -> bool:
    """Whether no two means are equal, and the best single test is another recipe's."""
    right, by_test = _first_by(groups, _mean_val), _first_by(groups, _mean_test)
    means = [round(mean(g), 6) for g in groups.values() for mean in (_mean_val, _mean_test)]
    return (
        (by_test == right) == same
        and len(set(means)) == len(means)
        and _first_by(groups, _best("test")) != right
    )


def _grouped(runs: _Group) -> dict[str, _Group]:
    """Return the runs of each recipe, in the order in which recipes come first."""
    groups: dict[str, _Group] = {}
    for run in runs:
        groups.setdefault(run["recipe"], []).append(run)
    return groups


def _mean_of(name: str) -> Callable[[_Group], float]:
    return lambda group: fmean([run[name] for run in group])


_mean_val, _mean_test = _mean_of("val"), _mean_of("test")


def _best(name: str) -> Callable[[_Group], float]:
    return lambda group: max(run[name] for run in group)


def _sum_val(group: _Group) -> float:
    return float(sum(run["val"] for run in group))


def _last_val(group: _Group) -> float:
    return float(group[-1]["val"])


def _worst_mean(group: _Group) -> float:
    return -_mean_val(group)


#: Ways to judge a recipe; the first one is right.
_SCORES = (
    _mean_val, _mean_test, _best("val"), _best("test"), _sum_val, _last_val, _worst_mean,
)  # fmt: skip


def _first_by(groups: Mapping[str, _Group], score: Callable[[_Group], float]) -> str:
    return max(groups, key=lambda name: score(groups[name]))


def _best_mean_test(groups: Mapping[str, _Group], reported: float) -> float:
    return max(map(_mean_test, groups.values())) - reported


def _choice(
    score: Callable[[_Group], float] = _mean_val,
    report: Callable[[_Group], float] = _mean_test,
    flattery: Callable[[Mapping[str, _Group], float], float] = _best_mean_test,
) -> Any:
    """Return the choice by another score, or with other things reported."""

    def choose(runs: _Group) -> dict[str, Any]:
        groups = _grouped(runs)
        chosen = _first_by(groups, score)
        reported = report(groups[chosen])
        return {"recipe": chosen, "test": reported, "flattery": flattery(groups, reported)}

    return choose


_choose = _choice()

_ONE_RUN = "The best single run is the luckiest one: a recipe is judged by the mean over its seeds."


def _test_of_best_seed(group: _Group) -> float:
    return float(max(group, key=lambda run: run["val"])["test"])


def _choice_variants() -> Iterator[Slip]:
    """Yield the slips of what is chosen, each with the usual mistakes in what is reported."""
    scores: dict[str, tuple[str, Callable[[_Group], float]]] = {
        "chosen-by-test": (
            "You choose by the test accuracy, and so spoil it: what is chosen by a number looks "
            "better on it than it is. Choose by validation.",
            _mean_test,
        ),
        "chosen-by-best-run": (f"You choose the recipe of the best run. {_ONE_RUN}", _best("val")),
        "chosen-by-best-test": (
            "You choose the recipe of the best test accuracy of all: by test, and by a single run. "
            "Choose by the mean validation accuracy.",
            _best("test"),
        ),
        "chosen-by-sum": (
            "You add up the validation accuracies. Recipes with more seeds get more: take means.",
            _sum_val,
        ),
        "chosen-by-last-seed": (
            "You keep one run of each recipe, the last in the list. Take the mean of all its runs.",
            _last_val,
        ),
        "chosen-the-worst": ("You choose the recipe that is worst on validation.", _worst_mean),
    }
    reports: dict[str, Callable[[_Group], float]] = {
        "": _mean_test,
        "-its-test": _test_of_best_seed,
        "-best-test": _best("test"),
        "-last-test": lambda group: float(group[-1]["test"]),
    }
    for name, (says, score) in scores.items():
        for suffix, report in reports.items():
            yield Slip(f"{name}{suffix}", says, _choice(score, report))


_CHOICE_SLIPS = (
    Slip(
        "validation-reported",
        "The recipe is right. What you report is its validation accuracy, by which it was chosen; "
        "report its test accuracy.",
        _choice(report=_mean_val),
    ),
    Slip(
        "best-seed-reported",
        f"The recipe is right. What you report is its best seed on the test pictures. {_ONE_RUN}",
        _choice(report=_best("test")),
    ),
    Slip(
        "test-of-best-seed-reported",
        "The recipe is right. What you report is the test accuracy of the seed that is best on "
        "validation; report the mean over its seeds.",
        _choice(report=_test_of_best_seed),
    ),
    Slip(
        "flattery-turned-round",
        "The sign of the flattery is wrong: the other report would be higher, or the same.",
        _choice(flattery=lambda groups, reported: -_best_mean_test(groups, reported)),
    ),
    Slip(
        "flattery-by-single-run",
        "Your flattery looks at the best single test accuracy. It asks for the best mean over "
        "seeds.",
        _choice(
            flattery=lambda groups, reported: max(map(_best("test"), groups.values())) - reported
        ),
    ),
    Slip(
        "flattery-is-the-other-report",
        "That is what the other report would say. By how much is it higher than yours?",
        _choice(flattery=lambda groups, reported: max(map(_mean_test, groups.values()))),
    ),
    Slip(
        "flattery-by-validation",
        "Your flattery is how far validation lies above test for your recipe. It asks what would "
        "have been reported after choosing by test.",
        _choice(flattery=lambda groups, reported: max(map(_mean_val, groups.values())) - reported),
    ),
    Slip(
        "flattery-left-at-zero",
        "Your flattery is always 0. Choose by test once more, only to see what that would have "
        "reported.",
        _choice(flattery=lambda groups, reported: 0.0),
    ),
    *_choice_variants(),
)


def _judge_choice(inputs: Inputs, answer: Plain) -> CheckResult:
    cases, results = inputs["cases"], part(answer, "results")
    result = judge_calls(
        "choose_recipe", cases, results, _choose, _CHOICE_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip
    if result.passed or not isinstance(results, list):
        return result
    for case, got in zip(cases, results, strict=False):
        if not matches(got, _choose(**case), _ROUNDING, _ROUNDING):
            return replace(result, message=f"{result.message} {_means_text(case['runs'])}")
    return result


def _means_text(runs: _Group) -> str:
    """Tell the means of each recipe: the list of runs is too long to be shown as a whole."""
    rows = [
        f"{name} {_mean_val(group):.2f} and {_mean_test(group):.2f}"
        for name, group in _grouped(runs).items()
    ]
    return f"The means over seeds here, validation and test: {'; '.join(rows)}."


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="recipe.learning_rate",
        title="The learning rate of a step",
        points=12,
        needs=("learning_rate",),
        inputs=_rate_inputs,
        probe=probes.learning_rate,
        judge=_judge_rate,
        hints=(
            "How far is the training? A share of 0 to 1 makes the rest easier. Two cases follow: "
            "before the end of the warm-up, and after it.",
            "After the warm-up, work out how much of the *fall* is behind you: 0 where the warm-up "
            "ends, 1 at the end of the training.",
            "cos(pi * x) goes from 1 down to -1 while x goes from 0 to 1. Add 1 and halve it. For "
            "warmup=0 there must be no division by zero: which comparison takes care of that?",
        ),
        difficulty=2,
        importance=5,
        minutes=10,
    ),
    Task(
        name="recipe.augment",
        title="Mirror and shift a batch",
        points=18,
        needs=("augment",),
        inputs=_augment_inputs,
        probe=probes.augment,
        judge=_judge_augment,
        hints=(
            "Mirrored, the last axis runs backwards: [..., ::-1]. np.where takes from one of two "
            "arrays; give its condition the shape (N, 1, 1, 1), that it may be stretched.",
            "np.pad takes a pair for each axis: nothing for pictures and channels, (margin, "
            "margin) for rows and columns.",
            "A loop over pictures is fine: cut padded[n] at its rows down[n] to down[n] + height "
            "and its columns likewise, and np.stack the windows.",
        ),
        difficulty=3,
        importance=4,
        minutes=15,
    ),
    Task(
        name="recipe.normalise",
        title="Normalise as in training",
        points=12,
        needs=("normalise",),
        inputs=_normalise_inputs,
        probe=probes.normalise,
        judge=_judge_normalise,
        hints=(
            "Which of the two arrays may mean and deviation come from? Would the answer be another "
            "one for a single test picture?",
            "One number for each channel: go over all axes but the second, axis=(0, 2, 3).",
            "keepdims=True keeps the shape (1, C, 1, 1), which numpy stretches over the pictures.",
        ),
        difficulty=2,
        importance=5,
        minutes=8,
    ),
    Task(
        name="recipe.drop_rates",
        title="Which blocks are left out how often",
        points=10,
        needs=("drop_rates",),
        inputs=_drop_inputs,
        probe=probes.drop_rates,
        judge=_judge_drop,
        hints=(
            "What would come out of a block without a skip, if its body were left out?",
            "enumerate gives each block its number. All blocks are numbered, also those that "
            "cannot be left out.",
            "Number over number of blocks, times the rate; or 0 without a skip.",
        ),
        difficulty=1,
        importance=3,
        minutes=6,
    ),
    Task(
        name="recipe.smoothed_loss",
        title="A loss with smoothed labels",
        points=16,
        needs=("smoothed_loss",),
        inputs=_loss_inputs,
        probe=probes.smoothed_loss,
        judge=_judge_loss,
        hints=(
            "Three steps: logarithms of the probabilities, targets of the same shape, and minus "
            "the sum of their products for each picture.",
            "The logarithm of a softmax is the logit less the logarithm of the sum of all "
            "exponentials of its row. Take the largest logit of each row away before that.",
            "Targets: the share smoothing / classes for every class, and 1 - smoothing more for "
            "the right one. np.arange(classes) == labels[:, None] says where that is.",
        ),
        difficulty=4,
        importance=4,
        minutes=16,
    ),
    Task(
        name="recipe.choose_recipe",
        title="Choose, then report",
        points=14,
        needs=("choose_recipe",),
        inputs=_choice_inputs,
        probe=probes.choose_recipe,
        judge=_judge_choice,
        hints=(
            "Collect the runs of each recipe first: a dict from its name to a list of runs.",
            "Two means for each recipe, of validation and of test. Only one of them may take part "
            "in the choice.",
            "max(means, key=means.get) gives the name with the largest mean. For the flattery, do "
            "the same with the test means, and take your report away.",
        ),
        difficulty=3,
        importance=5,
        minutes=12,
    ),
)

WRITTEN = (Written("recipe.argue", "Argue for a recipe", 18, minutes=20),)

ASSIGNMENT = Assignment("recipe", "Quick training", "06_quick_training", TASKS, WRITTEN)
