"""The best candidate, and those that are as good as far as the runs tell."""

from math import inf, sqrt
from random import Random
from statistics import fmean, median

from ...._slips import Slip
from ... import About, Case, Task, slip
from ...plain import Plain
from ...probing import texts_apart
from .noise import SPREADS, choose, drawn_records, pooled, std


def cases(random: Random) -> list[Case]:
    """Draw records in which no two candidates are equally good."""
    drawn: list[Case] = []
    while len(drawn) < 30:
        records, errors = drawn_records(random), random.choice((1.6, 2.4, 2.6, 3.0))
        if not any(choose(records, 0.01, keys=[key])["ties"] for key in ("val", "test")):
            drawn.append(dict(records=records, errors=errors))
    return sorted(drawn, key=lambda case: sum(len(record["val"]) for record in case["records"]))


def note(case: Case, got: Plain, slip: Slip | None) -> str:
    """Say the numbers from which the right choice follows."""
    if isinstance(got, str):
        return "Return a dict with 'best', the name, and 'ties', the names that are as good."
    chosen, ties, right = got["best"], got["ties"], choose(**case)
    if any(isinstance(name, dict) for name in (chosen, *ties)):
        return "It gives whole records. Return names: 'best' is one, and 'ties' a list of them."
    runs, best = {r["name"]: r["val"] for r in case["records"]}, right["best"]
    if chosen != best:
        means = texts_apart(fmean(runs[chosen]), fmean(runs[best]))
        return f"The means of 'val' are {means[0]} for {chosen}, and {means[1]} for {best}."
    wrong = min(n for n in runs if n != best and (n in ties) != (n in right["ties"]))
    spread, behind = pooled([*runs.values()]), fmean(runs[best]) - fmean(runs[wrong])
    error = spread * sqrt(1 / len(runs[best]) + 1 / len(runs[wrong]))
    tie = "a tie" if behind < case["errors"] * error else "no tie"
    times, allowed = texts_apart(behind / error, case["errors"])
    return (
        f"In numbers: s is {spread:.3f}; {wrong} is {behind:.3f} behind {best}, with a standard "
        f"error of {error:.3f}. That is {times} standard errors, of {allowed} that are allowed: "
        f"{tie}."
    )


BEHIND = "means[best] - means[name]"
NEVER = "no means differ by exactly so many errors"
LAST = "They are for a last look, once, at what was chosen: choose by 'val'."
POOL = (
    "To pool, add up the squares of each run's distance from its own candidate's mean, divide by "
    "the runs less one for each candidate, and take the root."
)
ERROR = "take s times the root of 1/n + 1/m, with each one's own number of runs."

THREE = [
    dict(name="deeper", val=[58.0, 60.0], test=[57.1, 59.4]),
    dict(name="sharper", val=[66.0, 64.0], test=[63.9, 62.8]),
    dict(name="both", val=[62.5, 64.5], test=[63.0, 64.1]),
]

