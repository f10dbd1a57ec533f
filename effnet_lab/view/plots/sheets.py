"""Sheets of a data set's pictures: of each class, under several treatments, by sub-policies."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .. import style
from ..picture import Cell, Picture, frame, text_size, wrapped_lines

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]

#: Pictures in a row: more would be smaller than `_LEAST` on a page.
MOST_PICTURES = 8

#: Sub-policies that still fit a page.
MOST_DRAWN = 24

#: Inches: the page, the smallest and the largest picture (64 and 120 screen pixels), labels.
_PAGE, _LEAST, _LARGEST, _LABEL, _EDGE = 8.0, 64 / 96, 120 / 96, 1.7, 0.15

#: Pictures in a row of `policy_sheet`, and inches between them.
_ACROSS, _BETWEEN = 6, 0.12

_FONT: dict[str, Any] = {"size": style.SMALL}

_CHANGE = "mean change of a value (0 to 255)"


# ------------------------------------------------------------------ a row for each class


def sample_pictures(
    images: Images, labels: Labels, classes: Sequence[str], per_class: int = 10
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
    with style.rc():
        figure, box = frame(title, "", left=1.3, right=0.1, bottom=0.0, height=7.0, width=7.0)
        _draw_rows(figure.add_axes(box), images, labels, classes, per_class)
    names = ", ".join(classes)
    rows = tuple((name, int(count)) for name, count in zip(classes, counts, strict=True))
    alt = f"A sheet of sample pictures, one row for each class: {names}."
    return Picture(figure, alt, ("class", "training pictures"), rows)


# ------------------------------------------------------------------ a row for each treatment


def augmentation_sheet(rows: Mapping[str, Images]) -> Picture:
    """Show the same pictures under several treatments: a row for each, a column for each picture.

    Parameters
    ----------
    rows
        Treatment -> `(N, 3, S, S)`, 0 to 255, the same N pictures in the same order; the first
        treatment, such as "as it is", is what the others are compared with.

    Raises
    ------
    ValueError
        If there is no treatment, the arrays differ in shape or are not such pictures, or there
        are more than `MOST_PICTURES`.
    """
    _require_rows(rows)
    first = next(iter(rows.values()))
    count, side = len(first), first.shape[-1]
    title, caption = _sheet_title(rows), _sheet_caption(rows)
    with style.rc():
        names = _side_labels(list(rows))
        left = max(_width(name) for name in names) + 0.35
        step = max(_LEAST * (side + 2) / side, min(_LARGEST, (_PAGE - left - _EDGE) / count))
        figure, box = _frame_around(
            title, caption, step * count, step * len(rows), left=left, bottom=0.1
        )
        every, labels = np.concatenate(list(rows.values())), np.repeat(np.arange(len(rows)), count)
        _draw_rows(figure.add_axes(box), every, labels, names, count)
    table = tuple(
        (name, count, _how_many(images, first), _mean_change(images, first))
        for name, images in rows.items()
    )
    columns = ("treatment", "pictures", "pictures changed", _CHANGE)
    said = "; ".join(f"{name}: {many} of {count} changed" for name, _, many, _ in table)
    alt = f"{title}. A sheet of pictures, one row for each treatment. {said}. {caption}."
    return Picture(figure, alt, columns, table)


def _require_rows(rows: Mapping[str, Images]) -> None:
    if not rows:
        raise ValueError("there are no treatments to show")
    for name, images in rows.items():
        _require_pictures(repr(name), images)
    shapes = {images.shape for images in rows.values()}
    if len(shapes) > 1:
        found = ", ".join(f"{name!r} {images.shape}" for name, images in rows.items())
        raise ValueError(f"treatments differ in shape: {found}; they must be of the same pictures")
    count = len(next(iter(rows.values())))
    if not 1 <= count <= MOST_PICTURES:
        raise ValueError(f"there are {count} pictures; there must be 1 to {MOST_PICTURES}")


def _require_pictures(name: str, images: Images) -> None:
    shape = np.shape(images)
    square = len(shape) == 4 and shape[1] == 3 and shape[2] == shape[3] > 0
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or not square:
        kind = getattr(images, "dtype", type(images).__name__)
        raise ValueError(f"{name} is {kind} {shape}; pictures must be an array, uint8 (N, 3, S, S)")


def _sheet_title(rows: Mapping[str, Images]) -> str:
    """Say how many pictures each treatment changes."""
    (plain, first), *others = rows.items()
    pictures = "One picture" if len(first) == 1 else f"The same {len(first)} pictures"
    if not others:
        return f"{pictures}: {plain}"
    counts = ", ".join(f"{name} {_how_many(images, first)}" for name, images in others)
    return f"{pictures} in {len(rows)} treatments. Changed: {counts}"


def _sheet_caption(rows: Mapping[str, Images]) -> str:
    first, *others = rows.values()
    chance = any(_how_many(images, first) < len(first) for images in others)
    return "Each column is one picture, and its label is the same in every row" + (
        "; what is done is drawn anew for each, and may be nothing" if chance else ""
    )


def _side_labels(names: Sequence[str]) -> list[str]:
    probe = Figure()
    return ["\n".join(wrapped_lines(probe, name, _LABEL, _FONT)) for name in names]


def _width(text: str) -> float:
    """Return a text's width in inches."""
    probe = Figure()
    return max(text_size(probe, line, _FONT)[0] for line in text.split("\n")) / probe.dpi


# ------------------------------------------------------------------ one picture, many sub-policies


