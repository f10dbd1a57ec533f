"""The questions of lesson 05."""

import math
from dataclasses import replace
from typing import Any

from ...arch import B0, PAPER_COEFFICIENTS, VARIANTS, cost
from ...records.runs import recorded
from ...view.plots.compound import best_of_grid, grid_results, phi_wanted
from ..questions import Question, predict, quiz, smallest

_NAMES = {"α, depth": "alpha", "β, width": "beta", "γ, resolution": "gamma"}
_B7 = VARIANTS["b7"]


def b7_macs() -> Question:
    d, w, r = _B7.depth_mult, _B7.width_mult, _B7.resolution / B0.resolution
    return predict(
        f"B7 is {d:g} x as deep as B0, {w:g} x as wide and {r:.2f} x as sharp. "
        "How many times the MACs of B0 does it have?",
        answer=cost(_B7).macs / cost(B0).macs,
        unit="x",
        why=f"Width and resolution count squared: {d:g} · {w:g}² · {r:.2f}² = "
        f"{d * w**2 * r**2:.0f}. The rest is mostly rounding.",
    )


def product() -> Question:
    paper = PAPER_COEFFICIENTS
    macs = paper.multipliers(1).macs
    return predict(
        "α = 1.2, β = 1.1, γ = 1.15: by the formula, how many times the MACs is one step of φ?",
        answer=macs,
        unit="x",
        why=f"{paper.alpha} · {paper.beta}² · {paper.gamma}² = {macs:.3f}",
    )


def counts_once() -> Question:
    def growth(name: str) -> float:
        """How many times the MACs if one coefficient goes from 1 to 2."""
        one, two = (
            replace(PAPER_COEFFICIENTS, **{_NAMES[name]: value}).multipliers(1).macs
            for value in (1.0, 2.0)
        )
        return two / one

    return quiz(
        "Double one coefficient. Which one only doubles the MACs?",
        answer=min(_NAMES, key=growth),
        choices={
            "α, depth": "Twice the blocks do everything twice.",
            "β, width": "Twice the input channels, and twice the output channels: four times.",
            "γ, resolution": "Twice the rows of pixels, and twice the columns: four times.",
        },
    )


def own_best() -> Question:
    best = best_of_grid(recorded("grid"))
    return predict(
        "Which coefficient is raised most in the candidate with the best mean over its seeds?",
        answer=max(_NAMES, key=lambda name: getattr(best, _NAMES[name])),
        choices=tuple(_NAMES),
        why=f"Best mean: α = {best.alpha:g}, β = {best.beta:g}, γ = {best.gamma:g}.",
    )


def own_worst() -> Question:
    # In each row, 1 is what was scaled and 4 the mean accuracy.
    rows = grid_results(recorded("grid")).rows
    single: dict[Any, Any] = {row[1]: row[4] for row in rows if row[1] != "compound"}
    return quiz(
        "Which dimension alone did worst for this baseline?",
        answer=smallest(single),
        choices={
            "depth": "More layers for the same coarse picture, and too little time to train them.",
            "width": "More channels for the same coarse picture.",
            "resolution": "The pictures had detail left to show.",
        },
    )


def b7_phi() -> Question:
    paper = PAPER_COEFFICIENTS
    phi = math.log(_B7.depth_mult, paper.alpha)
    by_width = math.log(_B7.width_mult, paper.beta)
    return predict(
        "Which φ gives B7's depth?",
        answer=phi,
        why=f"ln({_B7.depth_mult}) / ln({paper.alpha}) = {phi:.2f}; by its width it would be "
        f"{by_width:.2f}.",
    )


def nearest_to_formula() -> Question:
    rows: dict[Any, Any] = {name: phis for name, *phis in phi_wanted().rows}  # name -> its three φ
    return quiz(
        "Whose three values of φ lie closest together?",
        answer=min(("B1", "B2", "B7"), key=lambda name: max(rows[name]) - min(rows[name])),
        choices={
            "B1": "Its width is B0's, so by width its φ is 0.",
            "B2": "All three are near one: it is what one step of φ would give, rounded.",
            "B7": "Its depth lags behind its width by about one whole φ.",
        },
    )
