"""Assignment 08, architecture search: its space, its objective, and two loops that search.

Searches draw at random, in an order that is the learner's own. So nothing is compared with a
reference's draws: the judges look at what was evaluated, in which order, and at what came of it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from statistics import fmean
from typing import Any

from ...view.result import CheckResult
from ...view.tables import Table
from ..judging import Case, Slip, judge_calls, judge_changed, matches, part, what_is_off
from ..plain import Plain, same
from ..probes import search as probes
from ..probing import Inputs, call_text, value_text
from ..task import Assignment, Task, Written

#: Results may differ by this much from the reference: rounding, nothing more.
_ROUNDING = 1e-9

Space = Mapping[str, Sequence[Any]]
Architecture = Mapping[str, Any]

#: From which spaces are drawn. Some values are choices of several slots.
_POOLS: Mapping[str, tuple[Any, ...]] = {
    "operator": ("conv", "separable", "mbconv", "fused", "dense", "grouped"),
    "kernel": (3, 5, 7, 9, 11, 13),
    "expand": (1, 2, 3, 4, 6, 8),
    "layers": (1, 2, 3, 4, 5, 6, 7),
    "squeeze": (0.125, 0.0625, 0.25, 0.5, 0.75, 1.5),
    "skip": ("identity", "pool", "none", "project", "average", "gate"),
    "width": (16, 24, 32, 40, 48, 64, 80),
}


def _space(random: Random, sizes: Sequence[int]) -> dict[str, list[Any]]:
    """Draw a space whose slots have so many choices."""
    names = random.sample(sorted(_POOLS), len(sizes))
    return {name: random.sample(_POOLS[name], n) for name, n in zip(names, sizes, strict=True)}


# ------------------------------------------------------------------ the size of a space


def _size_inputs(seed: int) -> Inputs:
    random = Random(seed)
    few = _space(random, random.sample((3, 4, 5), 2))
    with_single = _space(random, [1, *random.sample((2, 3, 4), 2)])
    # The last is too large for a float to hold exactly.
    many = _space(random, (3, 5, random.choice((4, 6))))
    return {
        "cases": [
            {"space": few, "stages": 2},
            {"space": with_single, "stages": random.choice((3, 4))},
            {"space": _space(random, (4, 2, random.choice((3, 5)))), "stages": 1},
            {"space": many, "stages": random.randint(15, 17)},
        ]
    }


def _per_stage(space: Space) -> int:
    return math.prod(map(len, space.values()))


def _size(space: Space, stages: int) -> int:
    return int(_per_stage(space) ** stages)


def _choices(space: Space) -> int:
    return sum(map(len, space.values()))


_SIZE_SLIPS = (
    Slip(
        "sum",
        "Within a stage you add up the numbers of choices. Each choice of one slot goes with each "
        "choice of the others: multiply.",
        lambda space, stages: _choices(space) ** stages,
    ),
    Slip(
        "sum-times-stages",
        "That is how many choices are listed in all. Each choice goes with each choice of the "
        "other slots and stages: multiply.",
        lambda space, stages: _choices(space) * stages,
    ),
    Slip(
        "times-stages",
        "Your number of ways for one stage is right. Each of them goes with each way of the next "
        "stage, so that they multiply: a power, not a multiple.",
        lambda space, stages: _per_stage(space) * stages,
    ),
    Slip(
        "one-stage",
        "That is the number for one stage. Each of the stages chooses by itself.",
        lambda space, stages: _per_stage(space),
    ),
    Slip(
        "power-turned-round",
        "Base and exponent are exchanged: each stage brings in the same factor once more.",
        lambda space, stages: stages ** _per_stage(space),
    ),
    Slip(
        "slots",
        "You count the slots; what counts is how many choices each slot has.",
        lambda space, stages: len(space) ** stages,
    ),
    Slip(
        "choices-of-the-largest",
        "You look at one slot only.",
        lambda space, stages: max(map(len, space.values())) ** stages,
    ),
    Slip(
        "order-ignored",
        "You take networks for the same whose stages have the same choices in another order. "
        "A choice in the first stage is not the same network as that choice in the last.",
        lambda space, stages: math.comb(_per_stage(space) + stages - 1, stages),
    ),
    Slip(
        "each-way-once",
        "You let each stage choose only what no other has chosen. The stages are independent.",
        lambda space, stages: math.perm(_per_stage(space), stages),
    ),
    Slip(
        "through-a-float",
        "Only the first digits are right: on the way it was a float, which holds about 16 of "
        "them. Multiply ints (math.prod, **), and the result is exact.",
        lambda space, stages: int(float(_per_stage(space)) ** stages),
    ),
)


def _judge_size(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "space_size", inputs["cases"], part(answer, "results"), _size, _SIZE_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ the objective


def _accuracies(random: Random, count: int) -> list[float]:
    return [n / 1000 for n in random.sample(range(520, 870), count)]


def _reward_inputs(seed: int) -> Inputs:
    random = Random(seed)
    accuracies, target = _accuracies(random, 4), random.randint(310, 520)
    w = -random.randint(11, 29) / 100
    dear, cheap = round(target * random.uniform(1.3, 2.7)), round(target * random.uniform(0.4, 0.8))
    costs = (dear, cheap, 3 * dear, cheap // 2)
    cases: list[dict[str, Any]] = [
        {"accuracy": accuracy, "cost": cost, "target": target}
        for accuracy, cost in zip(accuracies, costs, strict=True)
    ]
    cases[2]["w"], cases[3]["w"] = w, w / 2
    return {"cases": cases}


_DEFAULT_W = -0.07


def _objective(rule: Callable[[float, float, float, float], Plain]) -> Any:
    """Return an objective with the right default."""

    def objective(accuracy: float, cost: float, target: float, w: float = _DEFAULT_W) -> Plain:
        return rule(accuracy, cost, target, w)

    return objective


_reward = _objective(lambda accuracy, cost, target, w: accuracy * (cost / target) ** w)

_REWARD_SLIPS = (
    Slip(
        "dear-is-rewarded",
        "Your reward rises with the cost. Divide the cost by the target, and leave the sign of w "
        "as it is: w is negative, so that a dear network gets a factor below 1.",
        _objective(lambda accuracy, cost, target, w: accuracy * (target / cost) ** w),
    ),
    Slip(
        "accuracy-in-the-power",
        "You raise the accuracy to the power w, too. Only the ratio of the costs is: in Python "
        "** comes before * and /, so put the ratio in brackets.",
        _objective(lambda accuracy, cost, target, w: (accuracy * cost / target) ** w),
    ),
    Slip(
        "target-not-in-the-power",
        "You raise one of the two costs alone to the power w. In Python ** comes before * and /: "
        "put the ratio in brackets.",
        _objective(lambda accuracy, cost, target, w: accuracy * cost / target**w),
    ),
    Slip(
        "cost-not-in-the-power",
        "You raise one of the two costs alone to the power w. In Python ** comes before * and /: "
        "put the ratio in brackets.",
        _objective(lambda accuracy, cost, target, w: accuracy * cost**w / target),
    ),
    Slip(
        "times-w",
        "You multiply by w; w is an exponent (**).",
        _objective(lambda accuracy, cost, target, w: accuracy * (cost / target) * w),
    ),
    Slip(
        "no-target",
        "You leave the target out. The factor is 1 for a network that costs exactly the target.",
        _objective(lambda accuracy, cost, target, w: accuracy * cost**w),
    ),
    Slip(
        "factor-alone",
        "That is the factor alone; multiply the accuracy by it.",
        _objective(lambda accuracy, cost, target, w: (cost / target) ** w),
    ),
    Slip(
        "added",
        "You add the factor to the accuracy; multiply the two.",
        _objective(lambda accuracy, cost, target, w: accuracy + (cost / target) ** w),
    ),
    Slip(
        "straight-line",
        "You change the reward along a straight line. Each doubling of the cost should change it "
        "by the same factor: a power of the ratio.",
        _objective(lambda accuracy, cost, target, w: accuracy * (1 + w * (cost / target - 1))),
    ),
    Slip(
        "absolute-difference",
        "You take a penalty away for each unit of cost beyond the target. What counts is the "
        "ratio of cost and target, to the power w.",
        _objective(lambda accuracy, cost, target, w: accuracy + w * (cost - target)),
    ),
    Slip(
        "distance-from-the-target",
        "You punish a network for being cheaper than the target. Cheaper is better: the factor is "
        "above 1 there.",
        _objective(
            lambda accuracy, cost, target, w: accuracy * max(cost / target, target / cost) ** w
        ),
    ),
    Slip(
        "no-reward-for-cheaper",
        "You never give a factor above 1. A network that is cheaper than the target is rewarded "
        "for it here.",
        _objective(lambda accuracy, cost, target, w: accuracy * min(1.0, (cost / target) ** w)),
    ),
    Slip(
        "nothing-for-dearer",
        "You never give a factor below 1. A network that is dearer than the target has to pay for "
        "it.",
        _objective(lambda accuracy, cost, target, w: accuracy * max(1.0, (cost / target) ** w)),
    ),
    Slip(
        "hard-limit",
        "You give nothing to a network that is dearer than the target. This objective is soft: "
        "too dear costs some of the reward, not all of it.",
        _objective(
            lambda accuracy, cost, target, w: accuracy * (cost / target) ** w
            if cost <= target else 0.0
        ),
    ),
    Slip(
        "fixed-w",
        "You always take the exponent -0.07, though `w` says which.",
        lambda accuracy, cost, target, w=_DEFAULT_W: _reward(accuracy, cost, target),
    ),
    Slip(
        "default-positive",
        "Where no w is given, you take 0.07; the default is negative.",
        lambda accuracy, cost, target, w=0.07: _reward(accuracy, cost, target, w),
    ),
    Slip(
        "logarithm",
        "You add a logarithm of the ratio; multiply by the ratio to the power w.",
        _objective(lambda accuracy, cost, target, w: accuracy + w * math.log(cost / target)),
    ),
)  # fmt: skip


def _judge_reward(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "reward", inputs["cases"], part(answer, "results"), _reward, _REWARD_SLIPS,
        rel=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


def _two_sided_inputs(seed: int) -> Inputs:
    random = Random(seed)
    accuracies, target = _accuracies(random, 6), random.randint(310, 520)
    small, large = -random.randint(2, 9) / 100, -random.randint(15, 60) / 100
    dear, cheap = round(target * random.uniform(1.3, 2.2)), round(target * random.uniform(0.4, 0.8))
    costs = (cheap, dear, cheap - 20, dear + 30, cheap - 40, dear + 60)
    # The last two prize what is saved more than they punish what is spent.
    exponents = [(0, -1)] * 2 + [(small, large)] * 2 + [(large, small)] * 2
    return {
        "cases": [
            {"accuracy": accuracy, "cost": cost, "target": target, "alpha": alpha, "beta": beta}
            for accuracy, cost, (alpha, beta) in zip(accuracies, costs, exponents, strict=True)
        ]
    }


def _two_sided_by(factor: Callable[[float, float, float], float]) -> Any:
    """Return an objective with a factor that depends on the ratio and the two exponents."""

    def objective(accuracy: float, cost: float, target: float, alpha: float, beta: float) -> float:
        return accuracy * factor(cost / target, alpha, beta)

    return objective  # fmt: skip


_two_sided = _two_sided_by(lambda ratio, alpha, beta: ratio ** (alpha if ratio <= 1 else beta))

_WHICH_EXPONENT = (
    "alpha is for networks that cost at most the target, beta for those that cost more."
)

_TWO_SIDED_SLIPS = (
    Slip(
        "exchanged",
        f"The exponents are exchanged. {_WHICH_EXPONENT}",
        _two_sided_by(lambda ratio, alpha, beta: ratio ** (beta if ratio <= 1 else alpha)),
    ),
    Slip(
        "zero-above",
        "You give nothing to a network that is dearer than the target; it gets the factor with "
        "the exponent beta.",
        _two_sided_by(lambda ratio, alpha, beta: ratio**alpha if ratio <= 1 else 0.0),
    ),
    Slip(
        "factor-only-above",
        "You leave the accuracy as it is below the target. alpha counts there; with a negative "
        "one the reward is above the accuracy.",
        _two_sided_by(lambda ratio, alpha, beta: 1.0 if ratio <= 1 else ratio**beta),
    ),
    Slip(
        "factor-only-below",
        "You leave the accuracy as it is above the target; beta counts there.",
        _two_sided_by(lambda ratio, alpha, beta: ratio**alpha if ratio <= 1 else 1.0),
    ),
    Slip(
        "always-alpha",
        f"You use alpha on both sides. {_WHICH_EXPONENT}",
        _two_sided_by(lambda ratio, alpha, beta: ratio**alpha),
    ),
    Slip(
        "always-beta",
        f"You use beta on both sides. {_WHICH_EXPONENT}",
        _two_sided_by(lambda ratio, alpha, beta: ratio**beta),
    ),
    Slip(
        "both",
        f"You use both exponents at once. {_WHICH_EXPONENT}",
        _two_sided_by(lambda ratio, alpha, beta: ratio ** (alpha + beta)),
    ),
    Slip(
        "smaller-factor",
        "You take the smaller factor, or let the sizes of the exponents decide. The cost decides. "
        f"{_WHICH_EXPONENT}",
        _two_sided_by(lambda ratio, alpha, beta: min(ratio**alpha, ratio**beta)),
    ),
    Slip(
        "ratio-turned-round",
        "You divide the target by the cost; divide the cost by the target.",
        _two_sided_by(
            lambda ratio, alpha, beta: (1 / ratio) ** (alpha if ratio <= 1 else beta)
        ),
    ),
    Slip(
        "ratio-turned-round-and-exchanged",
        f"You divide the target by the cost, which also exchanges the exponents. {_WHICH_EXPONENT}",
        _two_sided_by(
            lambda ratio, alpha, beta: (1 / ratio) ** (beta if ratio <= 1 else alpha)
        ),
    ),
    Slip(
        "factor-alone",
        "That is the factor alone; multiply the accuracy by it.",
        lambda accuracy, cost, target, alpha, beta: (
            _two_sided(1.0, cost, target, alpha, beta)
        ),
    ),
)  # fmt: skip


def _judge_two_sided(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "two_sided_reward", inputs["cases"], part(answer, "results"), _two_sided, _TWO_SIDED_SLIPS,
        rel=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ how many random ones


def _needed_inputs(seed: int) -> Inputs:
    random = Random(seed)
    ranges = (((150, 400), (600, 995)), ((40, 130), (600, 995)), ((12, 35), (600, 995)),
              ((3, 9), (600, 995)), ((250, 400), (40, 90)))  # fmt: skip
    while True:
        cases = [_clear_draws(random, *both) for both in ranges]
        # Rounding shows only if it goes up for some and down for others.
        if len({_exact_draws(**case) % 1 > 0.5 for case in cases[:4]}) == 2:
            return {"cases": cases}


def _clear_draws(
    random: Random, shares: tuple[int, int], confidences: tuple[int, int]
) -> dict[str, float]:
    """Draw a share and a confidence, in thousandths, whose number of draws is no close call."""
    while True:
        share, confidence = (random.randint(*limits) / 1000 for limits in (shares, confidences))
        if 0.1 < _exact_draws(share, confidence) % 1 < 0.9:
            return {"share": share, "confidence": confidence}


def _exact_draws(share: float, confidence: float) -> float:
    return math.log(1 - confidence) / math.log(1 - share)


def _needed(share: float, confidence: float) -> int:
    return math.ceil(_exact_draws(share, confidence))


_NEEDED_SLIPS = (
    Slip(
        "one-over-share",
        "You take one over the share. So many draws hit the top once on average, but often not at "
        "all: work out the probability that all of them miss it.",
        lambda share, confidence: math.ceil(1 / share),
    ),
    Slip(
        "confidence-over-share",
        "You divide the confidence by the share, as if each draw added the share to the "
        "probability. Draws overlap: work out the probability that all of them miss the top.",
        lambda share, confidence: math.ceil(confidence / share),
    ),
    Slip(
        "rounded-down",
        "That is one too few: with so many draws the confidence is not reached yet.",
        lambda share, confidence: math.floor(_exact_draws(share, confidence)),
    ),
    Slip(
        "rounded",
        "You round to the nearest number. Where that rounds down, the confidence is not reached "
        "yet.",
        lambda share, confidence: round(_exact_draws(share, confidence)),
    ),
    Slip(
        "one-too-many",
        "That is one too many: one draw fewer reaches the confidence already.",
        lambda share, confidence: _needed(share, confidence) + 1,
    ),
    Slip(
        "not-whole",
        "There are whole draws only: return the smallest int that is enough.",
        lambda share, confidence: _exact_draws(share, confidence),
    ),
    Slip(
        "exchanged",
        "You have exchanged share and confidence.",
        lambda share, confidence: _needed(confidence, share),
    ),
    Slip(
        "all-in-the-top",
        "You ask that the draws be all in the top. One of them is enough: it fails only if all of "
        "them miss.",
        lambda share, confidence: math.ceil(math.log(1 - confidence) / math.log(share)),
    ),
    Slip(
        "all-in-the-top-confidence",
        "You ask that all draws be in the top with that confidence. One of them is enough: it "
        "fails only if all of them miss.",
        lambda share, confidence: math.ceil(math.log(confidence) / math.log(share)),
    ),
    Slip(
        "all-miss",
        "You ask that all draws miss the top with that probability. They may do so with the rest "
        "only: one less the confidence.",
        lambda share, confidence: math.ceil(math.log(confidence) / math.log(1 - share)),
    ),
)


def _judge_needed(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "samples_needed", inputs["cases"], part(answer, "results"), _needed, _NEEDED_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ what the three loops share

#: How far the share of a draw may be from its probability. In n draws a right answer is further off
#: with a probability of at most 2 exp(-2 n 0.15²) (Hoeffding), which is 4e-12 for 600.
_FAR_OFF = 0.15
_MANY = 600


def _rejected(message: str, slip: str, details: Table | None = None) -> CheckResult:
    return CheckResult("incorrect", message, slip, details=details)


def _unreadable(function: str) -> CheckResult:
    return _rejected(f"{function} gave no answers that could be read.", "odd")


def _first(results: Iterator[CheckResult | None]) -> CheckResult | None:
    return next((result for result in results if result is not None), None)


def _differing(one: Architecture, other: Architecture) -> list[str]:
    """Return the slots in which two architectures of one space differ."""
    return [slot for slot in one if not same(one[slot], other[slot])]


def _outside(space: Space, got: Plain) -> tuple[str, str] | None:
    """Say why something is no architecture of a space: a slip, and words; None if it is one."""
    if not isinstance(got, dict):
        return "no-architecture", (
            f"{value_text(got)} is no architecture: that is a dict with one choice for each slot."
        )
    if missing := [slot for slot in space if slot not in got]:
        return "slot-missing", (
            f"{value_text(got)} has no choice for {missing[0]}; it must have all slots."
        )
    if extra := [slot for slot in got if slot not in space]:
        return "slot-too-many", f"{value_text(got)} has {extra[0]}, which is no slot of the space."
    for slot, choices in space.items():
        if not _is_in(got[slot], choices):
            return _no_choice(space, slot, got[slot])
    return None


def _is_in(value: Plain, choices: Sequence[Any]) -> bool:
    return any(same(value, choice) for choice in choices)


def _no_choice(space: Space, slot: str, value: Plain) -> tuple[str, str]:
    said = f"{value_text(value)} is no choice of {slot}, which has {value_text(space[slot])}."
    if same(value, space[slot]):
        return "all-choices", f"{said} That is the list itself: draw one of its values."
    others = [name for name in space if name != slot and _is_in(value, space[name])]
    if others:
        return "another-slot", f"{said} It is one of {others[0]}: each slot has its own choices."
    if type(value) is int and 0 <= value < len(space[slot]):
        return "place", f"{said} Is it the place of a choice? Give the choice itself."
    return "no-choice", said


Tally = list[tuple[Architecture, int]]


def _read_tally(got: Plain, count: int) -> list[tuple[Plain, int]] | None:
    """Return values and how often each was given, in all `count`; None if it cannot be read."""
    if not isinstance(got, list) or not all(isinstance(p, list) and len(p) == 2 for p in got):
        return None
    if not all(type(n) is int and n > 0 for _, n in got) or sum(n for _, n in got) != count:
        return None
    return [(value, n) for value, n in got]


def _generator_problem(function: str, run: Mapping[str, Plain]) -> CheckResult | None:
    if run.get("used") is not True:
        return _rejected(
            f"{function} never uses the generator `rng` that it is given. Draw with rng.choice and "
            "its like, not with the module random: then a search can be repeated exactly.",
            "rng-not-used",
        )
    if run.get("repeats") is not True:
        return _rejected(
            f"{function} was called twice with generators in the same state, and the results "
            "differ. Every draw must come from `rng`, none from the module random or from numpy.",
            "not-repeatable",
        )
    return None


# ------------------------------------------------------------------ mutation


def _mutate_inputs(seed: int) -> Inputs:
    random = Random(seed)
    spaces = (
        _space(random, random.sample((2, 3, 4), 3)),
        # One slot has one other choice, the other has five: each must change as often.
        _space(random, random.sample((1, 2, 1, 6), 4)),
        _space(random, random.sample((3, 1, 4, 3), 4)),
    )
    return {
        "cases": [
            {
                "parent": _any_architecture(random, space), "space": space,
                "seed": random.randrange(10**6), "children": _MANY,
            }
            for space in spaces
        ]
    }  # fmt: skip


def _any_architecture(random: Random, space: Space) -> dict[str, Any]:
    """Draw an architecture whose slots are in another order than the space's."""
    return {slot: random.choice(space[slot]) for slot in reversed(list(space))}