def policy_sheet(original: Images, drawn: Sequence[tuple[str, Images]]) -> Picture:
    """Show one picture and what several sub-policies make of it, each with its name below.

    Parameters
    ----------
    original
        `(3, S, S)`, 0 to 255.
    drawn
        Pairs of what was done, such as "shear x, then invert", and what came of it, `(3, S, S)`.

    Raises
    ------
    ValueError
        If nothing was drawn or more than `MOST_DRAWN` were, or an array is not such a picture or
        of another size.
    """
    if not 1 <= len(drawn) <= MOST_DRAWN:
        raise ValueError(f"drawn has {len(drawn)} pictures; there must be 1 to {MOST_DRAWN}")
    for name, image in (("original", original), *((repr(text), made) for text, made in drawn)):
        _require_pictures(name, np.asarray(image)[None])
        if image.shape != original.shape:
            raise ValueError(f"{name} is {image.shape}; the original is {original.shape}")
    title = _policy_title(original, [image for _, image in drawn])
    caption = "Each training picture draws a sub-policy of its own, anew in every epoch"
    tiles = [("original", original), *drawn]
    with style.rc():
        figure = _labelled_grid(title, caption, tiles)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (place, name, _mean_change(image, original), round(float(image.mean()), 1))
        for place, (name, image) in enumerate(tiles)
    )
    columns = ("picture", "what was done", _CHANGE, "mean value (0 to 255)")
    said = ", ".join(name for name, _ in drawn)
    alt = f"{title}. Left to right: the original; {said}. {caption}."
    return Picture(figure, alt, columns, rows)


def _policy_title(original: Images, made: Sequence[Images]) -> str:
    """Say how many different pictures came of one, and how often it stayed as it was."""
    kinds = len({image.tobytes() for image in made})
    same = sum(np.array_equal(image, original) for image in made)
    draws = "one draw" if len(made) == 1 else f"{len(made)} draws"
    pictures = "one picture" if kinds == 1 else f"{kinds} different pictures"
    often = {1: "once", 2: "twice"}.get(same, f"{same} times")
    stays = f"; {often} it stays as it was" if same else ""
    return f"One picture, {draws} of the policy: {pictures} to train on{stays}"


def _labelled_grid(title: str, caption: str, tiles: Sequence[tuple[str, Images]]) -> Figure:
    """Lay pictures out in rows, each over its name."""
    across = min(len(tiles), _ACROSS)
    lines = -(-len(tiles) // across)
    side = min(_LARGEST, (_PAGE - 2 * _EDGE + _BETWEEN) / across - _BETWEEN)
    probe = Figure()
    names = [wrapped_lines(probe, name, side, _FONT) for name, _ in tiles]
    label = (1.25 * style.SMALL * max(map(len, names)) + 6) / 72
    wide = across * (side + _BETWEEN) - _BETWEEN
    figure, box = _frame_around(
        title, caption, wide, lines * (side + label + _BETWEEN), left=_EDGE, bottom=0.0
    )
    width, height = figure.get_size_inches()
    top = (box[1] + box[3]) * height
    for place, ((_, image), words) in enumerate(zip(tiles, names, strict=True)):
        line, column = divmod(place, across)
        x = _EDGE + column * (side + _BETWEEN)
        y = top - line * (side + label + _BETWEEN) - side
        axes = figure.add_axes((x / width, y / height, side / width, side / height))
        axes.imshow(image.transpose(1, 2, 0), interpolation="none")
        axes.set(xticks=[], yticks=[])
        axes.set_xlabel("\n".join(words), weight="normal" if place else "bold", **_FONT)
        _bare(axes)
    return figure


# ------------------------------------------------------------------ shared


def _draw_rows(
    axes: Axes, images: Images, labels: Labels, names: Sequence[str], per_row: int
) -> None:
    """Draw the pictures of each label in a named row."""
    axes.imshow(tiled(images, labels, len(names), per_row), interpolation="none")
    side = images.shape[-1] + 2
    axes.set_yticks([side * (row + 0.5) for row in range(len(names))], names)
    axes.set_xticks([])
    _bare(axes)


def tiled(images: Images, labels: Labels, rows: int, per_row: int) -> Images:
    """Lay pictures out, those of a label in its row, two clear pixels apart: `(H, W, 4)`."""
    side = images.shape[-1]
    step = side + 2
    sheet = np.zeros((rows * step, per_row * step, 4), np.uint8)
    for label in range(rows):
        for place, index in enumerate(np.flatnonzero(labels == label)[:per_row]):
            top, left = label * step + 1, place * step + 1
            tile = sheet[top : top + side, left : left + side]
            tile[..., :3] = images[index].transpose(1, 2, 0)
            tile[..., 3] = 255
    return sheet


def _frame_around(
    title: str, caption: str, wide: float, tall: float, *, left: float, bottom: float
) -> tuple[Figure, tuple[float, float, float, float]]:
    """Make a frame whose axes have a given size in inches, however the title wraps."""
    # Narrow sheets still get a page's width, so that the title has room.
    width = max(left + wide + _EDGE, 0.75 * _PAGE)
    room = {"left": left, "right": width - left - wide, "bottom": bottom, "width": width}
    _, box = frame(title, caption, height=10.0, **room)
    return frame(title, caption, height=tall + 10.0 * (1 - box[3]), **room)


def _bare(axes: Axes) -> None:
    axes.grid(visible=False)
    axes.tick_params(length=0, labelsize=style.SMALL)
    axes.set_frame_on(False)


def _how_many(images: Images, first: Images) -> int:
    """Count the pictures that differ from those of the first treatment."""
    return int((images != first).any(axis=(1, 2, 3)).sum())


def _mean_change(image: Images, original: Images) -> float:
    """Return by how much a value differs, on the average."""
    return round(float(np.abs(image.astype(int) - original).mean()), 1)
