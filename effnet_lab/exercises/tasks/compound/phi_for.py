"""The phi at which the formula multiplies the MACs by a factor."""

from math import log
from random import Random

from ...._slips import Function
from ... import About, Case, Task, slip
from .coefficients import draw_coefficients


def cases(random: Random) -> list[Case]:
    times = (2, random.choice((3, 5, 10)), random.choice((1.5, 20, 98.0)), 0.5)
    return [dict(times=t, **draw_coefficients(random)) for t in (*times, random.randint(2, 9))]


def phi_for(
    times: float,
    alpha: float,
    beta: float,
    gamma: float,
    *,
    step: Function = lambda a, b, c: a * b**2 * c**2,
    by: Function = log,
    whole: Function = float,
    formula: Function | None = None,
) -> float:
    if formula:
        return float(formula(times, alpha, beta, gamma))
    return float(whole(by(times, step(alpha, beta, gamma))))


TASK = Task(
    right=phi_for,
    rel=1e-6,
    cases=cases,
    example=dict(times=8, alpha=1.2, beta=1.1, gamma=1.15),
    about=About("How far to go", points=10, importance=4, minutes=6),
    hints=(
        "By how much does one step multiply the MACs? Two steps by the square of it.",
        "You look for the exponent: step**phi = times. Take the logarithm on both sides.",
        "φ is the logarithm of one number divided by the logarithm of another.",
    ),
    slips=(
        *(
            slip(name, step=step).says(f"{wrong}. A step multiplies the MACs by α·β²·γ².")
            for name, wrong, step in (
                ("doublings", "You count doublings", lambda *_: 2),
                ("plain", "Your step leaves the squares out", lambda a, b, c: a * b * c),
                ("squares", "Your step squares α, too", lambda a, b, c: (a * b * c) ** 2),
                ("depth", "You let the depth alone reach it", lambda a, b, c: a),
            )
        ),
        slip("papers-coefficients", step=lambda *_: 1.2 * 1.1**2 * 1.15**2)
        .either(step=lambda *_: 1.92)
        .says("You take 1.92, the step of the paper's coefficients, whatever is given."),
        slip("quotient", by=lambda x, step: x / step).says(
            "You divide by the step. Steps multiply: what is asked for is a quotient of logarithms."
        ),
        slip("logarithm-alone", by=lambda x, step: log(x)).says(
            "You take the logarithm of the factor alone; divide it by that of one step."
        ),
        slip("step-without-logarithm", by=lambda x, step: log(x) / step).says(
            "You divide a logarithm by the step itself: take the logarithm of the step, too."
        ),
        slip("logarithm-of-quotient", by=lambda x, step: log(x / step)).says(
            "You take the logarithm of a quotient; it is the quotient of two logarithms."
        ),
        slip("no-brackets", formula=lambda x, a, b, c: log(x) / log(a) * b**2 * c**2).says(
            "Brackets are missing: α·β²·γ² is divided by as a whole, inside of the logarithm."
        ),
        slip("no-brackets-nor-logarithm", formula=lambda x, a, b, c: log(x) / a * b**2 * c**2).says(
            "Brackets are missing: α·β²·γ² is one, and it is its logarithm that you divide by."
        ),
        slip(
            "no-brackets-of-sum", formula=lambda x, a, b, c: log(x) / log(a) + 2 * log(b * c)
        ).says("Brackets are missing: divide by the sum of the logarithms as a whole."),
        slip("product", formula=lambda x, a, b, c: log(x) / log(a) / (log(b) * log(c)) ** 2).says(
            "You multiply logarithms. The logarithm of a product is the sum of the logarithms."
        ),
        slip("inverse").says("You have the logarithms the wrong way round: the factor goes above."),
        slip("rounded").says("You round to whole steps; φ may be any number."),
        slip("rounded-up").says("You round up to whole steps; φ may be any number."),
        slip("rounded-down").says("You round down to whole steps; φ may be any number."),
        slip("cut-off", whole=int).says("You cut off to whole steps; φ may be any number."),
    ),
    also_right=(
        "def phi_for(times, alpha, beta, gamma):\n"
        "    return math.log2(times) / (math.log2(alpha) + 2 * math.log2(beta * gamma))",
    ),
)