def _judge_mutate(inputs: Inputs, answer: Plain) -> CheckResult:
    cases, runs = inputs["cases"], part(answer, "runs")
    if not _are_runs(runs, cases):
        return _unreadable("mutate")
    tallies = [
        _read_tally(run.get("children"), case["children"])
        for case, run in zip(cases, runs, strict=True)
    ]
    if any(tally is None for tally in tallies):
        return _unreadable("mutate")
    families = [
        (case, tally) for case, tally in zip(cases, tallies, strict=True) if tally is not None
    ]
    shown = [f"mutate(parent={value_text(case['parent'])}, ...)" for case in cases]
    return (
        _first(_strange_child(*family) for family in families)
        or _unchanged_child(families)
        or _same_children(families)
        or _first(_uneven_family(*family) for family in families)
        or _first(_generator_problem("mutate", run) for run in runs)
        or judge_changed(shown, [run.get("changed") for run in runs], "work on a copy")
        or CheckResult("correct", f"mutate is right for {_MANY} children of each parent tried.")
    )


def _are_runs(runs: Plain, cases: Sequence[Case]) -> bool:
    return (
        isinstance(runs, list)
        and len(runs) == len(cases)
        and all(isinstance(run, dict) for run in runs)
    )


def _strange_child(case: Case, tally: Tally) -> CheckResult | None:
    """Judge children that are no architectures, or differ from their parent in several slots."""
    parent, space = case["parent"], case["space"]
    for child, _ in tally:
        if problem := _outside(space, child):
            slip, why = problem
            return _rejected(f"A child of {value_text(parent)}: {why}", slip)
    several = [(child, _differing(parent, child)) for child, _ in tally]
    several = [(child, slots) for child, slots in several if len(slots) > 1]
    if not several:
        return None
    child, slots = several[0]
    return _rejected(
        f"{value_text(parent)} has the child {value_text(child)}: it differs in {len(slots)} slots "
        f"({', '.join(slots)}). A mutation changes exactly one; copy the parent, and set one slot.",
        "several-slots",
    )