TASK = Task(
    right=choose,
    cases=cases,
    normal=lambda result: {**result, "ties": sorted(result["ties"])},
    note=note,
    example=dict(records=THREE, errors=3),
    about=About("The best, within noise", points=15, difficulty=4, importance=5, minutes=25),
    hints=(
        "In steps: the mean of each candidate, the best of them, the pooled spread s, then one "
        "comparison for each of the others.",
        "For s go through all candidates: add up the squares of each run's distance from its "
        "own candidate's mean, and add up len(val) - 1. (numpy's var and std divide by n: "
        "ddof=1 makes it n - 1. A mean of variances will not do if numbers of runs differ.)",
        "A tie: best mean - mean < errors * s * math.sqrt(1 / n + 1 / m), with the numbers of runs "
        "of the two, n and m.",
    ),
    slips=(
        slip("test-pictures", keys=["test"]).says(f"You choose by the test pictures. {LAST}"),
        slip("all-pictures", keys=["val", "test"]).says(f"You mix test pictures in. {LAST}"),
        slip("best-run", average=max).says(
            "You compare the best runs. The best of several is better by luck: compare means."
        ),
        slip("medians", average=median).says("You compare medians; compare means."),
        slip("worst", average=lambda runs: -fmean(runs)).says(
            "You take the one with the lowest mean."
        ),
        slip("worst-and-all-others", pick=min).says(
            "You take the lowest mean; all others are above it, and so never below it."
        ),
        *(slip(name, spread=spread).says(f"{wrong}. {POOL}") for name, wrong, spread in SPREADS),
        *(
            slip(name, terms=terms).says(f"{wrong}: {ERROR}")
            for name, wrong, terms in (
                ("single-runs", "You take the spread of single runs", lambda n, m, each: 1),
                ("of-the-other", "The best one is uncertain, too", lambda n, m, each: 1 / m),
                ("of-the-best", "The other one is uncertain, too", lambda n, m, each: 1 / n),
                ("best-n", "You take the best's number of runs twice", lambda n, m, each: 2 / n),
                ("other-n", "You take the other candidate's number twice", lambda n, m, _: 2 / m),
                ("first-n", "You take the runs of the first record", lambda n, m, c: 2 / c[0]),
                ("last-n", "You take the runs of the last record", lambda n, m, c: 2 / c[-1]),
                ("mean-n", "You take one number of runs for all", lambda n, m, c: 2 / fmean(c)),
                ("1-over-sum", "1/n + 1/m is not 1/(n + m)", lambda n, m, _: 1 / (n + m)),
                ("2-over-sum", "1/n + 1/m is not 2/(n + m)", lambda n, m, _: 2 / (n + m)),
                ("no-root", "You forget the root", lambda n, m, _: (1 / n + 1 / m) ** 2),
            )
        ),
        slip("errors-added", terms=lambda n, m, each: (n**-0.5 + m**-0.5) ** 2).says(
            f"You add the two means' errors; independent errors add as squares: {ERROR}"
        ),
        slip("own-spreads", error=lambda *two: sqrt(sum(std(r) ** 2 / len(r) for r in two))).says(
            f"You take the spread of the two candidates alone, a poor guess. {POOL}"
        ),
        slip("overlap", error=lambda best, other: inf if max(other) >= min(best) else 0).says(
            "You call it a tie if runs overlap; that says little about the means."
        ),
        slip("one-error", allowed=lambda errors: 1).says(
            "You allow for one standard error; a tie is less than `errors` of them."
        ),
        slip("two-errors", allowed=lambda errors: 2)
        .either(allowed=lambda errors: 1.96)
        .says(
            "You allow for two standard errors, whatever `errors` is. It depends on the number of "
            "rivals: of many, one is far behind by bad luck alone more often."
        ),
        slip("best-among-ties", listed=lambda ties, others, best: [*ties, best]).says(
            "You list the best candidate among its own ties; list the others only."
        ),
        slip("told-apart", listed=lambda ties, others, best: [*{*others} - {*ties}]).says(
            "You list those that can be told apart from the best; list those that cannot."
        ),
        slip("no-ties", listed=lambda *_: []).says("You never list a tie; some are within noise."),
    ),
    also_right=(
        "def choose(records, errors):\n"
        "    order = sorted(records, key=lambda r: -np.mean(r['val']))\n"
        "    n, means = np.array([(len(r['val']), np.mean(r['val'])) for r in order]).T\n"
        "    spread = np.sqrt(sum(np.var(r['val']) * len(r['val']) for r in order) / sum(n - 1))\n"
        "    close = means[0] - means < errors * spread * np.sqrt(1 / n + 1 / n[0])\n"
        "    ties = [r['name'] for r, c in zip(order, close) if c][:0:-1]\n"
        "    return {'ties': ties, 'best': order[0]['name']}",
    ),
    equivalent={
        f"{BEHIND} < errors * error -> {BEHIND} <= errors * error": NEVER,
    },
)
