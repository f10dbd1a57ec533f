"""Pictures of a batch mirrored, and shifted each in its own way."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeAlias

import numpy as np

from ... import About, Case, Task, slip

Array: TypeAlias = "np.ndarray[Any, Any]"


def cases(random: Random) -> list[Case]:
    numpy, many = np.random.default_rng(random.getrandbits(32)), random.randint(5, 7)
    return [
        drawn_batch(numpy, (1, 1, 2, 3), margin=1),
        drawn_batch(numpy, (2, 1, 2, 3), margin=1),
        drawn_batch(numpy, (many, 3, 5, 4), margin=2),
    ]


def drawn_batch(random: np.random.Generator, shape: Sequence[int], margin: int) -> Case:
    """Draw pictures, none of whose pixels is black."""
    down, right = random.integers(0, 2 * margin + 1, (2, shape[0]))
    pictures, mirrored = random.integers(1, 256, shape, np.uint8), random.random(shape[0]) < 0.5
    return dict(pictures=pictures, mirrored=mirrored, down=down, right=right, margin=margin)


def bordered(pictures: Array, margin: int, mode: Any = "constant") -> Array:
    return np.pad(pictures, [(0, 0), (0, 0), (margin, margin), (margin, margin)], mode=mode)


def flipped(pictures: Array, mirrored: Array, axes: tuple[int, ...] = (3,)) -> Array:
    return np.where(mirrored[:, None, None, None], np.flip(pictures, axes), pictures)


def augment(
    pictures: Array,
    mirrored: Array,
    down: Array,
    right: Array,
    margin: int,
    *,
    flip: Callable[[Array, Array], Array] = flipped,
    shift: Callable[[Array, Array, int], tuple[Array, Array]] = lambda d, r, margin: (d, r),
    mode: str = "constant",
) -> Array:
    height, width = pictures.shape[2:]
    whole = bordered(flip(pictures, mirrored), margin, mode)
    places = zip(whole, *shift(down, right, margin), strict=True)
    return np.stack([picture[:, y : y + height, x : x + width] for picture, y, x in places])


def mirrored_last(mirrored: Array, **case: Any) -> Array:
    return flipped(augment(mirrored=mirrored & False, **case), mirrored)


ONE, ZERO = np.array([[[[1, 2, 3], [4, 5, 6]]]], dtype=np.uint8), np.array([0])
COLUMNS = "Left and right are the last axis, the columns."

TASK = Task(
    right=augment,
    cases=cases,
    example=dict(pictures=ONE, mirrored=ZERO == 0, down=ZERO, right=ZERO, margin=1),
    about=About("Mirror and shift a batch", points=18, difficulty=3, importance=4, minutes=15),
    hints=(
        "Mirrored, the last axis runs backwards: [..., ::-1]. np.where takes from one of two "
        "arrays; give its condition the shape (N, 1, 1, 1), that it may be stretched.",
        "np.pad takes a pair for each axis: nothing for pictures and channels, (margin, "
        "margin) for rows and columns.",
        "A loop over pictures is fine: cut padded[n] at its rows down[n] to down[n] + height "
        "and its columns likewise, and np.stack the windows.",
    ),
    slips=(
        slip("not-mirrored", flip=lambda pictures, mirrored: pictures).says(
            "No picture is mirrored."
        ),
        slip("all-mirrored", flip=lambda pictures, mirrored: pictures[..., ::-1]).says(
            "You mirror all pictures; `mirrored` says which."
        ),
        slip("others-mirrored", flip=lambda pictures, mirrored: flipped(pictures, ~mirrored)).says(
            "You mirror the pictures where `mirrored` is False, and leave the others."
        ),
        *(
            slip(name, flip=lambda p, m, axes=axes: flipped(p, m, axes)).says(f"{off}. {COLUMNS}")
            for name, axes, off in (
                ("upside-down", (2,), "You turn pictures upside down"),
                ("turned-by-180-degrees", (2, 3), "You mirror both ways"),
                ("channels", (1,), "You turn the order of the channels round"),
                ("batch", (0,), "You turn the order of the pictures round"),
            )
        ),
        slip("mirrored-last", mirrored_last).says(
            "You mirror after the shift, so that mirrored pictures go the other way. Mirror first."
        ),
        slip("exchanged-down-right").says(
            "You exchange down and right: down counts rows (the third axis), right columns."
        ),
        slip("same-shift-for-all", shift=lambda d, r, margin: (0 * d + d[0], 0 * r + r[0])).says(
            "You cut all pictures at the place of the first; each has a place of its own."
        ),
        slip("rolled", mode="wrap").says(
            "What leaves on one side comes back on the other (np.roll). The border should be black."
        ),
        slip("edge-repeated", mode="edge").says(
            "Your border repeats the pixels of the edge; it should be black, 0."
        ),
        slip("reflected", mode="reflect").says(
            "Your border shows the picture again, mirrored; it should be black, 0."
        ),
        slip("other-way", shift=lambda d, r, margin: (2 * margin - d, 2 * margin - r)).says(
            "You shift the other way: with 0 and 0 the border is above and to the left."
        ),
        slip("not-shifted", shift=lambda d, r, margin: (0 * d + margin, 0 * r + margin)).says(
            "The pictures are mirrored, but not shifted."
        ),
        slip("shifted-down-only", shift=lambda d, r, margin: (d, 0 * r + margin)).says(
            "You shift up and down only; `right` says where the window begins from left to right."
        ),
        slip("shifted-right-only", shift=lambda d, r, margin: (0 * d + margin, r)).says(
            "You shift left and right only; `down` says where the window begins from top to bottom."
        ),
        slip(
            "padded-only",
            lambda pictures, mirrored, margin, **_: bordered(flipped(pictures, mirrored), margin),
        ).says("You return the pictures with their border; cut a window of the old size."),
        slip("floats", lambda **case: augment(**case).astype(float)).says(
            "The numbers are right, but they are floats: pixels stay what they were, uint8."
        ),
    ),
    also_right=(
        "def augment(pictures, mirrored, down, right, margin):\n"
        "    padded = np.pad(pictures, [(0, 0)] * 2 + [(margin, margin)] * 2)\n"
        "    padded[mirrored] = padded[mirrored][..., ::-1]\n"
        "    windows = np.lib.stride_tricks.sliding_window_view(\n"
        "        padded, pictures.shape[2:], axis=(2, 3))\n"
        "    return windows[np.arange(len(down)), :, down, right]",
    ),
    equivalent={"0 -> 1 (2)": "adds a black picture after the last one, which zip never reaches"},
)