def _unchanged_child(families: Sequence[tuple[Case, Tally]]) -> CheckResult | None:
    """Judge children that are their parents: why, is told by the spaces where it happens."""
    equal = [
        sum(n for child, n in tally if not _differing(case["parent"], child))
        for case, tally in families
    ]
    if not any(equal):
        return None
    where = next(i for i, count in enumerate(equal) if count)
    case = families[where][0]
    said = (
        f"{equal[where]} of {case['children']} children of {value_text(case['parent'])} are equal "
        "to their parent."
    )
    if equal[where] == case["children"]:
        return _rejected(f"{said} One slot must get another of its choices.", "never-changed")
    if all(len(choices) > 1 for choices in case["space"].values()):
        return _rejected(
            f"{said} The new choice must be another one: leave the parent's own out before you "
            "draw.",
            "own-choice-drawn",
        )
    single = next(slot for slot, choices in case["space"].items() if len(choices) == 1)
    return _rejected(
        f"{said} A slot such as {single} has a single choice, so it cannot change: draw among the "
        "slots that have more.",
        "single-choice-drawn",
    )


def _same_children(families: Sequence[tuple[Case, Tally]]) -> CheckResult | None:
    if any(len(tally) > 1 for _, tally in families):
        return None
    case, _ = families[0]
    return _rejected(
        f"All {case['children']} children of {value_text(case['parent'])} are the same one: "
        "nothing is drawn, or the same numbers again and again. Use the generator that is given, "
        "and make none of your own.",
        "always-the-same-child",
    )


