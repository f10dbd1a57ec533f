"""Which of two networks of a study is more accurate, and whether it is more than luck."""

from random import Random

from ... import About, Case, Task, slip
from .accuracies import ROUNDING
from .study import around_networks, by_bars, compare, draw_case, rests, welch


def cases(random: Random) -> list[Case]:
    drawn = [draw_case(random, *sizes) for sizes in ((3, 2), (4, 3), (6, 3), (3, 5), (5, 4))]
    # Two networks, and an end of the interval is exactly zero.
    even, half = float(random.randint(55, 80)), random.choice((1.0, 2.0))
    study = {"width": [even + 3 * half, even + 4 + half], "depth": [even, even + 4]}
    ends = dict(first="width", second="depth"), dict(first="depth", second="width")
    return [*drawn, *(dict(study=study, **two, errors=2.0) for two in ends)]


RIGHT = "Your interval is right, your verdict"
REST = "Take the mean of its network and that of its seed away, and add the mean of all runs."
FREEDOM = "Divide by (networks - 1) · (seeds - 1): so many rests could be chosen freely."
ERROR = "The error of a difference of two means of n runs is the spread times the root of 2 / n."

TASK = Task(
    right=compare,
    rel=ROUNDING,
    absolute=ROUNDING,
    cases=cases,
    example=dict(
        study={"deep": [69.0, 70.4], "wide": [71.6, 73.2], "sharp": [70.4, 71.6]},
        first="wide",
        second="deep",
        errors=5.89,
    ),
    about=About("A winner, or within noise", points=14, difficulty=4, importance=5, minutes=20),
    hints=(
        "Four steps: the means, the rests, their spread, the interval. np.array(list("
        "study.values())) has a row for each network and a column for each seed.",
        "With runs as such an array, runs.mean(axis=0) are the means of the seeds, and "
        "runs.mean(axis=1, keepdims=True) those of the networks, as a column.",
        "The spread is the root of (rests**2).sum() / ((networks - 1) * (seeds - 1)). If the whole "
        "interval lies above zero, the first is ahead; if below, the second; else it is noise.",
    ),
    slips=(
        slip("verdict-by-means", sign=lambda low, high, *two: 1 if low + high > 0 else -1).says(
            f"{RIGHT} looks at the means alone. If the interval contains zero: within noise."
        ),
        slip("verdict-by-bars", sign=by_bars).says(
            f"{RIGHT} looks at whether bars of one standard deviation overlap, not at the interval."
        ),
        slip("verdict-of-one-side", sign=lambda low, high, *two: -(high < 0))
        .either(sign=lambda low, high, *two: int(low > 0))
        .says(f"{RIGHT} is one of two: an interval lies above zero, below it, or contains it."),
        slip("verdict-of-loser", sign=lambda low, high, *two: (high < 0) - (low > 0)).says(
            f"{RIGHT} names the loser: above zero the first has more."
        ),
        slip("zero-at-the-end", sign=lambda low, high, *two: (low >= 0) - (high <= 0)).says(
            "An interval that ends at zero contains it: within noise."
        ),
        slip("exchanged-first-second").says(
            "Your interval is that of second - first; asked for is first - second."
        ),
        slip("seeds-left-in", rest=around_networks)
        .either(rest=around_networks, freedom=lambda k, n: k * (n - 1))
        .says(f"You leave in what the seed brings, which falls out of the difference. {REST}"),
        slip("networks-left-in", rest=lambda runs: runs - runs.mean(0)).says(
            f"You leave in what the network brings. {REST}"
        ),
        slip("mean-taken-twice", rest=lambda runs: rests(runs) - runs.mean()).says(
            f"You take the mean of all runs away twice, once with each of the two. {REST}"
        ),
        *(
            slip(f"divided-by-{name}", freedom=by).says(f"{wrong} {FREEDOM}")
            for name, wrong, by in (
                ("runs", "You divide by the number of runs.", lambda k, n: k * n),
                ("runs-less-1", "You divide by the runs less one.", lambda k, n: k * n - 1),
                ("own-means", "You forget the seeds' means.", lambda k, n: k * (n - 1)),
                ("networks", "You divide by the networks less one.", lambda k, n: k - 1),
                ("seeds", "You forget the networks' means.", lambda k, n: (k - 1) * n),
            )
        ),
        slip("two-alone", of=lambda study, two: [*two]).says(
            "You take the spread from the two networks alone, a poor guess. Take all of the study."
        ),
        slip("own-spreads", own=welch).says(
            "You take each network's own spread. Few runs tell it badly, and the seed's part is in "
            "it: take the spread of the study's rests."
        ),
        slip("no-root", root=lambda square: square).says("You forgot the root over the spread."),
        slip("single-runs", terms=lambda n, k: 2).says(f"That is for single runs. {ERROR}"),
        slip("one-mean", terms=lambda n, k: 1 / n).says(f"Both means are uncertain. {ERROR}"),
        slip("all-runs", terms=lambda n, k: 2 / n / k).says(f"n is that of one network. {ERROR}"),
        slip("one-error", times=lambda errors: 1).says("You leave `errors` out."),
        slip("two-errors", times=lambda errors: 2)
        .either(times=lambda errors: 1.96)
        .says("You take two errors. More is needed where several pairs are looked at together."),
        slip("half-on-each-side", times=lambda errors: errors / 2).says(
            "You put half of it on each side. All of `errors` errors goes to either side."
        ),
    ),
    also_right=(
        """
def compare(study, first, second, errors):
    k, n, every = len(study), len(study[first]), [v for runs in study.values() for v in runs]
    total, mean = sum(v * v for v in every), sum(every) ** 2 / k / n
    rows = sum(sum(runs) ** 2 / n for runs in study.values())
    columns = sum(sum(seed) ** 2 / k for seed in zip(*study.values()))
    half = errors * math.sqrt(2 / n * (total - rows - columns + mean) / (k - 1) / (n - 1))
    d = np.mean(study[first]) - np.mean(study[second])
    verdict = second if d + half < -1e-9 else first if d - half > 1e-9 else "within noise"
    return {"verdict": verdict, "low": d - half, "high": d + half}
""",
    ),
)
