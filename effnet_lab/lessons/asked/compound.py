"""The questions of lesson 05."""

import math
from dataclasses import replace
from typing import Any

from ...arch import B0, PAPER_COEFFICIENTS, VARIANTS, cost
from ...records.runs import recorded
from ...view.plots.compound import phi_wanted
from ..evidence import Study
from ..questions import Question, predict, quiz

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
    single = {}  # dimension -> the candidate that raises it alone
    for run in recorded("grid"):
        values = {name: float(run.labels.get(key, 1)) for name, key in _NAMES.items()}
        raised = [name for name, value in values.items() if value > 1]
        if len(raised) == 1:
            single[raised[0]] = run.spec.name
    best, words = Study("grid", "val_accuracy").winner(single.values())
    return predict(
        "Three of the candidates put all of it into one dimension. Which of these does best here?",
        answer=next(name for name, candidate in single.items() if candidate == best),
        choices=tuple(_NAMES),
        why=f"{words}.",
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
