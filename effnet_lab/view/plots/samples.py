"""Pictures of a data set, a row for each class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..picture import Picture, frame
from ..style import TEXT, rc


def sample_pictures(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    classes: Sequence[str],
    per_class: int = 10,
) -> Picture:
    """Show the first pictures of each class.

    Parameters
    ----------
    images
        `(N, 3, S, S)`, 0 to 255.
    labels
        `(N,)`, indices into `classes`.
    classes
        Names.
    per_class
        Pictures in a row.

    Raises
    ------
    ValueError
        If there is no picture, or images and labels differ in number.
    """
    if len(images) == 0 or len(images) != len(labels):
        raise ValueError(f"{len(images)} pictures and {len(labels)} labels; they must pair up")
    counts = np.bincount(labels, minlength=len(classes))
    title = f"{per_class} of {len(images):,} training pictures in each of {len(classes)} classes"
    with rc():
        figure, box = frame(title, "", left=1.3, right=0.1, bottom=0.0, height=7.0, width=7.0)
        axes = figure.add_axes(box)
        axes.imshow(tiled(images, labels, len(classes), per_class), interpolation="none")
        side = images.shape[-1] + 2
        axes.set_yticks([side * (row + 0.5) for row in range(len(classes))], classes)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.tick_params(length=0, labelsize=TEXT)
        for spine in axes.spines.values():
            spine.set_visible(False)
    names = ", ".join(classes)
    rows = tuple((name, int(count)) for name, count in zip(classes, counts, strict=True))
    return Picture(
        figure,
        f"A sheet of sample pictures, one row for each class: {names}.",
        ("class", "training pictures"),
        rows,
    )


def tiled(
    images: NDArray[np.uint8], labels: NDArray[np.int64], classes: int, per_class: int
) -> NDArray[np.uint8]:
    """Lay the pictures out with a clear gap of two pixels, `(height, width, 4)`."""
    side = images.shape[-1]
    step = side + 2
    sheet = np.zeros((classes * step, per_class * step, 4), np.uint8)
    for label in range(classes):
        for place, index in enumerate(np.flatnonzero(labels == label)[:per_class]):
            top, left = label * step + 1, place * step + 1
            tile = sheet[top : top + side, left : left + side]
            tile[..., :3] = images[index].transpose(1, 2, 0)
            tile[..., 3] = 255
    return sheet