def _uneven_family(case: Case, tally: Tally) -> CheckResult | None:
    """Judge how often each slot and each choice was drawn; all children are mutations."""
    parent, count = case["parent"], case["children"]
    about = f"Of {count} children of {value_text(parent)}"
    others = {
        slot: [choice for choice in choices if not same(choice, parent[slot])]
        for slot, choices in case["space"].items() if len(choices) > 1
    }  # fmt: skip
    drawn: dict[str, list[tuple[Any, int]]] = {slot: [] for slot in others}
    for child, n in tally:
        (slot,) = _differing(parent, child)
        drawn[slot].append((child[slot], n))
    return (
        _never_drawn(about, others, drawn)
        or _uneven_slots(about, others, drawn, count)
        or _uneven_choices(about, others, drawn, count)
    )  # fmt: skip


_ANY_OTHER = (
    "Draw the new choice among all that the parent does not have, whatever their order in the list."
)

_Others = Mapping[str, list[Any]]
_Drawn = Mapping[str, list[tuple[Any, int]]]


def _never_drawn(about: str, others: _Others, drawn: _Drawn) -> CheckResult | None:
    never = [slot for slot in others if not drawn[slot]]
    if len(never) == len(others) - 1 and len(others) > 1:
        (only,) = (slot for slot in others if slot not in never)
        return _rejected(
            f"{about} all differ from it in {only}. Any slot with more than one choice may be the "
            "one that changes: draw it.",
            "always-the-same-slot",
        )
    if never:
        return _rejected(
            f"{about} none differs from it in {never[0]}, which has {len(others[never[0]]) + 1} "
            "choices. Any slot with more than one choice may be the one that changes.",
            "slot-never-drawn",
        )
    missing = {
        slot: [choice for choice in others[slot] if not _is_in(choice, [c for c, _ in drawn[slot]])]
        for slot in others
    }
    if not any(missing.values()):
        return None
    slot = next(slot for slot in missing if missing[slot])
    if all(len(drawn[name]) == 1 for name in others):
        return _rejected(
            f"{about} all that differ in {slot} have {value_text(drawn[slot][0][0])} there. "
            f"{_ANY_OTHER}",
            "always-the-same-choice",
        )
    return _rejected(
        f"{about} none has {value_text(missing[slot][0])} in {slot}. {_ANY_OTHER}",
        "choice-never-drawn",
    )


def _uneven_slots(about: str, others: _Others, drawn: _Drawn, count: int) -> CheckResult | None:
    wanted = 1 / len(others)
    shares = {slot: sum(n for _, n in drawn[slot]) / count for slot in others}
    slot = max(shares, key=lambda name: abs(shares[name] - wanted))
    if abs(shares[slot] - wanted) <= _FAR_OFF:
        return None
    said = (
        f"{about} {shares[slot]:.0%} differ from it in {slot}; it should be about {wanted:.0%}, "
        f"since {len(others)} slots can change."
    )
    in_all = sum(map(len, others.values()))
    if all(abs(shares[name] - len(others[name]) / in_all) <= _FAR_OFF for name in others):
        return _rejected(
            f"{said} You draw among all possible children, so that a slot with many choices "
            "changes most. Draw the slot first, then its choice.",
            "slots-by-number-of-choices",
        )
    return _rejected(f"{said} Draw the slot with rng.choice.", "uneven-slots")


def _uneven_choices(about: str, others: _Others, drawn: _Drawn, count: int) -> CheckResult | None:
    for slot, pairs in drawn.items():
        wanted = 1 / len(others) / len(others[slot])
        for choice, n in pairs:
            if abs(n / count - wanted) > _FAR_OFF:
                return _rejected(
                    f"{about} {n / count:.0%} have {value_text(choice)} in {slot}; it should be "
                    f"about {wanted:.0%}. All other choices of a slot are equally likely.",
                    "uneven-choices",
                )
    return None


# ------------------------------------------------------------------ what a search has evaluated


@dataclass(frozen=True, slots=True)
class _Search:
    """A search that was tried: how it was called, what it evaluated, what came of it.

    Parameters
    ----------
    function
        The learner's.
    case
        How it was called.
    log
        What was evaluated, in order. It is of any length and kind until `_wrong_count` and
        `_strange_architecture` have passed it.
    spoiled
        Places in the log of what was changed after it was evaluated.
    result
        What was returned.
    """

    function: str
    case: Case
    log: Sequence[Plain]
    spoiled: Sequence[int]
    result: Plain

    @property
    def rewards(self) -> Sequence[float]:
        """What `evaluate` gave, in order."""
        rewards: Sequence[float] = self.case["rewards"]
        return rewards

    @property
    def call(self) -> str:
        """The call, short."""
        counts = {k: v for k, v in self.case.items() if type(v) is int and k != "seed"}
        return call_text(self.function, **counts).replace("(", "(space, evaluate, ", 1)

    @property
    def table(self) -> Table:
        """What was evaluated."""
        rows = tuple(
            (n + 1, f"{reward:.3f}", value_text(architecture))
            for n, (reward, architecture) in enumerate(zip(self.rewards, self.log, strict=False))
        )
        columns = ("network", "reward", "architecture")
        return Table(f"What was evaluated by {self.call}", columns, rows)


