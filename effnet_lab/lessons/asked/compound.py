"""The questions of lesson 05."""

import math
from typing import Any

from ...arch import B0, PAPER_COEFFICIENTS, VARIANTS, cost
from ...records.runs import recorded
from ...view.plots.compound import phi_wanted
from ..evidence import Study
from ..questions import Question, largest, predict, quiz

_NAMES = {"α, depth": "alpha", "β, width": "beta", "γ, resolution": "gamma"}
_B7 = VARIANTS["b7"]


def b7_macs() -> Question:
    d, w, r = _B7.depth_mult, _B7.width_mult, _B7.resolution / B0.resolution
    times = cost(_B7).macs / cost(B0).macs
    return predict(
        f"B7 is {d:g} x as deep as B0, {w:g} x as wide and {r:.2f} x as sharp. "
        "How many times the MACs of B0 does it have?",
        answer=times,
        unit="x",
        why=f"Width and resolution count squared: {d:g} · {w:g}² · {r:.2f}² = "
        f"{d * w**2 * r**2:.0f}. Counted it is {times:.0f}; the rest is mostly rounding up.",
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


def largest_part() -> Question:
    paper = PAPER_COEFFICIENTS
    times = {"depth": paper.alpha, "width": paper.beta**2, "resolution": paper.gamma**2}
    return quiz(
        "Which of the three takes the largest part of a step, with the paper's coefficients?",
        answer=largest(times),
        choices={
            "depth": f"α counts once: {times['depth']:.2f} times the MACs.",
            "width": f"β counts twice: {paper.beta}² = {times['width']:.2f} times the MACs.",
            "resolution": f"γ counts twice: {paper.gamma}² = {times['resolution']:.2f} times the "
            "MACs.",
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
    low, by_width = math.floor(phi), math.log(_B7.width_mult, paper.beta)
    return predict(
        "Which φ gives B7's depth?",
        answer=phi,
        why=f"{paper.alpha} to the power of {low} is {paper.alpha**low:.2f}, of {low + 1} it is "
        f"{paper.alpha ** (low + 1):.2f}. Exactly: ln({_B7.depth_mult}) / ln({paper.alpha}) = "
        f"{phi:.2f}; by its width it would be {by_width:.2f}.",
    )


def nearest_to_formula() -> Question:
    rows: dict[Any, Any] = {name: phis for name, *phis in phi_wanted().rows}  # name -> its three φ
    asked = {name: VARIANTS[name.lower()] for name in ("B1", "B2", "B7")}
    told = "; ".join(
        f"{name}: {x.depth_mult:g}, {x.width_mult:g}, {x.resolution / B0.resolution:.2f}"
        for name, x in asked.items()
    )
    wants = {
        name: "By depth, width and resolution φ is {:.1f}, {:.1f}, {:.1f}".format(*rows[name])
        for name in asked
    }
    return quiz(
        f"Depth, width and resolution over B0's are {told}. One step of φ multiplies them by 1.2, "
        "1.1 and 1.15. Which of these networks wants nearly the same φ for all three?",
        answer=min(asked, key=lambda name: max(rows[name]) - min(rows[name])),
        choices={
            "B1": f"{wants['B1']}: its width is B0's.",
            "B2": f"{wants['B2']}: what one step would give, rounded.",
            "B7": f"{wants['B7']}: its depth lags behind its width.",
        },
    )
