"""The grid of the paper's search."""

from collections.abc import Callable
from random import Random

import numpy as np

from ...._slips import Slip
from ... import About, Case, Task, slip
from ...plain import Plain
from ...probing import value_text

#: Grids (step, target, tolerance) in which products lie on the edge, where floats miss.
SMALL = ((0.2, 2.0, 0.2), (0.2, 2.5, 0.1), (0.2, 1.5, 0.3), (0.15, 2.0, 0.1))
LARGE = ((0.1, 1.5, 0.1), (0.1, 3.0, 0.1), (0.1, 2.5, 0.1), (0.15, 3.0, 0.2), (0.1, 1.5, 0.3))

SLACK = 1e-9
FLOATS = "floats are not exact (2.1 - 2 is a little more than 0.1). Allow for a tiny difference."
LARGER = "only tries values too large to be kept"


def cases(random: Random) -> list[Case]:
    # In the first one an end of values that is too early cannot be taken for floats on the edge.
    grids = ((0.2, 2.5, 0.3), *random.sample(SMALL, 2), *random.sample(LARGE, 2))
    drawn: list[Case] = [dict(step=s, target=t, tolerance=near) for s, t, near in grids]
    return [*drawn, dict(step=0.1), dict(step=0.15, tolerance=0.2)]


def candidates(
    step: float,
    target: float = 2.0,
    tolerance: float = 0.1,
    *,
    first: int = 0,
    product: Callable[..., np.ndarray] = lambda a, b, c: a * b**2 * c**2,
    distance: Callable[..., np.ndarray] = lambda product, target: abs(product - target),
    slack: float = SLACK,
    keeps: Callable[[float, float, float], bool] = lambda a, b, c: True,
) -> list[list[float]]:
    values = 1 + step * np.arange(first, int((target + tolerance - 1) / step + SLACK) + 1)
    grid = np.stack(np.meshgrid(values, values, values, indexing="ij"), axis=-1).reshape(-1, 3)
    near = distance(product(*grid.T), target) <= tolerance + slack
    return [row for row in grid[near].tolist() if keeps(*row)]


def in_order(found: Plain) -> Plain:
    rows = found.tolist() if isinstance(found, np.ndarray) else found
    return sorted([round(value, 6) for value in row] for row in rows)


def note(case: Case, got: Plain, slip: Slip | None) -> str:
    """Name the first combination that is missing, or too much; guess why, unless a slip says it."""
    if not isinstance(got, list) or not all(isinstance(r, list) and len(r) == 3 for r in got):
        return "Return a list of lists of three numbers, [alpha, beta, gamma]."
    right, inside = (in_order(candidates(**case, slack=slack)) for slack in (SLACK, -SLACK))
    missing, extra = [r for r in right if r not in got], [r for r in got if r not in right]
    if not missing and not extra:
        return f"{value_text(next(row for row in got if got.count(row) > 1))} is there twice."
    (a, b, c), off = (missing[0], "is missing") if missing else (extra[0], "does not belong")
    why, most = "", max(map(max, got), default=0)
    if extra and min(map(min, extra)) < 1:
        why = "No coefficient may be below 1: that would shrink a dimension."
    elif not slip and not extra and not any(row in inside for row in missing):
        why = f"That is exactly on the edge, and belongs to the grid; but {FLOATS}"
    elif not slip and not extra and all(max(row) > most for row in missing if row in inside):
        why = f"Your values end too early: one may be above {most:g} if the others are 1."
    return f"[{a:g}, {b:g}, {c:g}] {off}: α·β²·γ² = {a * b**2 * c**2:.6g}. {why}".strip()


TASK = Task(
    right=candidates,
    cases=cases,
    normal=in_order,
    note=note,
    example=dict(step=0.25),
    about=About("The grid of candidates", points=20, difficulty=3, importance=4, minutes=15),
    hints=(
        "List the values that one coefficient may have, from 1 to the largest that could "
        "fit; then let each of the three run through all of them, in three loops.",
        "1 + step * n for n = 0, 1, 2 ... is more exact than adding the step again and again. "
        "The largest value is reached where the other two coefficients are 1.",
        "Floats: 2.1 - 2 <= 0.1 is False. Test with tolerance + 1e-9, or round the difference "
        "to nine digits.",
    ),
    slips=(
        slip("edge", slack=0).says(f"What is exactly on the edge belongs, too; but {FLOATS}"),
        slip("no-squares", product=lambda a, b, c: a * b * c).says(
            "You test α·β·γ: width and resolution count twice each, α·β²·γ²."
        ),
        slip("all-squared", product=lambda a, b, c: (a * b * c) ** 2).says(
            "You square α, too: twice the layers are only twice the work."
        ),
        slip("only-below", distance=lambda p, t: abs(p - t) + 9 * (p > t + SLACK)).says(
            "You keep no product above the target: the tolerance goes to both sides."
        ),
        slip("only-above", distance=lambda p, t: abs(p - t) + 9 * (p < t - SLACK)).says(
            "You keep no product below the target: the tolerance goes to both sides."
        ),
        slip("all-below", distance=lambda p, target: p - target).says(
            "You keep every product that is small enough; it must not be too small, either."
        ),
        slip("no-ones", first=1).says(
            "Your values begin above 1. A coefficient may be 1 and leave its dimension as it is."
        ),
        slip("relative", distance=lambda p, t: abs(p / t - 1)).says(
            "Your tolerance is a share of the target; it is a plain difference."
        ),
        slip("relative-to-larger", distance=lambda p, t: abs(p - t) / np.maximum(p, t)).says(
            "Your tolerance is a share, as in math.isclose; it is a plain difference."
        ),
        slip("each-set-once", keeps=lambda a, b, c: a <= b <= c)
        .either(keeps=lambda a, b, c: a < b < c)
        .either(keeps=lambda a, b, c: len({a, b, c}) == 3)
        .says(
            "The order counts: [1.1, 1.2, 1.3] and [1.3, 1.2, 1.1] are two combinations; and "
            "coefficients may be equal. Let each coefficient run through all its values."
        ),
        slip("target-and-tolerance-ignored", lambda step, **case: candidates(step)).says(
            "You test for a product of 2 and a tolerance of 0.1, whatever is given."
        ),
        slip("ignored-tolerance").says("You leave the tolerance at 0.1, whatever is given."),
        slip("step-of-a-tenth", lambda step, **case: candidates(0.1, **case)).says(
            "You go in steps of 0.1, whatever is given."
        ),
        slip("alpha-second", lambda **case: [[b, a, c] for a, b, c in candidates(**case)])
        .either(lambda **case: [[b, c, a] for a, b, c in candidates(**case)])
        .says("Your combinations have another order: α comes first, then β, then γ."),
    ),
    also_right=(
        "def candidates(step, target=2.0, tolerance=0.1):\n"
        "    s, t, o = round(100 * step), round(100 * target), round(100 * tolerance)\n"
        "    v = range(100, t + o + 1, s)\n"
        "    return [(a / 100, b / 100, c / 100) for c in v for a in v for b in v\n"
        "            if abs(a * b * b * c * c - t * 100**4) <= o * 100**4]",
    ),
    equivalent={
        "range(round((most - 1) / step) + 1) -> range(round((most - 1) / step) + 1 + 1)": LARGER,
        "1 -> 2 (2)": LARGER,
        "most - 1 -> most + 1": LARGER,
        "1 -> 0 (3)": LARGER,
        "abs(product - target) <= tolerance + 1e-09 -> abs(product - target) < tolerance + 1e-09": (
            "no product is so near to the edge without lying on it"
        ),
    },
)
