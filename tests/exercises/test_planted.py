"""Answers of real learners, planted: which are accepted, and what is said of the others."""

import re
from ast import literal_eval
from functools import cache
from pathlib import Path

import pytest

from effnet_lab.exercises.assignment import find_with_assignment
from effnet_lab.exercises.author.audit import Workbench

ROOT = Path(__file__).parent.parent.parent
SEEDS = range(6)


@cache
def bench(assignment):
    return Workbench(assignment, ROOT)


def judged(name, code):
    task, assignment = find_with_assignment(name)
    return bench(assignment).judge(task, code, SEEDS)


#: Right, with torch's floats of 32 bits.
SINGLE = {
    "macs.mean_and_std": """
import torch
def mean_and_std(accuracies):
    values = torch.tensor(accuracies)
    return values.mean().item(), values.std().item() if len(values) > 1 else None""",
    "macs.compare": """
import torch
def compare(study, first, second, errors):
    runs = torch.tensor(list(study.values()))
    rests = runs - runs.mean(1, keepdim=True) - runs.mean(0) + runs.mean()
    networks, seeds = runs.shape
    square = (rests**2).sum() / (networks - 1) / (seeds - 1)
    middle = torch.tensor(study[first]).mean() - torch.tensor(study[second]).mean()
    half = errors * (2 * square / seeds).sqrt()
    low, high = middle - half, middle + half
    verdict = first if low > 0 else second if high < 0 else "within noise"
    return {"low": low, "high": high, "verdict": verdict}""",
    "macs.luck_of_the_best": """
import torch
def luck_of_the_best(accuracies, k):
    values = torch.tensor(accuracies)
    return torch.combinations(values, k).amax(1).mean() - values.mean()""",
    "one_dimension.gains": """
import torch
def gains(records):
    rows = sorted(records, key=lambda row: row["macs"])
    means = torch.tensor([sum(row["accuracies"]) / len(row["accuracies"]) for row in rows])
    return (means.diff() / torch.tensor([row["macs"] for row in rows]).log2().diff()).tolist()""",
    "compound.fit_phi": """
import torch
def fit_phi(depth, width, resolution, alpha=1.2, beta=1.1, gamma=1.15):
    x = torch.tensor([alpha, beta, gamma]).log()
    y = torch.tensor([depth, width, resolution]).log()
    return {"phi": (x @ y / (x @ x)).item(), "spread": ((y / x).max() - (y / x).min()).item()}""",
    "recipe.learning_rate": """
import torch
def learning_rate(step, steps, peak, warmup=0.2):
    done = torch.tensor(step / steps)
    if done < warmup:
        return peak * done / warmup
    return peak * (1 + torch.cos(torch.pi * (done - warmup) / (1 - warmup))) / 2""",
    "capstone.fit_latency": """
import torch
def fit_latency(networks, milliseconds):
    rows = [[sum(x[key] for x in n) / 1e6 for key in ("macs", "bytes")] for n in networks]
    table = torch.tensor([[*row, len(n)] for row, n in zip(rows, networks)])
    return torch.linalg.lstsq(table, torch.tensor(milliseconds)[:, None])[0][:, 0].tolist()""",
}


@pytest.mark.parametrize("name", SINGLE)
def test_floats_of_32_bits_are_as_good_as_others(name):
    assert judged(name, SINGLE[name]).passed, judged(name, SINGLE[name]).message


#: Another right way to count the MACs of a network, which asks `map_sides`.
OTHER_MACS = find_with_assignment("b0.network_macs")[0].also_right[0]

