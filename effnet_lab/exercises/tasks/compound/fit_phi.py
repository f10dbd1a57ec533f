"""The phi nearest to a released network, and how far its dimensions are apart."""

from itertools import permutations
from random import Random
from typing import Any

import numpy as np

from ...._slips import Function
from ... import About, Case, Task, slip
from .coefficients import draw_coefficients

DIMENSIONS = ("depth", "width", "resolution")


def cases(random: Random) -> list[Case]:
    """Draw multipliers near to, but not on, those of some phi; some with other coefficients."""
    drawn: list[Case] = []
    for given in ({}, {}, *(draw_coefficients(random) for _ in range(3))):
        phi, bases = random.uniform(1, 5), {"alpha": 1.2, "beta": 1.1, "gamma": 1.15, **given}
        scaled = (round(base ** (phi + random.uniform(-0.9, 0.9)), 3) for base in bases.values())
        drawn.append({**dict(zip(DIMENSIONS, scaled, strict=True)), **given})
    return drawn


def fitted(x: Any, y: Any) -> Any:
    return x @ y / (x @ x)


def fit_phi(
    depth: float,
    width: float,
    resolution: float,
    alpha: float = 1.2,
    beta: float = 1.1,
    gamma: float = 1.15,
    *,
    scale: Function = np.log,
    phi: Function = fitted,
    spread: Function = lambda x, y: np.ptp(y / x),
) -> dict[str, float]:
    x, y = scale([alpha, beta, gamma]), scale([depth, width, resolution])
    return {"phi": float(phi(x, y)), "spread": float(spread(x, y))}


def without_logarithms(x: Any, y: Any) -> Any:
    """Fit the multipliers themselves, step by step (Gauss-Newton)."""
    phi = fitted(x, y)
    for _ in range(50):
        phi += fitted(x * np.exp(x * phi), np.exp(y) - np.exp(x * phi))
    return phi


MACS = (1, 2, 2)  # how often each dimension's logarithm is in that of the MACs
WEIGHED = "Fit all three by least squares: ln of its coefficient is the weight of each."
ALWAYS = "Which of the three is largest, and which least, is not the same for all networks."
SPREAD = "it is the largest of the three φ less the smallest."
FROM_FIT = "the largest distance from the fitted φ"
RESIDUALS = "one of what is left over in the logarithms"

TASK = Task(
    right=fit_phi,
    rel=1e-6,
    cases=cases,
    example=dict(depth=3.1, width=2.0, resolution=600 / 224),
    about=About("Which φ is B7?", points=15, difficulty=3, minutes=15),
    hints=(
        "In logarithms the formula is a product: ln d = φ · ln α. Make a list of pairs "
        "(ln α, ln d), (ln β, ln w), (ln γ, ln r).",
        "The sum of squares (y - φ · x)² over the pairs is least where its derivative by φ is "
        "zero: the sum of x · (y - φ · x) is zero.",
        "So φ is the sum of x · y over the sum of x · x. For the spread, y / x is what each "
        "dimension asks for by itself.",
    ),
    slips=(
        *(
            slip(f"phi-{name}", phi=phi).says(f"Your φ is {wrong}. {WEIGHED}")
            for name, wrong, phi in (
                ("mean", "the mean of the three", lambda x, y: np.mean(y / x)),
                ("median", "the one in the middle", lambda x, y: np.median(y / x)),
                ("halfway", "halfway between extremes", lambda x, y: np.sort(y / x)[::2].mean()),
                ("of-depth", "that of the depth alone", lambda x, y: (y / x)[0]),
                ("of-sums", "a quotient of sums", lambda x, y: y.sum() / x.sum()),
                ("of-macs", "the one with the right MACs", lambda x, y: (y @ MACS) / (x @ MACS)),
            )
        ),
        slip("not-divided-by-squares", phi=lambda x, y: x @ y / x.sum()).says(
            "Below belong the squares of the coefficients' logarithms."
        ),
        slip("divided-by-square-of-sum", phi=lambda x, y: x @ y / x.sum() ** 2).says(
            "Below belongs the sum of the squares; you take the square of the sum."
        ),
        slip("minus", phi=lambda x, y: -fitted(x, y)).says(
            "Your φ has the wrong sign: look at the signs in your derivative again."
        ),
        *(
            slip(f"searched-{n}", phi=lambda x, y, n=n: round(fitted(x, y), n)).says(
                f"Your φ is right to {n} digits after the point only. Did you search for it in "
                "steps? No search is needed: set the derivative by φ to zero."
            )
            for n in (1, 2)
        ),
        slip("without-logarithms", phi=without_logarithms)
        .either(scale=np.array)
        .says("You fit the multipliers themselves. Fit their logarithms, in which φ is a factor."),
        slip("papers-coefficients", lambda **case: fit_phi(*[*case.values()][:3])).says(
            "You take the paper's coefficients, whatever is given."
        ),
        *(
            slip(f"{one}-less-{two}", spread=lambda x, y, i=i, j=j: (y / x)[i] - (y / x)[j]).says(
                f"Your spread is always the φ of the {one} less that of the {two}. {ALWAYS}"
            )
            for (i, one), (j, two) in permutations(enumerate(DIMENSIONS), 2)
        ),
        slip("depth-and-width", spread=lambda x, y: np.ptp((y / x)[:2])).says(
            f"Your spread is always between the φ of the width and that of the depth. {ALWAYS}"
        ),
        *(
            slip(f"spread-{name}", spread=spread).says(f"Your spread is {wrong}; {SPREAD}")
            for name, wrong, spread in (
                ("negative", "the other way round", lambda x, y: -np.ptp(y / x)),
                ("by-n", "a standard deviation", lambda x, y: np.std(y / x)),
                ("by-n-less-1", "a standard deviation", lambda x, y: np.std(y / x, ddof=1)),
                ("from-fit", FROM_FIT, lambda x, y: max(abs(y / x - fitted(x, y)))),
                ("residuals", RESIDUALS, lambda x, y: np.ptp(y - x * fitted(x, y))),
            )
        ),
    ),
    also_right=(
        "def fit_phi(depth, width, resolution, alpha=1.2, beta=1.1, gamma=1.15):\n"
        "    pairs = [(alpha, depth), (beta, width), (gamma, resolution)]\n"
        "    phis = sorted((math.log(value, base), math.log(base) ** 2) for base, value in pairs)\n"
        "    phi = sum(p * w for p, w in phis) / sum(w for _, w in phis)\n"
        "    return {'spread': phis[2][0] - phis[0][0], 'phi': phi}",
    ),
)
