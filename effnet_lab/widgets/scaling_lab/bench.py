"""What is fixed for one baseline: its scales, and the networks whose accuracy is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..._validate import require_choice
from ...arch import (
    B0,
    CIFAR_BASE,
    VARIANTS,
    NetworkSpec,
    ResolvedNetwork,
    cost,
    facts,
    resolve,
    scaled,
)
from ...records.runs import RunRecord, recorded
from ...records.statistics import results
from ...view import style
from ...view.network_drawing import Drawing, parts
from ...view.style import Look
from ...view.svg import Axis, Plot

DIMENSIONS = ("width", "depth", "resolution")

#: Each network of the lab is one of these, scaled by three factors.
BASELINES = {"B0": B0, "CIFAR-base": CIFAR_BASE}

#: Positions of the sliders. Steps of resolution are a pixel of the CIFAR base, 14 of B0.
FACTORS: dict[str, tuple[float, ...]] = {
    "width": tuple(round(0.5 + 0.05 * step, 2) for step in range(41)),
    "depth": tuple(round(0.5 + 0.1 * step, 1) for step in range(36)),
    "resolution": tuple(round(0.5 + step / 16, 4) for step in range(41)),
}

#: Factors in a state have so many decimals: enough for the right pixel, few enough to read.
DECIMALS = 4

# The layout, in units of the view box: left and right of the columns, below the names of rows;
# tops and baselines of what stands below each other.
LEFT, RIGHT = 116, 714
BOXES, BARS, PLOT = (4, 122), (206, 246), (316, 424)

#: Plots reach this factor beyond the cheapest and the dearest known network.
_BEYOND = 4


@dataclass(frozen=True, slots=True)
class Landmark:
    """A network whose accuracy was published or recorded.

    Parameters
    ----------
    name
        As a preset, such as "B4".
    macs
        For networks of the lab as priced, for others as published.
    accuracy, error
        In percent; one standard deviation over `seeds`, 0 where there is but one.
    spec
        Of a network that can be set in the lab.
    family
        Of a recorded run: its look.
    """

    name: str
    macs: int
    accuracy: float
    spec: NetworkSpec | None = None
    error: float = 0.0
    seeds: int = 0
    family: str = ""

    @property
    def look(self) -> Look:
        """Published ones are hollow and grey; recorded ones have their family's look."""
        return style.family_look(self.family) if self.family else style.PUBLISHED

    def factors(self, baseline: NetworkSpec) -> tuple[float, float, float]:
        """Return width, depth and resolution as factors of a baseline."""
        assert self.spec is not None
        ratios = (
            self.spec.width_mult / baseline.width_mult,
            self.spec.depth_mult / baseline.depth_mult,
            self.spec.resolution / baseline.resolution,
        )
        width, depth, resolution = (round(ratio, DECIMALS) for ratio in ratios)
        return width, depth, resolution


def published_landmarks() -> list[Landmark]:
    """Return B0-B7 and the other networks of the paper's Table 2, with the accuracies of v5."""
    own = [
        Landmark(name.upper(), cost(VARIANTS[name]).macs, row.top1, VARIANTS[name])
        for name, row in facts.IMAGENET.items()
    ]
    others = [
        Landmark(row.model, row.macs, row.top1) for row in facts.TABLE_2 if row.macs is not None
    ]
    return [*own, *others]


def recorded_landmarks(records: Sequence[RunRecord]) -> list[Landmark]:
    """Return the networks of a study with their mean test accuracy over seeds."""
    return [
        Landmark(
            "base" if found.family == "base" else found.spec.name.replace(" ", "-"),
            found.macs,
            100 * found.mean,
            found.spec,
            100 * (found.std or 0.0),
            found.n,
            found.family,
        )
        for found in sorted(results(records), key=lambda result: result.macs)
    ]


class Bench:
    """All that is fixed for one baseline.

    Parameters
    ----------
    name
        Of the baseline.
    landmarks
        Networks of known accuracy, of which those with a spec can be set in the lab.
    measure
        How their accuracies are known: "published" or "recorded".
    """

    def __init__(self, name: str, landmarks: Sequence[Landmark], measure: str) -> None:
        self.name, self.measure = name, measure
        self.spec = BASELINES[name]
        self.landmarks = list(landmarks)
        self.own = sorted((mark for mark in landmarks if mark.spec), key=lambda mark: mark.macs)
        self.presets = {mark.name: mark.factors(self.spec) for mark in self.own}
        self.known = {layers_of(resolve(mark.spec)): mark for mark in self.own if mark.spec}
        base = resolve(self.spec)
        self.base_parts, self.base_cost = parts(base), cost(base)
        width, depth, resolution = (FACTORS[name][-1] for name in DIMENSIONS)
        largest = parts(resolve(scaled(self.spec, width, depth, resolution)))
        self.drawing = Drawing(largest, RIGHT - LEFT, BOXES[1] - BOXES[0])
        self.middles = [round(LEFT + middle, 1) for middle in self.drawing.middles]
        self.plot = _plot(landmarks)

    @property
    def title(self) -> str:
        """The baseline in words."""
        return f"{self.name} at {self.spec.resolution} pixels"


def _plot(landmarks: Sequence[Landmark]) -> Plot:
    """Fit axes of MACs, and of accuracies in percent."""
    macs = [mark.macs for mark in landmarks]
    ends = [mark.accuracy + sign * mark.error for mark in landmarks for sign in (-1, 1)]
    low, high = math.floor(min(ends) - 0.5), math.ceil(max(ends) + 0.5)
    top, bottom = PLOT
    return Plot(
        Axis(min(macs) / _BEYOND, max(macs) * _BEYOND, LEFT, RIGHT, log=True),
        Axis(low, high, bottom, top),
    )


@cache
def bench(baseline: str) -> Bench:
    """Return what is fixed for a baseline.

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    require_choice("baseline", baseline, BASELINES)
    if baseline == "B0":
        return Bench(baseline, published_landmarks(), "published")
    return Bench(baseline, recorded_landmarks(recorded("scaling")), "recorded")


def layers_of(network: ResolvedNetwork) -> object:
    """Return what makes two networks the same, whatever multipliers led to them."""
    return network[1:]