def _searches(function: str, cases: Sequence[Case], runs: Plain) -> list[_Search] | None:
    """Return the searches that were tried; None if they cannot be read."""
    if not _are_runs(runs, cases):
        return None
    if not all(isinstance(run.get(name), list) for run in runs for name in ("log", "spoiled")):
        return None
    if not all(type(place) is int for run in runs for place in run["spoiled"]):
        return None
    return [
        _Search(function, case, run["log"], run["spoiled"], run.get("result"))
        for case, run in zip(cases, runs, strict=True)
    ]


_ONCE = "Evaluate each network once, when it is drawn, and keep its reward beside it."


def _wrong_count(search: _Search) -> CheckResult | None:
    """Judge how often `evaluate` was called."""
    count, samples = len(search.log), search.case["samples"]
    if count == samples:
        return None
    said = f"{search.call} calls evaluate {count} times; it should be {samples}."
    slip, why = _why_count(count, samples, search.case.get("population", 0))
    return _rejected(f"{said} {why}", slip, search.table)


def _why_count(count: int, samples: int, population: int) -> tuple[str, str]:
    if count == 0:
        return "never-evaluated", "Only evaluate can tell how good an architecture is."
    if population and count == population + samples:
        return "population-on-top", "The first population counts, too: `samples` is the total."
    if population and count == population:
        return "children-not-evaluated", "Each child must be evaluated, too."
    if count == samples + 1:
        return "one-too-many", (
            "Does a loop run once too often, or is the best one evaluated again at the end?"
        )
    if count == samples - 1:
        return "one-too-few", "Does a loop end too early?"
    if count > samples:
        return "evaluated-again", _ONCE
    return "too-few", "Every network that is drawn is evaluated, one that was seen before, too."


def _strange_architecture(search: _Search) -> CheckResult | None:
    for number, architecture in enumerate(search.log, start=1):
        if problem := _outside(search.case["space"], architecture):
            slip, why = problem
            return _rejected(
                f"{search.call}: what it evaluates as network {number} is wrong. {why}",
                slip, search.table,
            )  # fmt: skip
    return None


# ------------------------------------------------------------------ what a search returns


@dataclass(frozen=True, slots=True)
class _Variant:
    """A known way to get the best architecture, or the curve, wrong: for all searches."""

    name: str
    says: str
    gives: Callable[[_Search], Plain]


def _place_of_best(rewards: Sequence[float], places: Sequence[int] | range | None = None) -> int:
    """Return the place of the best reward, of all or of some places."""
    places = range(len(rewards)) if places is None else places
    return max(places, key=lambda place: rewards[place])


def _best(search: _Search) -> Plain:
    return search.log[_place_of_best(search.rewards)]


def _curve(search: _Search) -> list[float]:
    return list(accumulate(search.rewards, max))


def _living_at_the_end(search: _Search) -> range:
    return range(len(search.rewards) - search.case["population"], len(search.rewards))


def _best_of_the_living(search: _Search) -> list[float]:
    """Return the best reward among the living, after each evaluation."""
    rewards, population = search.rewards, search.case["population"]
    return [max(rewards[max(0, n - population) : n]) for n in range(1, len(rewards) + 1)]


def _improvements(search: _Search) -> list[float]:
    return sorted(set(_curve(search)))


def _best_above_zero(search: _Search) -> Plain:
    return _best(search) if max(search.rewards) > 0 else None


_BESTS = (
    _Variant(
        "nothing-above-zero",
        "No reward is above 0 there, and you have kept none. Rewards may be negative: begin with "
        "the first network, or with -math.inf.",
        _best_above_zero,
    ),
    _Variant(
        "worst-returned",
        "That is the one of the lowest reward; a high reward is good.",
        lambda search: search.log[search.rewards.index(min(search.rewards))],
    ),
    _Variant(
        "last-returned",
        "That is the one that was evaluated last; return the one of the highest reward. (If all "
        "your networks are one and the same dict, which is changed again and again, make a new "
        "one for each.)",
        lambda search: search.log[-1],
    ),
    _Variant(
        "first-returned",
        "That is the one that was evaluated first; return the one of the highest reward.",
        lambda search: search.log[0],
    ),
    _Variant(
        "reward-returned",
        "That is the best reward; return the architecture that got it.",
        lambda search: max(search.rewards),
    ),
    _Variant(
        "place-returned",
        "That is the place of the best one; return the architecture itself.",
        lambda search: _place_of_best(search.rewards),
    ),
    _Variant(
        "architecture-and-reward",
        "That is the architecture with its reward; return the architecture alone, as the curve "
        "tells the reward.",
        lambda search: [_best(search), max(search.rewards)],
    ),
    _Variant(
        "reward-and-architecture",
        "That is the architecture with its reward; return the architecture alone, as the curve "
        "tells the reward.",
        lambda search: [max(search.rewards), _best(search)],
    ),
    _Variant(
        "best-of-the-living",
        "That is the best of those that live at the end. The best of all has left before: keep "
        "all that were ever evaluated, or the best of them.",
        lambda search: search.log[_place_of_best(search.rewards, _living_at_the_end(search))],
    ),
)

_SO_FAR = "Asked for is the best reward so far, which never falls."

_CURVES = (
    _Variant(
        "each-reward", f"These are the rewards one by one. {_SO_FAR}",
        lambda search: list(search.rewards),
    ),
    _Variant(
        "running-minimum",
        "That is the lowest reward so far; a high reward is good.",
        lambda search: list(accumulate(search.rewards, min)),
    ),
    _Variant(
        "from-zero",
        "Your curve begins at 0, as if somebody had found that already. Rewards may be negative: "
        "begin with the first one.",
        lambda search: list(accumulate(search.rewards, max, initial=0.0))[1:],
    ),
    _Variant(
        "zero-in-front",
        "Your curve has one value too many: a 0 in front, which no network got. It begins with "
        "the first reward.",
        lambda search: list(accumulate(search.rewards, max, initial=0.0)),
    ),
    _Variant(
        "infinity-in-front",
        "Your curve has one value too many: minus infinity in front, which no network got. It "
        "begins with the first reward.",
        lambda search: [-math.inf, *_curve(search)],
    ),
    _Variant(
        "one-behind",
        "Your curve is one step behind: each value is the best before the evaluation; take the "
        "best after it.",
        lambda search: [-math.inf, *_curve(search)[:-1]],
    ),
    _Variant(
        "one-behind-from-zero",
        "Your curve is one step behind, and begins at 0: each value is the best before the "
        "evaluation; take the best after it.",
        lambda search: list(accumulate(search.rewards, max, initial=0.0))[:-1],
    ),
    _Variant(
        "best-alone",
        "That is the best reward alone; the curve has one value for each evaluation.",
        lambda search: max(search.rewards),
    ),
    _Variant(
        "best-everywhere",
        "That is the best reward of all, again and again. Nobody knows it before it is found: each "
        "value is the best up to there.",
        lambda search: [max(search.rewards)] * len(search.rewards),
    ),
    _Variant(
        "sorted", f"You sort the rewards. {_SO_FAR}",
        lambda search: sorted(search.rewards),
    ),
    _Variant(
        "running-mean", f"That is the mean of the rewards so far. {_SO_FAR}",
        lambda search: [fmean(search.rewards[: n + 1]) for n in range(len(search.rewards))],
    ),
    _Variant(
        "improvements",
        "You note only those that are better than all before. The curve has one value for each "
        "evaluation, so some are there several times.",
        _improvements,
    ),
    _Variant(
        "curve-of-the-living",
        "That is the best reward among the living. It may fall when the best one leaves; the "
        "best so far, of all that were ever evaluated, does not.",
        _best_of_the_living,
    ),
    _Variant(
        "children-only",
        "The curve has one value for each evaluation, those of the first population, too.",
        lambda search: _curve(search)[search.case["population"] :],
    ),
)  # fmt: skip


