"""Multipliers of a phi, by the formula."""

import math
from random import Random

from ...._slips import Function
from ... import About, Case, Task, slip
from .coefficients import draw_coefficients


def cases(random: Random) -> list[Case]:
    phis = (2, random.choice((3, 4)), random.choice((0.4, 1.4)), random.choice((2.7, 3.7)), -1.5)
    return [dict(**draw_coefficients(random), phi=phi) for phi in phis]


def of_all(d: float, w: float, r: float, phi: float) -> float:
    return d * w**2 * r**2


def multipliers(
    alpha: float,
    beta: float,
    gamma: float,
    phi: float,
    *,
    power: Function = pow,
    macs: Function = of_all,
) -> dict[str, float]:
    d, w, r = (float(power(base, phi)) for base in (alpha, beta, gamma))
    return dict(depth=d, width=w, resolution=r, macs=float(macs(d, w, r, phi)))


OTHER = {"depth": "resolution", "resolution": "depth"}
COUNT = "Each step of φ multiplies them by α·β²·γ²: width and resolution count twice each."

TASK = Task(
    right=multipliers,
    rel=1e-6,
    cases=cases,
    example=dict(alpha=1.2, beta=1.1, gamma=1.15, phi=1),
    about=About("One number sets three", points=10, difficulty=1, importance=5, minutes=6),
    hints=(
        "φ is a number of steps; each step multiplies each dimension by its coefficient.",
        "Three powers: alpha**phi, beta**phi, gamma**phi. Which of them is the width?",
        "Twice the layers: twice the work. Twice the channels, or twice the side of the "
        "picture: four times. The keys are lower case, 'macs' as well.",
    ),
    slips=(
        slip("times-phi", power=lambda base, phi: base * phi).says(
            "You multiply by φ. Each step multiplies once more: raise to the power φ."
        ),
        slip("no-interest", power=lambda base, phi: 1 + (base - 1) * phi).says(
            "You add the excess over 1 for each step. Each step multiplies what is there already."
        ),
        slip("power-the-wrong-way", power=lambda base, phi: abs(phi) ** base).says(
            "You raise φ to the power of the coefficient; it is the other way round."
        ),
        slip("whole-steps-only", power=lambda base, phi: base ** int(phi))
        .either(power=lambda base, phi: base ** math.floor(phi))
        .says("You cut φ off to whole steps; it may be any number."),
        slip("nearest-whole-step", power=lambda base, phi: base ** round(phi))
        .either(power=lambda base, phi: base ** math.ceil(phi))
        .says("You round φ to whole steps; it may be any number."),
        slip("steps-counted", power=lambda base, phi: base ** max(int(phi), 0)).says(
            "You go whole steps, one after the other. φ may be any number: take a power."
        ),
        slip("sign-ignored", power=lambda base, phi: base ** abs(phi)).says(
            "You leave out the sign of φ; a negative φ makes the network smaller."
        ),
        slip("fixed-phi").says("You leave φ out: these are the multipliers of a single step."),
        *(
            slip(f"macs-{name}", macs=macs).says(f"Your MACs {wrong}. {COUNT}")
            for name, wrong, macs in (
                ("plain", "leave the squares out", lambda d, w, r, phi: d * w * r),
                ("squared", "square the depth, too", lambda d, w, r, phi: (d * w * r) ** 2),
                ("only-w", "do not square the resolution", lambda d, w, r, phi: d * w**2 * r),
                ("only-r", "do not square the width", lambda d, w, r, phi: d * w * r**2),
                ("double", "double with each step", lambda d, w, r, phi: 2**phi),
                ("step", "are those of a single step", lambda *x: of_all(*x) ** (1 / x[3])),
                ("sum", "are a sum", lambda d, w, r, phi: d + w**2 + r**2),
            )
        ),
        slip("exchanged-beta-gamma").says(
            "You have width and resolution the wrong way round: β is for width, γ for resolution."
        ),
        slip("exchanged-alpha-beta").says(
            "You have depth and width the wrong way round: α is for depth, β for width."
        ),
        slip("exchanged-alpha-gamma").says(
            "You have depth and resolution the wrong way round: α is for depth, γ for resolution."
        ),
        slip("keys-exchanged").says(
            "Your MACs are right, but depth and width have each other's names: α is for depth."
        ),
        slip(
            "names", lambda **case: {OTHER.get(k, k): v for k, v in multipliers(**case).items()}
        ).says("Your MACs are right, but depth and resolution have each other's names."),
    ),
    also_right=(
        "def multipliers(alpha, beta, gamma, phi):\n"
        "    logs = [phi * math.log(base) for base in (alpha, beta, gamma)]\n"
        "    logs.append(logs[0] + 2 * logs[1] + 2 * logs[2])\n"
        "    return dict(zip(['depth', 'width', 'resolution', 'macs'], map(math.exp, logs)))",
    ),
)
