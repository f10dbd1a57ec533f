"""The learning rate of a step: a warm-up along a line, then a fall along half a cosine."""

from collections.abc import Callable
from math import cos, pi
from random import Random

from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    few, many = 10 * random.randint(2, 5), 20 * random.randint(15, 40)
    peaks = [n / 100 for n in random.sample(range(20, 300), 4)]
    warmup = random.choice((0.1, 0.25, 0.3, 0.4))
    rising = random.randint(1, round(many * warmup) - 2)
    falling = random.sample(range(round(many * warmup) + 2, many - 2), 2)
    return [
        dict(step=few // 10, steps=few, peak=peaks[0]),
        dict(step=few // 5 + random.randint(2, few // 2), steps=few, peak=peaks[0]),
        dict(step=rising, steps=many, peak=peaks[1], warmup=warmup),
        dict(step=falling[0], steps=many, peak=peaks[2], warmup=warmup),
        dict(step=falling[1], steps=many, peak=peaks[2], warmup=0.0),
        dict(step=0, steps=many, peak=peaks[3], warmup=0.0),
        dict(step=many, steps=many, peak=peaks[3], warmup=warmup),
    ]


def half_cosine(share: float) -> float:
    return (1 + cos(pi * share)) / 2


def learning_rate(
    step: int,
    steps: int,
    peak: float,
    warmup: float = 0.2,
    *,
    done: Callable[[int, int], float] = lambda step, steps: step / steps,
    rise: Callable[[float], float] = lambda share: share,
    fallen: Callable[[float, float], float] = lambda done, warmup: (done - warmup) / (1 - warmup),
    fall: Callable[[float], float] = half_cosine,
) -> float:
    share = done(step, steps)
    if share < warmup:
        return peak * rise(share / warmup)
    return peak * fall(fallen(share, warmup))


TASK = Task(
    right=learning_rate,
    rel=1e-9,
    absolute=1e-9,
    cases=cases,
    example=dict(step=5, steps=100, peak=0.8),
    about=About("The learning rate of a step", points=12, importance=5),
    hints=(
        "How far is the training? A share of 0 to 1 makes the rest easier. Two cases follow: "
        "before the end of the warm-up, and after it.",
        "After the warm-up, work out how much of the *fall* is behind you: 0 where the warm-up "
        "ends, 1 at the end of the training.",
        "cos(pi * x) goes from 1 down to -1 while x goes from 0 to 1. Add 1 and halve it. For "
        "warmup=0 there must be no division by zero: which comparison takes care of that?",
    ),
    slips=(
        slip("no-warmup", lambda warmup=0.2, **case: learning_rate(**case, warmup=0.0)).says(
            "You leave the warm-up out: the rate begins at 0 and rises to the peak first."
        ),
        slip("warmup-at-the-peak", rise=lambda share: 1.0).says(
            "During the warm-up your rate stands at the peak; it should rise to it from 0."
        ),
        slip(
            "warmup-in-steps",
            lambda step, steps, peak, warmup=0.2: learning_rate(step, steps, peak, warmup / steps),
        ).says(
            "You take `warmup` for a number of steps. It is a share of all steps: 0.2 of 100 steps "
            "are 20."
        ),
        slip("ignored-warmup").says("You always warm up for a fifth; `warmup` says how long."),
        slip("cosine-over-all", fallen=lambda done, warmup: done).says(
            "Your cosine begins with the first step, so the rate jumps when the warm-up ends. It "
            "should begin where the warm-up ends."
        ),
        slip("cosine-not-stretched", fallen=lambda done, warmup: done - warmup).says(
            "Your cosine begins in the right place, but does not come down to 0 at the end: "
            "stretch it over the steps that remain after the warm-up."
        ),
        slip("linear-fall", fall=lambda share: 1 - share).says(
            "Your rate falls along a straight line; it should fall along half a cosine."
        ),
        slip("quarter-cosine", fall=lambda share: cos(pi * share / 2)).says(
            "You fall along a quarter of a cosine. Half of one, from 1 to -1, lifted and halved, "
            "is flat at both ends."
        ),
        slip("whole-cosine", fall=lambda share: half_cosine(2 * share)).says(
            "You go through a whole cosine, so the rate comes up again. Half of it (pi, not 2 pi) "
            "goes down to 0."
        ),
        slip("not-halved", fall=lambda share: 2 * half_cosine(share)).says(
            "1 + cos begins at 2: halve it, so that the fall begins at the peak."
        ),
        slip("bare-cosine", fall=lambda share: cos(pi * share)).says(
            "A cosine goes down to -1; a rate must not be negative. Lift it by 1 and halve it."
        ),
        slip("degrees", fall=lambda share: half_cosine(180 / pi * share)).says(
            "math.cos wants radians: half a turn is pi, not 180."
        ),
        slip("cosine-rise", rise=lambda share: 1 - half_cosine(share)).says(
            "Your rate rises along a cosine, too; the warm-up is a straight line."
        ),
        slip("one-step-ahead", done=lambda step, steps: (step + 1) / steps).says(
            "You are one step ahead: step 0 has no progress behind it."
        ),
        slip("one-step-less", done=lambda step, steps: step / (steps - 1)).says(
            "You divide by steps - 1. The rate reaches 0 after the last step, when step equals "
            "steps."
        ),
        slip("peak-left-out", lambda peak, **case: learning_rate(**case, peak=1.0)).says(
            "These are shares of the peak: multiply by it."
        ),
    ),
    also_right=(
        "def learning_rate(step, steps, peak, warmup=0.2):\n"
        "    fall = max(step / steps - warmup, 0) / (1 - warmup)\n"
        "    rise = min(step / steps / warmup, 1) if warmup else 1\n"
        "    return rise * peak * math.cos(math.pi / 2 * fall) ** 2",
    ),
    wrong=(
        (
            "def learning_rate(step, steps, peak, warmup=0.2):\n"
            "    if step / steps <= warmup:\n"
            "        return peak * step / steps / warmup\n"
            "    fall = (step / steps - warmup) / (1 - warmup)\n"
            "    return peak * (1 + math.cos(math.pi * fall)) / 2",
            "ZeroDivisionError",
        ),
    ),
)