def _wrong_result(searches: Sequence[_Search]) -> CheckResult | None:
    """Judge what was returned, by what was evaluated."""
    return (
        _first(_no_pair(search) for search in searches)
        or _turned_round(searches)
        or _wrong_part(searches, 0, "the best architecture", _best, _BESTS)
        or _wrong_part(searches, 1, "the curve", _curve, _CURVES)
    )  # fmt: skip


def _no_pair(search: _Search) -> CheckResult | None:
    got = search.result
    if isinstance(got, list) and len(got) == 2:
        return None
    why = what_is_off([_best(search), _curve(search)], got)
    if matches(got, _best(search)):
        why = "That is the best architecture alone."
    if matches(got, _curve(search), rel=_ROUNDING):
        why = "That is the curve alone."
    return _rejected(
        f"{search.call} gives {value_text(got)}. {why} Return two: the best architecture and the "
        "curve.",
        "no-pair",
    )


def _turned_round(searches: Sequence[_Search]) -> CheckResult | None:
    if all(matches(s.result, [_curve(s), _best(s)], rel=_ROUNDING) for s in searches):
        return _rejected(
            f"{searches[0].call} gives the curve first; the best architecture comes first.",
            "turned-round",
        )
    return None


def _wrong_part(
    searches: Sequence[_Search], which: int, called: str, right: Callable[[_Search], Plain],
    variants: Sequence[_Variant],
) -> CheckResult | None:  # fmt: skip
    """Judge one of the two that are returned; a variant explains it if it does so everywhere."""
    wrong = [s for s in searches if not matches(s.result[which], right(s), rel=_ROUNDING)]
    if not wrong:
        return None
    search, got = wrong[0], wrong[0].result[which]
    found = next((v for v in variants if all(_explains(v, s, which) for s in searches)), None)
    why = found.says if found else "" if got is None else what_is_off(right(search), got)
    return _rejected(
        f"{search.call}: {called} should be {value_text(right(search))}, and is "
        f"{value_text(got)}. {why}".strip(),
        found.name if found else f"wrong-{('best', 'curve')[which]}",
        search.table,
    )


def _explains(variant: _Variant, search: _Search, which: int) -> bool:
    try:
        return matches(search.result[which], variant.gives(search), rel=_ROUNDING)
    except KeyError:  # there are no living ones in a random search
        return False


# ------------------------------------------------------------------ random search


def _rewards(random: Random, count: int, low: int, high: int) -> list[float]:
    """Draw rewards, all different; the curve has several steps, and ends before the last."""
    while True:
        rewards = [n / 1000 for n in random.sample(range(low, high), count)]
        steps = len(set(accumulate(rewards, max)))
        best, worst = max(rewards), min(rewards)
        inner = rewards[1:-1]
        if steps >= 3 and best in inner and worst in inner and rewards[0] < fmean(rewards):
            return rewards


def _random_inputs(seed: int) -> Inputs:
    random = Random(seed)
    sizes = ((3, 4, 2), (4, 1, 3, 2), (5, 3, 4))
    # Rewards of both signs, of one sign, and so low that none comes near to zero.
    rewards = [
        _rewards(random, 7, -900, -100), _rewards(random, 12, -500, 500),
        _rewards(random, 19, 300, 900),
    ]  # fmt: skip
    cases = [
        {
            "space": _space(random, random.sample(size, len(size))), "samples": len(values),
            "rewards": values, "seed": random.randrange(10**6),
        }
        for size, values in zip(sizes, rewards, strict=True)
    ]  # fmt: skip
    many = {
        "space": _space(random, random.sample((1, 2, 3), 3)), "samples": _MANY,
        "rewards": _rewards(random, 30, -300, 300), "seed": random.randrange(10**6),
    }  # fmt: skip
    return {"cases": cases, "many": many}


def _judge_random(inputs: Inputs, answer: Plain) -> CheckResult:
    runs, many = part(answer, "runs"), inputs["many"]
    searches = _searches("random_search", inputs["cases"], runs)
    drawn = part(answer, "drawn")
    if searches is None or not isinstance(drawn, list):
        return _unreadable("random_search")
    shown = [search.call for search in searches]
    return (
        _first(map(_wrong_count, searches))
        or _first(map(_strange_architecture, searches))
        or _always_the_same(searches)
        or _uneven_draws(many, drawn)
        or _first(_generator_problem("random_search", run) for run in runs)
        or _wrong_result(searches)
        or judge_changed(shown, [run.get("changed") for run in runs], "work on a copy")
        or CheckResult("correct", f"random_search is right in {len(runs) + 1} searches.")
    )


def _always_the_same(searches: Sequence[_Search]) -> CheckResult | None:
    if all(same(one, search.log[0]) for search in searches for one in search.log):
        return _rejected(
            f"{searches[0].call} evaluates the same architecture again and again. Draw a new one "
            "each time, from the generator that is given: one that is made anew in the loop gives "
            "the same numbers each time.",
            "always-the-same",
        )
    return None


def _uneven_draws(case: Case, drawn: list[Plain]) -> CheckResult | None:
    """Judge how often each architecture of a small space was drawn in a long search."""
    tally = _read_tally(drawn, case["samples"])
    if tally is None:
        return _unreadable("random_search")
    space, count = case["space"], case["samples"]
    for architecture, _ in tally:
        if problem := _outside(space, architecture):
            return _rejected(f"random_search with {count} samples: {problem[1]}", problem[0])
    every = math.prod(map(len, space.values()))
    said = f"In {count} samples of a space of {every} architectures"
    if len(tally) < every:
        return _rejected(
            f"{said} only {len(tally)} different ones came. Each slot must draw among all its "
            "choices, and independently of the other slots.",
            "never-drawn",
        )
    architecture, n = max(tally, key=lambda pair: abs(pair[1] / count - 1 / every))
    if abs(n / count - 1 / every) <= _FAR_OFF:
        return None
    return _rejected(
        f"{said} {n / count:.0%} were {value_text(architecture)}; it should be about "
        f"{1 / every:.0%}. All choices of a slot are equally likely.",
        "uneven-draws",
    )


# ------------------------------------------------------------------ evolution


def _evolution_inputs(seed: int) -> Inputs:
    random = Random(seed)
    # Without slots of few choices two networks are seldom alike by chance.
    space = _space(random, random.sample((4, 4, 5, 4, 6), 5))
    population = random.choice((5, 6))
    # The second is so small that a tournament of fixed size, which fits the first, cannot be drawn.
    sizes = ((population, population, 20), (4, 1, 24), (7, 3, 17))
    draw = (_telling_rewards, _fading_rewards, _negative_rewards)
    return {
        "cases": [
            {
                "space": space, "population": members, "tournament": tournament,
                "samples": members + children, "seed": random.randrange(10**6),
                "rewards": rewards(random, members, members + children),
            }
            for rewards, (members, tournament, children) in zip(draw, sizes, strict=True)
        ]
    }  # fmt: skip


def _fading_rewards(random: Random, population: int, samples: int) -> list[float]:
    """Draw rewards of which the best is a child's, and leaves before the end."""
    while True:
        rewards = _rewards(random, samples, 350, 900)
        if population < _place_of_best(rewards) < samples - population - 1:
            return rewards


def _negative_rewards(random: Random, population: int, samples: int) -> list[float]:
    return [round(reward - 1, 3) for reward in _fading_rewards(random, population, samples)]


