"""Feature maps as pictures: what a block's steps make of a photograph, and what ReLU destroys."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .. import style
from ..picture import Cell, Picture, frame
from ..style import format_percent

#: Steps by the words for people.
_NAMES = {"input": "input", "sum": "sum with the input", "gates": "gates"}

_GAP = 2


def feature_maps(
    steps: Mapping[str, NDArray[np.float32]], title: str = "", shown: int = 8
) -> Picture:
    """Show some feature maps of each step of a block, a row for each step.

    Parameters
    ----------
    steps
        Step -> `(C, H, W)`, from `nn.feature_maps.step_maps`; "gates" is left out.
    title
        What the picture shows; by default how many channels the steps have.
    shown
        Maps in a row, evenly spread over the channels: the same ones in rows of as many channels.

    Raises
    ------
    ValueError
        If there are no maps, or none shall be shown.
    """
    rows = {step: maps for step, maps in steps.items() if step != "gates"}
    if not rows or shown < 1:
        raise ValueError(f"{len(rows)} steps and {shown} maps; there must be one of each at least")
    names = [f"{_name(step)}\n{_shape(maps)}" for step, maps in rows.items()]
    channels = " → ".join(str(len(maps)) for maps in rows.values())
    with style.rc():
        figure, box = frame(
            title or f"{channels} channels, step by step",
            f"{shown} of the maps of each step, each from its smallest to its largest values.",
            left=1.6,
            right=0.1,
            bottom=0.05,
            height=0.9 + 0.82 * len(rows),
            width=8.4,
        )
        for place, maps in enumerate(rows.values()):
            left, bottom, width, height = box
            top = bottom + height * (1 - (place + 1) / len(rows))
            axes = figure.add_axes((left, top, width, 0.94 * height / len(rows)))
            _show(axes, _strip(maps, shown), names[place])
    table = tuple(_facts(step, maps) for step, maps in rows.items())
    said = "; ".join(f"{_name(step)}, {_shape(maps)}" for step, maps in rows.items())
    return Picture(
        figure,
        f"Grey feature maps, a row for each step: {said}.",
        ("step", "channels", "side", "mean", "share below zero"),
        table,
    )


def _name(step: str) -> str:
    look = style.KIND_LOOKS.get(step)
    return look.name if look else _NAMES.get(step, step)


def _shape(maps: NDArray[np.float32]) -> str:
    return " × ".join(map(str, maps.shape))


def _facts(step: str, maps: NDArray[np.float32]) -> tuple[Cell, ...]:
    below = format_percent(float((maps < 0).mean()))
    return (
        _name(step),
        len(maps),
        maps.shape[-1],
        round(float(maps.mean()), 3) + 0.0,
        below,
    )  # + 0.0: no minus zero


def _strip(maps: NDArray[np.float32], shown: int) -> NDArray[np.float32]:
    """Lay maps side by side, each scaled to 0 to 1; gaps are not a number."""
    side = maps.shape[-1]
    strip = np.full((maps.shape[-2], shown * (side + _GAP) - _GAP), np.nan, np.float32)
    for place in range(shown):
        one = maps[place * len(maps) // shown]
        low, high = np.percentile(one, (1, 99))
        scaled = (one - low) / (high - low) if high > low else np.zeros_like(one)
        left = place * (side + _GAP)
        strip[:, left : left + side] = scaled.clip(0, 1)
    return strip


def _show(axes: Axes, picture: NDArray[np.float32], label: str = "") -> None:
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="none", aspect="auto")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.set_frame_on(False)
    if label:
        axes.set_ylabel(label, rotation=0, ha="right", va="center")


# ------------------------------------------------------------------ gates


def gate_marks(gates: Mapping[str, NDArray[np.float32]], shown: int = 24) -> Picture:
    """Show the gates of squeeze-and-excitation for several pictures, channel by channel.

    Parameters
    ----------
    gates
        Picture's name -> gates, of any shape with one number for each channel; the first picture
        decides the order.
    shown
        Channels, evenly spread.

    Raises
    ------
    ValueError
        If there are no gates, or pictures differ in the number of channels.
    """
    flat = {name: np.ravel(values) for name, values in gates.items()}
    if len({len(values) for values in flat.values()}) != 1:
        raise ValueError("gates must be of one number of channels, and of one picture at least")
    first = next(iter(flat.values()))
    channels = np.linspace(0, len(first) - 1, min(shown, len(first))).round().astype(int)
    channels = channels[np.argsort(first[channels])]
    moved = max(float(np.abs(values - first).max()) for values in flat.values())
    with style.rc():
        figure, box = frame(
            f"Other pictures, other gates: they move by up to {moved:.2f}",
            f"{len(channels)} of {len(first)} channels, in the order of the first picture's gates.",
            left=0.75,
            right=2.0,
            bottom=0.45,
            height=3.6,
        )
        axes = figure.add_axes(box)
        for number, (name, values) in enumerate(flat.items()):
            look = style.family_look(f"#{number}", [f"#{n}" for n in range(len(flat))])
            axes.plot(
                values[channels],
                linestyle="",
                label=name,
                alpha=style.QUIET_ALPHA,
                **look.marker_style,
            )
        axes.set(ylim=(0, 1), xlabel="channel", ylabel="gate", xticks=[])
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    rows = tuple(
        (int(channel), *(round(float(values[channel]), 3) for values in flat.values()))
        for channel in channels
    )
    alt = f"Gates between 0 and 1 of {len(channels)} channels for {', '.join(flat)}."
    return Picture(figure, alt, ("channel", *flat), rows)


# ------------------------------------------------------------------ what ReLU destroys


class _Damage(NamedTuple):
    """What a layer of some width leaves of a photograph: the mean loss, and a typical picture."""

    width: int
    relu_loss: float
    linear_loss: float
    restored: NDArray[np.float64]


_DRAWS = 15


def relu_damage(
    photograph: NDArray[np.uint8], widths: Sequence[int] = (3, 4, 6, 12, 24)
) -> Picture:
    """Send a photograph's colours through layers of some widths with ReLU, and restore them.

    Each pixel's three numbers become `width` numbers by a random linear map; ReLU; then the best
    linear map back. "Lost" is the share of the variance that does not come back, a mean over
    random maps.

    Parameters
    ----------
    photograph
        `(3, H, W)`, from 0 to 255.
    widths
        Numbers of channels.

    Raises
    ------
    ValueError
        If a width is below 1.

    Notes
    -----
    After Sandler et al. 2018 (MobileNetV2), Figure 1.
    """
    if not widths or min(widths) < 1:
        raise ValueError(f"widths is {tuple(widths)}; they must be at least 1")
    results = [_damage(photograph, width) for width in widths]
    worst, best = results[0], results[-1]
    pictures = [("original", photograph.transpose(1, 2, 0) / 255.0)]
    pictures += [
        (f"{one.width} channels\n{_lost(one.relu_loss)} lost", one.restored) for one in results
    ]
    with style.rc():
        figure, box = frame(
            f"ReLU on {worst.width} channels destroys {_lost(worst.relu_loss)} of a photograph, "
            f"on {best.width} {_lost(best.relu_loss)}",
            f"What the best linear map restores after ReLU on so many channels; losses are means "
            f"of {_DRAWS} random maps. Without ReLU, {_lost(worst.linear_loss)} is lost.",
            left=0.15,
            right=0.15,
            bottom=0.5,
            height=2.75,
            width=8.4,
        )
        _side_by_side(figure, box, pictures)
    rows = tuple((one.width, _lost(one.relu_loss), _lost(one.linear_loss)) for one in results)
    said = ", ".join(f"{_lost(one.relu_loss)} at {one.width} channels" for one in results)
    return Picture(
        figure,
        f"A photograph and what is left of it after ReLU. Lost: {said}.",
        ("channels", "lost with ReLU", "lost without"),
        rows,
    )


def _damage(photograph: NDArray[np.uint8], width: int) -> _Damage:
    colours = photograph.reshape(3, -1).T / 255.0
    mean = colours.mean(0)
    found = [_restored(colours - mean, width, seed, _relu) for seed in range(_DRAWS)]
    plain = [_restored(colours - mean, width, seed, lambda x: x)[0] for seed in range(_DRAWS)]
    losses = np.array([loss for loss, _ in found])
    typical = found[int(np.argsort(losses)[_DRAWS // 2])][1]
    shape = (*photograph.shape[1:], 3)
    restored = (typical + mean).clip(0, 1).reshape(shape)
    return _Damage(width, float(losses.mean()), float(np.mean(plain)), restored)


def _restored(
    points: NDArray[np.float64],
    width: int,
    seed: int,
    act: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> tuple[float, NDArray[np.float64]]:
    """Return the share of the variance that is lost, and the restored points."""
    there = np.random.default_rng(seed).normal(size=(points.shape[1], width))
    layer = np.column_stack([act(points @ there), np.ones(len(points))])
    back, *_ = np.linalg.lstsq(layer, points, rcond=None)
    restored = layer @ back
    loss = ((points - restored) ** 2).sum() / (points**2).sum()
    return float(loss), restored


def _relu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(x, 0)


def _lost(share: float) -> str:
    return f"{share:.2%}" if 1e-6 < share < 0.01 else f"{share:.0%}"


def _side_by_side(
    figure: Figure,
    box: tuple[float, float, float, float],
    pictures: Sequence[tuple[str, NDArray[np.float64]]],
) -> None:
    left, bottom, width, height = box
    for place, (label, picture) in enumerate(pictures):
        part = width / len(pictures)
        axes = figure.add_axes((left + place * part, bottom, 0.95 * part, height))
        axes.imshow(picture, interpolation="none", aspect="equal")
        axes.set(xticks=[], yticks=[], xlabel=label)
        axes.grid(visible=False)
        axes.set_frame_on(False)
