"""A recipe chosen by validation, its test accuracy, and how much choosing by test would flatter."""

from collections.abc import Callable, Sequence
from random import Random
from statistics import fmean
from typing import Any, TypeAlias

from ...._slips import Slip
from ... import About, Case, Task, slip
from ...plain import Plain

#: Of a recipe the validation and test accuracies of its seeds; and something made of them.
Group: TypeAlias = tuple[list[float], list[float]]
Of: TypeAlias = Callable[[list[float], list[float]], float]

NAMES = ("base", "hot", "cold", "flip", "drop path", "smoothing", "dropout", "average")


def cases(random: Random) -> list[Case]:
    return [dict(runs=drawn_runs(random, recipes)) for recipes in (2, 2, 3, 4, 5)]


def drawn_runs(random: Random, recipes: int) -> list[dict[str, Any]]:
    """Draw runs in disorder, such that no two means are equal."""
    while True:
        val, test = (iter(random.sample(range(600, 700), 100)) for _ in ("val", "test"))
        runs = [
            dict(recipe=name, seed=seed, val=next(val) / 10, test=next(test) / 10)
            for name in random.sample(NAMES, recipes)
            for seed in range(random.randint(2, 4))
        ]
        means = [round(fmean(part), 6) for group in grouped(runs).values() for part in group]
        if len(set(means)) == len(means):
            return random.sample(runs, len(runs))


def grouped(runs: Sequence[Case]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for run in runs:
        val, test = groups.setdefault(run["recipe"], ([], []))
        val.append(run["val"])
        test.append(run["test"])
    return groups


def choose_recipe(
    runs: Sequence[Case],
    *,
    score: Of = lambda val, test: fmean(val),
    report: Of = lambda val, test: fmean(test),
    best: Of = lambda val, test: fmean(test),
    flattery: Callable[[float, float], float] = lambda other, reported: other - reported,
) -> dict[str, Any]:
    groups = grouped(runs)
    chosen = max(groups, key=lambda name: score(*groups[name]))
    reported = report(*groups[chosen])
    other = max(best(*group) for group in groups.values())
    return {"recipe": chosen, "test": reported, "flattery": flattery(other, reported)}


def note(case: Case, got: Plain, slip: Slip | None) -> str:
    """Tell the means of each recipe: the list of runs is too long to be shown as a whole."""
    rows = [f"{n} {fmean(v):.2f} and {fmean(t):.2f}" for n, (v, t) in grouped(case["runs"]).items()]
    return f"The means over seeds here, validation and test: {'; '.join(rows)}."


ONE_RUN = "The best single run is the luckiest one: a recipe is judged by the mean over its seeds."

TASK = Task(
    right=choose_recipe,
    rel=1e-9,
    absolute=1e-9,
    cases=cases,
    note=note,
    example=dict(
        runs=[
            dict(recipe="base", seed=0, val=65.0, test=64.5),
            dict(recipe="flip", seed=0, val=66.5, test=63.5),
            dict(recipe="flip", seed=1, val=64.5, test=64.5),
        ]
    ),
    about=About("Choose, then report", points=14, difficulty=3, importance=5, minutes=12),
    hints=(
        "Collect the runs of each recipe first: a dict from its name to a list of runs.",
        "Two means for each recipe, of validation and of test. Only one of them may take part "
        "in the choice.",
        "max(means, key=means.get) gives the name with the largest mean. For the flattery, do "
        "the same with the test means, and take your report away.",
    ),
    slips=(
        slip("chosen-by-test", score=lambda val, test: fmean(test)).says(
            "You choose by the test accuracy: what is chosen by a number looks better on it than "
            "it is. Choose by validation."
        ),
        slip("chosen-by-best-run", score=lambda val, test: max(val)).says(
            f"You choose the recipe of the best run. {ONE_RUN}"
        ),
        slip("chosen-by-best-test", score=lambda val, test: max(test)).says(
            "You choose the recipe of the best test accuracy; choose by the mean of validation."
        ),
        slip("chosen-by-sum", score=lambda val, test: sum(val)).says(
            "You add up the validation accuracies. Recipes with more seeds get more: take means."
        ),
        slip("chosen-by-last-seed", score=lambda val, test: val[-1]).says(
            "You keep one run of each recipe, the last in the list. Take the mean of all its runs."
        ),
        slip("chosen-the-worst", score=lambda val, test: -fmean(val)).says(
            "You choose the recipe that is worst on validation."
        ),
        slip("validation-reported", report=lambda val, test: fmean(val)).says(
            "You report the validation accuracy, by which it was chosen; report the one on test."
        ),
        slip("best-seed-reported", report=lambda val, test: max(test)).says(
            f"You report its best seed on the test pictures. {ONE_RUN}"
        ),
        slip("one-seed-reported", report=lambda val, test: test[val.index(max(val))])
        .either(report=lambda val, test: test[-1])
        .says("You report the test accuracy of one of its seeds; report the mean over them."),
        slip("flattery-turned-round", flattery=lambda other, reported: reported - other).says(
            "The sign of the flattery is wrong: the other report would be higher, or the same."
        ),
        slip("flattery-by-single-run", best=lambda val, test: max(test)).says(
            "Your flattery looks at the best single test accuracy. It asks for the best mean."
        ),
        slip("flattery-is-the-other-report", flattery=lambda other, reported: other).says(
            "That is what the other report would say. By how much is it higher than yours?"
        ),
        slip("flattery-by-validation", best=lambda val, test: fmean(val)).says(
            "Your flattery asks what validation says, not what choosing by test would report."
        ),
        slip("flattery-left-at-zero", flattery=lambda other, reported: 0.0).says(
            "Your flattery is always 0. Choose by test once more, only to see what that reports."
        ),
    ),
    also_right=(
        "def choose_recipe(runs):\n"
        "    def mean(name, which):\n"
        "        return np.mean([run[which] for run in runs if run['recipe'] == name])\n"
        "    names = {run['recipe'] for run in runs}\n"
        "    table = [(mean(name, 'val'), mean(name, 'test'), name) for name in names]\n"
        "    _, test, name = max(table)\n"
        "    return dict(flattery=max(row[1] for row in table) - test, test=test, recipe=name)",
    ),
)