def _telling_rewards(random: Random, population: int, samples: int) -> list[float]:
    """Draw rewards for which all known rules choose other parents, several times."""
    while True:
        rewards = _fading_rewards(random, population, samples)
        chosen = [_due_parents(rewards, population)]
        chosen += [rule.parents(rewards, population) for rule in _RULES]
        if all(_differ(a, b) for n, a in enumerate(chosen) for b in chosen[:n]):
            return rewards


def _differ(one: Sequence[int], other: Sequence[int]) -> bool:
    return sum(a != b for a, b in zip(one, other, strict=True)) >= 4


# Rules: who the parents are if every living network takes part in each tournament.

_Leaving = Callable[[list[int], int, int], list[int]]


def _simulated(leaving: _Leaving, choose: Callable[..., int] = max) -> Any:
    """Return the function that gives the parent of each child, if networks leave by some rule.

    `leaving(living, parent, child)` returns those that live afterwards.
    """

    def parents(rewards: Sequence[float], population: int) -> list[int]:
        living, found = list(range(population)), []
        for child in range(population, len(rewards)):
            found.append(choose(living, key=lambda place: rewards[place]))
            living = leaving(living, found[-1], child)
        return found

    return parents


_due_parents = _simulated(lambda living, parent, child: [*living[1:], child])