#: Wrong: the slip that is named, and what is said of it. `solution` is what the notebook has.
WRONG = [
    (
        "search.samples_needed",
        "samples_needed = lambda share, confidence: "
        "math.floor(math.log(1 - confidence) / math.log(1 - share)) + 1",
        "more-than-the-confidence",
        "exactly is enough",
    ),
    (
        "search.two_sided_reward",
        "two_sided_reward = lambda accuracy, cost, target, alpha, beta: "
        "accuracy * (cost / target) ** -abs(alpha if cost <= target else beta)",
        "never-positive",
        "a positive one prizes what is dear",
    ),
    (
        "capstone.fit_latency",
        "solution = fit_latency\n"
        "fit_latency = lambda **case: [max(0.0, found) for found in solution(**case)]",
        "never-negative",
        "no coefficient be negative",
    ),
    (
        "one_dimension.gains",
        "import numpy as np\ndef gains(records):\n"
        "    rows = sorted((r['macs'], float(np.median(r['accuracies']))) for r in records)\n"
        "    return [(b - a) / math.log2(n / m) for (m, a), (n, b) in zip(rows, rows[1:])]",
        "medians",
        "take the mean",
    ),
    (
        "macs.compare",
        "def compare(study, first, second, errors):\n"
        "    a, b = (np.array(study[name]) for name in (first, second))\n"
        "    half = errors * math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))\n"
        "    low, high = a.mean() - b.mean() - half, a.mean() - b.mean() + half\n"
        "    verdict = first if low > 0 else second if high < 0 else 'within noise'\n"
        "    return {'low': low, 'high': high, 'verdict': verdict}",
        "own-spreads",
        "take the spread of the study's rests",
    ),
    (
        "macs.compare",
        "solution = compare\n"
        "compare = lambda study, first, second, errors: "
        "solution({n: study[n] for n in (first, second)}, first, second, 2)",
        "two-alone-and-two-errors",
        "Two things: (1) You take the spread from the two networks alone",
    ),
    (
        "macs.luck_of_the_best",
        "from itertools import combinations\n"
        "def luck_of_the_best(accuracies, k):\n"
        "    values = set(accuracies)\n"
        "    best = [max(some) for some in combinations(values, min(k, len(values)))]\n"
        "    return np.mean(best) - np.mean(accuracies)",
        "equal-seeds-once",
        "They are two seeds",
    ),
    (
        "one_dimension.scaled_channels",
        "def scaled_channels(channels, width, divisor=8):\n"
        "    best = int(channels * width + divisor / 2) // divisor * divisor\n"
        "    return best + 8 if best < 0.9 * channels * width else best",
        "up-by-eight",
        "one divisor above",
    ),
    (
        "compound.fit_phi",
        "def fit_phi(depth, width, resolution, alpha=1.2, beta=1.1, gamma=1.15):\n"
        "    x, y = np.array([alpha, beta, gamma]), np.array([depth, width, resolution])\n"
        "    return {'phi': x @ y / (x @ x), 'spread': max(y / x) - min(y / x)}",
        "without-logarithms",
        "Fit their logarithms",
    ),
    *(
        (
            "compound.scaled_to_budget",
            "def scaled_to_budget(cost, budget, alpha, beta, gamma):\n"
            "    low, high = 0, 10\n"
            f"    for _ in range({halvings}):\n"
            "        middle = (low + high) / 2\n"
            "        fits = cost(beta**middle, alpha**middle, gamma**middle) <= budget\n"
            "        low, high = (middle, high) if fits else (low, middle)\n"
            f"    return {found}",
            "middle",
            "Return the lower end",
        )
        for halvings, found in ((14, "(low + high) / 2"), (20, "(low + high) / 2"), (30, "middle"))
    ),
    (
        "search.space_size",
        "import numpy as np\n"
        "def space_size(space, stages):\n"
        "    return int(np.prod([len(choices) for choices in space.values()] * stages))",
        "overflow",
        "Multiply Python's ints",
    ),
    (
        "capstone.weight_kilobytes",
        "weight_kilobytes = lambda layers, bits=8: sum(x['out'] * bits / 8 * "
        "(8 + x['kernel'] ** 2 * x['in'] / x['groups']) for x in layers) / 1000",
        "shrunk",
        "of 4 bytes each",
    ),
    (
        "capstone.over_budget",
        "over_budget = lambda costs, limits: {name: cost / most - 1 for (name, most), cost "
        "in zip(limits.items(), costs.values()) if cost > most}",
        "in-their-order",
        "Match their names",
    ),
    (
        "capstone.choose",
        "def choose(candidates, limits, noise):\n"
        "    kept = [c for c in candidates if not over_budget(c['costs'], limits)]\n"
        "    means = {c['name']: np.mean(c['accuracies']) for c in kept}\n"
        "    near = [c for c in kept if max(means.values()) - means[c['name']] < noise]\n"
        "    return min(near, key=lambda c: sum(c['costs'].values()))['name'] if near else None",
        "summed",
        "take the one with the fewest MACs",
    ),
    (
        "counting_cost.network_macs",
        "def network_macs(layers, size, channels=3):\n"
        "    total = 0\n"
        "    for x in layers:\n"
        "        total += conv_macs(channels, x['out'], x['kernel'], size, x['stride'], "
        "x['groups'])\n"
        "        channels, size = x['out'], size // x['stride']\n"
        "    return total",
        "rounds-down",
        "You round sizes down",
    ),
    (
        "b0.network_macs",
        f"def map_sides(network, size):\n"
        "    strides = [network['stem_stride'], *(row['stride'] for row in network['rows'])]\n"
        f"    return [size := size // stride for stride in strides]\n{OTHER_MACS}",
        "rounds-down",
        "they are rounded up",
    ),
    # Two at once.
    (
        "counting_cost.separable_share",
        "solution = separable_share\n"
        "separable_share = lambda in_channels, out_channels, kernel: "
        "100 * solution(out_channels, in_channels, kernel)",
        "exchanged-in_channels-out_channels-and-percent",
        "(2) That is in percent",
    ),
    (
        "b0.drop_rates",
        "solution = drop_rates\ndrop_rates = lambda **case: solution(**case)[::-1][1:]",
        "turned-round-and-without-first",
        "Two things: (1)",
    ),
    (
        "search.reward",
        "reward = lambda accuracy, cost, target, w=-0.07: -accuracy * (target / cost) ** w",
        "dear-is-rewarded-and-negative",
        "(2) The sign is the wrong way round.",
    ),
    (
        "counting_cost.intensity",
        "def intensity(in_channels, out_channels, kernel, size, stride=1, groups=1):\n"
        "    out = -(-size // stride)\n"
        "    weights = kernel**2 * (in_channels // groups) * out_channels\n"
        "    moved = in_channels * size**2 + weights + out_channels * out**2\n"
        "    return weights * out**2 / moved",
        "macs-for-flops-and-numbers-for-bytes",
        "(2) You divide by the numbers moved",
    ),
    (
        "recipe.normalise",
        "normalise = lambda pictures, train: (pictures - pictures.mean((0, 2, 3), keepdims=True)) "
        "/ pictures.var((0, 2, 3), keepdims=True)",
        "own-statistics-and-variance",
        "(2) You divide by the variance",
    ),
    (
        "compound.phi_for",
        "phi_for = lambda times, alpha, beta, gamma: "
        "math.ceil(math.log(times) / math.log(alpha * beta * gamma))",
        "plain-and-rounded-up",
        "(1) Your step leaves the squares out",
    ),
    (
        "one_dimension.gains",
        "solution = gains\n"
        "gains = lambda records: solution([{**row, 'accuracies': row['accuracies'][:1]} "
        "for row in records])[::-1]",
        "turned-round-and-first-seed",
        "Two things: (1)",
    ),
    # Names stay as they are.
    (
        "compound.phi_for",
        "phi_for = lambda factor, a, b, c: math.log(factor) / math.log(a * b**2 * c**2)",
        "error",
        "Leave the names of what a function takes as they are given",
    ),
]


@pytest.mark.parametrize(
    ("name", "code", "slip", "says"), WRONG, ids=[f"{name}: {slip}" for name, _, slip, _ in WRONG]
)
def test_wrong_answers_are_told_what_is_wrong(name, code, slip, says):
    result = judged(name, code)
    assert result.slip == slip
    assert says in result.message


@pytest.mark.parametrize("off", [1e-5, 3e-9])
def test_no_message_shows_two_numbers_that_look_equal(off):
    """As many digits as it takes, of a number that is off and of what it is off by."""
    for name in ("macs.mean_and_std", "capstone.worst_error", "search.reward"):
        function = name.split(".")[1]
        code = f"solution = {function}\ndef {function}(**case):\n    found = solution(**case)\n"
        code += f"    return {off + 1} * found if isinstance(found, float) else [\n"
        code += f"        x and {off + 1} * x for x in found]"
        message = judged(name, code).message
        expected, got = re.search(r"expected (.+), got (.+?)\.(?: |$)", message).groups()
        assert literal_eval(expected) != literal_eval(got), message
        assert "is 1 times" not in message