def _best_ever(rewards: Sequence[float], population: int) -> list[int]:
    return [_place_of_best(rewards, range(n)) for n in range(population, len(rewards))]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A known way to choose the wrong parents."""

    name: str
    says: str
    parents: Callable[[Sequence[float], int], Sequence[int]]


_OLDEST_LEAVES = "After each child the oldest network leaves, however good it is."

_RULES = (
    _Rule("best-ever-as-parent", "", _best_ever),  # explained by another search, see below
    _Rule(
        "worst-as-parent",
        "the parent is the worst of the tournament. A high reward is good: take the best.",
        _simulated(lambda living, parent, child: [*living[1:], child], min),
    ),
    _Rule(
        "children-never-join",
        "all parents come from the first population. A child joins the living, so that it can be "
        "a parent later; the oldest leaves, which stands first in the list, not last.",
        _simulated(lambda living, parent, child: living),
    ),
    _Rule(
        "youngest-leaves",
        f"it is the youngest that leaves. {_OLDEST_LEAVES} It stands first in the list: pop(0).",
        _simulated(lambda living, parent, child: [*living[:-1], child]),
    ),
    _Rule(
        "parent-leaves",
        f"the child takes its parent's place. The parent stays. {_OLDEST_LEAVES}",
        _simulated(
            lambda living, parent, child: [*(n for n in living if n != parent), child]
        ),
    ),
    _Rule(
        "leaves-too-early",
        "the oldest leaves before the tournament. It can still win that one: it leaves when the "
        "child has joined.",
        lambda rewards, population: [
            _place_of_best(rewards, range(child - population + 1, child))
            for child in range(population, len(rewards))
        ],
    ),
    _Rule(
        "newest-as-parent",
        "the parent is always the network that came last. It is the best of the tournament.",
        lambda rewards, population: range(population - 1, len(rewards) - 1),
    ),
    _Rule(
        "oldest-as-parent",
        "the parent is always the oldest. It is the best of the tournament.",
        lambda rewards, population: range(len(rewards) - population),
    ),
)  # fmt: skip


def _judge_evolution(inputs: Inputs, answer: Plain) -> CheckResult:
    runs = part(answer, "runs")
    searches = _searches("aging_evolution", inputs["cases"], runs)
    if searches is None:
        return _unreadable("aging_evolution")
    shown = [search.call for search in searches]
    return (
        _first(map(_wrong_count, searches))
        or _first(map(_strange_architecture, searches))
        or _first_population(searches)
        or _wrong_parents(searches)
        or _first(_generator_problem("aging_evolution", run) for run in runs)
        or _wrong_result(searches)
        or judge_changed(shown, [run.get("changed") for run in runs], "work on a copy")
        or CheckResult("correct", f"aging_evolution is right in {len(runs)} searches.")
    )


def _first_population(searches: Sequence[_Search]) -> CheckResult | None:
    """Judge the networks with which the searches begin; all have the same space."""
    starts = [search.log[: search.case["population"]] for search in searches]
    search, everyone = searches[0], [network for start in starts for network in start]
    said = f"{search.call}: the first population"
    if all(same(network, start[0]) for start in starts for network in start):
        return _rejected(
            f"{said} is one and the same network. Draw each of them.", "population-of-one",
            search.table,
        )  # fmt: skip
    if all(len(_differing(start[0], network)) < 2 for start in starts for network in start):
        return _rejected(
            f"{said} is a random network and its mutations. Draw each of them at random.",
            "population-of-mutations", search.table,
        )  # fmt: skip
    for slot in search.case["space"]:
        if all(same(network[slot], everyone[0][slot]) for network in everyone):
            return _rejected(
                f"{said} has {value_text(everyone[0][slot])} in {slot} everywhere, and so have "
                "those of other searches. Draw each slot at random.",
                "population-not-random", search.table,
            )  # fmt: skip
    return None


def _is_mutation(search: _Search, child: int, parent: int) -> bool:
    return len(_differing(search.log[child], search.log[parent])) == 1


def _fits(search: _Search, parents: Sequence[int]) -> bool:
    """Whether all children may have these parents."""
    children = range(search.case["population"], len(search.log))
    return all(_is_mutation(search, *pair) for pair in zip(children, parents, strict=True))


def _wrong_parents(searches: Sequence[_Search]) -> CheckResult | None:
    """Judge whose children the networks after the first population are."""
    found = _wrong_rule(searches) or _stray_child(searches) or _not_drawn(searches[1])
    spoiled = next((search for search in searches if search.spoiled), None)
    if found is None or spoiled is None:
        return found
    return _rejected(
        f"{spoiled.call}: network {spoiled.spoiled[0] + 1} was changed after its evaluation, so "
        "that it is no longer what got its reward. Does your mutate leave the parent as it is?",
        "living-changed", spoiled.table,
    )  # fmt: skip


def _wrong_rule(searches: Sequence[_Search]) -> CheckResult | None:
    """Judge parents where they are known: in the first search, everybody is in each tournament."""
    search = searches[0]
    rewards, population = search.rewards, search.case["population"]
    if _fits(search, _due_parents(rewards, population)):
        return None
    for rule in _RULES:
        if _fits(search, rule.parents(rewards, population)):
            says = rule.says or _why_best_ever(searches[1:])
            return _rejected(f"{search.call}: {says}", rule.name, search.table)
    return None


def _why_best_ever(others: Sequence[_Search]) -> str:
    """Say why the best ever is always the parent where everybody is in the tournament."""
    if all(_fits(s, _best_ever(s.rewards, s.case["population"])) for s in others):
        return (
            "the parent is always the best network that was ever evaluated. Take the best of the "
            "tournament, which is drawn among the living."
        )
    return (
        "the best network never leaves, and is the parent of all. Do you remove the worst? "
        f"{_OLDEST_LEAVES}"
    )


_ONE_STEP = "A child differs from its parent in exactly one slot. Does your mutate pass its check?"


def _stray_child(searches: Sequence[_Search]) -> CheckResult | None:
    """Judge parents by what is certain: the child has one that can win a tournament."""
    steps = {
        (n, child): _steps_from_parent(search, child)
        for n, search in enumerate(searches)
        for child in range(search.case["population"], len(search.log))
    }
    strays = [(searches[n], child) for (n, child), count in steps.items() if count != 1]
    if not strays:
        return None
    # A parent that had to be dead tells more than one that had to be beaten.
    search, child = min(strays, key=lambda stray: _RELATIONS.index(_relation(*stray)))
    slip, why = _why_stray(search, child)
    if all(count < 2 for count in steps.values()):
        search, child = strays[0]
        slip, why = "child-is-parent", f"network {child + 1} is equal to its parent. {_ONE_STEP}"
    return _rejected(f"{search.call}: {why}", slip, search.table)


def _able(search: _Search, child: int) -> Sequence[int]:
    """Return who can be the parent of a child: those that are not always beaten."""
    population, tournament = search.case["population"], search.case["tournament"]
    living = range(child - population, child)
    by_reward = sorted(living, key=lambda place: -search.rewards[place])
    return by_reward[: population - tournament + 1]


def _steps_from_parent(search: _Search, child: int) -> int:
    """Return in how many slots a child differs from a possible parent: 1 if there is such a one."""
    steps = [
        len(_differing(search.log[child], search.log[parent])) for parent in _able(search, child)
    ]
    return 1 if 1 in steps else min(steps)


#: Who may be the parent of a child that has none that can be: the most telling first.
_RELATIONS = ("nobody", "the dead", "the living")


def _near(search: _Search, child: int) -> list[int]:
    return [network for network in range(child) if _is_mutation(search, child, network)]


def _relation(search: _Search, child: int) -> str:
    near = _near(search, child)
    if not near:
        return "nobody"
    return "the living" if near[-1] >= child - search.case["population"] else "the dead"


def _why_stray(search: _Search, child: int) -> tuple[str, str]:
    """Say whose mutation a child is, if not that of a parent that can be."""
    able, relation = _able(search, child), _relation(search, child)
    due = f"network {able[0] + 1}" if len(able) == 1 else "the best of its tournament"
    said = f"network {child + 1} should be a mutation of {due}. It is"
    if relation == "nobody":
        return "no-mutation", (
            f"{said} not one of any network before: it differs from each in more than one slot, or "
            "in none. Is the child made by mutate, and does mutate leave the parent as it is?"
        )
    other = _near(search, child)[-1] + 1
    if relation == "the dead":
        return "parent-has-left", (
            f"{said} one of network {other}, which should have left by then. Only "
            f"{search.case['population']} live at a time. {_OLDEST_LEAVES}"
        )
    return "not-the-best", (
        f"{said} one of network {other}, which is not good enough to win: a tournament has "
        f"{search.case['tournament']} different living networks (rng.sample), and the best of them "
        "is the parent."
    )


def _not_drawn(search: _Search) -> CheckResult | None:
    """Judge whether tournaments are drawn: here each has one member, whoever it is."""
    rewards, population = search.rewards, search.case["population"]
    if _fits(search, _due_parents(rewards, population)):
        return _rejected(
            f"{search.call}: the parent is always the best of all the living. With a tournament of "
            "1 it is whoever is drawn.",
            "tournament-not-drawn", search.table,
        )  # fmt: skip
    children = len(search.log) - population
    for place in range(population):
        if _fits(search, range(place, place + children)):
            return _rejected(
                f"{search.call}: the parent always has the same place among the living. Draw the "
                "tournament anew for each child, with rng.sample.",
                "same-place", search.table,
            )  # fmt: skip
    return None


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="search.space_size",
        title="How many networks are there?",
        points=8,
        needs=("space_size",),
        inputs=_size_inputs,
        probe=probes.space_size,
        judge=_judge_size,
        hints=(
            "Begin with one stage and two slots, of 2 and 3 choices. Write all the ways down.",
            "Each choice of one slot goes with each choice of the others: their numbers multiply.",
            "math.prod of the numbers of choices is that of one stage. How many are two stages, "
            "if each way of the first goes with each way of the second?",
        ),
        difficulty=1,
        importance=3,
        minutes=5,
    ),
    Task(
        name="search.reward",
        title="Accuracy at a price",
        points=14,
        needs=("reward",),
        inputs=_reward_inputs,
        probe=probes.reward,
        judge=_judge_reward,
        hints=(
            "What must the factor be for a network that costs exactly the target? And for one "
            "that costs twice as much: above or below 1?",
            "First the ratio of cost and target, then its power, then the product with the "
            "accuracy.",
            "** comes before * and / in Python: put the ratio in brackets. The sign of w does the "
            "rest; add no minus of your own.",
        ),
        difficulty=1,
        importance=5,
        minutes=7,
    ),
    Task(
        name="search.two_sided_reward",
        title="Two exponents",
        points=10,
        needs=("two_sided_reward",),
        inputs=_two_sided_inputs,
        probe=probes.two_sided_reward,
        judge=_judge_two_sided,
        hints=(
            "Only the exponent changes from one side of the target to the other.",
            "Compare the cost with the target, and choose alpha or beta. Their sizes do not "
            "matter for that.",
            "With the exponent chosen, it is the reward of the last task.",
        ),
        difficulty=1,
        importance=3,
        minutes=6,
    ),
    Task(
        name="search.samples_needed",
        title="How far does luck go?",
        points=10,
        needs=("samples_needed",),
        inputs=_needed_inputs,
        probe=probes.samples_needed,
        judge=_judge_needed,
        hints=(
            "Think of the opposite: when is none of n draws among the best?",
            "One draw misses with the probability 1 - share. All n miss with the n-th power of "
            "that, and may do so with the probability 1 - confidence at most.",
            "A loop may count n up until the power is small enough. Or take logarithms of both "
            "sides: math.log, and math.ceil for a whole number.",
        ),
        difficulty=2,
        importance=3,
        minutes=9,
    ),
    Task(
        name="search.mutate",
        title="A mutation",
        points=12,
        needs=("mutate",),
        inputs=_mutate_inputs,
        probe=probes.mutate,
        judge=_judge_mutate,
        hints=(
            "Three steps: draw the slot, draw its new choice, put it into a copy.",
            "Some slots cannot change, and one choice of a slot is no change. Leave both out of "
            "the lists before you draw from them.",
            "dict(parent) is a copy. [choice for choice in space[slot] if ...] leaves out what the "
            "parent has, and rng.choice draws from a list.",
        ),
        difficulty=2,
        importance=4,
        minutes=10,
    ),
    Task(
        name="search.random_search",
        title="Random search",
        points=14,
        needs=("random_search",),
        inputs=_random_inputs,
        probe=probes.random_search,
        judge=_judge_random,
        hints=(
            "A loop of `samples` rounds: draw an architecture, evaluate it, keep both.",
            "A random architecture is a new dict: for each slot of the space rng.choice of its "
            "choices.",
            "Keep the rewards in a list. itertools.accumulate with max gives the best so far, and "
            "the place of the largest reward tells which architecture it was.",
        ),
        difficulty=2,
        importance=4,
        minutes=12,
    ),
    Task(
        name="search.aging_evolution",
        title="Aging evolution",
        points=20,
        needs=("aging_evolution",),
        inputs=_evolution_inputs,
        probe=probes.aging_evolution,
        judge=_judge_evolution,
        hints=(
            "Two lists help: the history of all networks, and the living ones. Keep each network "
            "together with its reward, so that evaluate is called only once for it.",
            "The first rounds draw at random, until there are `population` networks. Every later "
            "round has four steps: tournament, best of it, mutation, and the oldest leaves.",
            "rng.sample(living, tournament) draws different ones, and max with a key finds the "
            "best. If each newcomer is appended at the end, living.pop(0) removes the oldest.",
        ),
        difficulty=4,
        importance=5,
        minutes=24,
    ),
)  # fmt: skip

WRITTEN = (Written("search.did_it_search", "Did it search, or was it lucky?", 12, minutes=18),)

ASSIGNMENT = Assignment("search", "Architecture search", None, TASKS, WRITTEN)
