"""Assignment 08: what its notebook says is true, and its judges are fair to right answers."""

import contextlib
import io
import itertools
import math
import re
from ast import literal_eval
from pathlib import Path
from random import Random

import pytest

from effnet_lab.exercises.assignment import ASSIGNMENTS, find_task
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.notebook import read_cells
from effnet_lab.exercises.task import run_task
from effnet_lab.exercises.tasks.search import draws, networks

ROOT = Path(__file__).parent.parent.parent
NOTEBOOK = ROOT / "solutions" / "08_search" / "08_search.ipynb"


@pytest.fixture(scope="module")
def solved():
    return dict(Workbench(ASSIGNMENTS["search"], ROOT).solved)


@pytest.fixture(scope="module")
def texts():
    return {name: cell.source for cell in read_cells(NOTEBOOK) for name in cell.names}


def test_twice_the_cost_is_worth_five_percent_of_accuracy(solved, texts):
    """MnasNet's reason for w = -0.07, and the published factors around the target."""
    for cost, factor in {200: 1.050, 400: 1, 800: 0.953, 1600: 0.908}.items():
        assert round(solved["reward"](1.0, cost, 400), 3) == factor
    more = 1 / solved["reward"](1.0, 2, 1) - 1
    assert f"about {100 * more:.0f} % more accuracy" in texts["reward-task"]


def test_numbers_of_draws_are_explained(solved, texts):
    said = re.search(
        r"are ([\d.]+), ([\d.]+), ([\d.]+) and ([\d.]+)\.", texts["samples-needed-task"]
    )
    chances = [1 - 0.5**n for n in (1, 2, 3, 4)]
    assert [float(number) for number in said.groups()] == chances
    assert chances[2] < 0.9 < chances[3]


def test_example_of_a_mutation_is_true(solved, texts):
    task = texts["mutate-task"]
    parent, child = (literal_eval(text) for text in re.findall(r"`(\{.*?\})`", task))
    small, rng = solved["small"], Random(1)
    children = [str(solved["mutate"](parent, small, rng)) for _ in range(3000)]
    assert "has six mutations" in task
    assert len(set(children)) == 6
    assert abs(children.count(str({**parent, **child})) / 3000 - 1 / 3) < 0.05


def test_example_of_a_curve_is_true(solved, texts):
    task = texts["random-search-task"]
    given = map(float, re.search(r"returns ([\d.]+), ([\d.]+) and ([\d.]+) in turn", task).groups())
    said = literal_eval(re.search(r"the curve `(\[.*?\])`", task)[1])
    tried = []

    def evaluate(architecture):
        tried.append(architecture)
        return next(given)

    best, curve = solved["random_search"](solved["small"], evaluate, 3, Random(2))
    assert curve == said
    assert best is tried[2]


def test_example_of_an_evolution_is_true(texts):
    rewards = [0.61, 0.72, 0.58, 0.66, 0.5]
    assert "0.61, 0.72 and 0.58" in texts["aging-evolution-task"]
    assert "0.72, 0.58 and 0.66 live on" in texts["aging-evolution-task"]
    numbers, seen = itertools.count(), []

    def leave(living, parent):
        seen.append(([reward for _, reward in living[1:]], parent[1]))
        return living[1:]

    steps = dict.fromkeys(("first", "child"), lambda *_: next(numbers))
    networks.aging_evolution({}, rewards.__getitem__, 3, 3, 5, Random(0), leave=leave, **steps)
    assert seen[0] == ([0.72, 0.58, 0.66], 0.72)


@pytest.fixture(scope="module")
def studied(solved):
    """What the study prints, by number of samples and pictures: two means, gain, low, high."""
    found = {}
    for samples, searched_on in ((20, "validation"), (100, "validation"), (100, "test")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            solved["study"](samples, searched_on)
        for line in printed.getvalue().splitlines()[1:]:
            seen, *_ = line.split()
            numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", line)]
            found[samples, searched_on, seen] = numbers
    return found


def test_numbers_of_the_model_answer_are_those_of_the_study(studied, texts):
    answer = texts["did-it-search-answer"].replace("\N{MINUS SIGN}", "-")
    a, b, c = re.split(r"\*\*[BC]\.\*\*", answer)
    _, honest, gain, low, high = studied[100, "validation", "test"]
    assert f"are {gain:.2f} points ahead, and the interval, {low:.2f} to {high:.2f}," in a
    assert low > 0
    _, _, _, low, high = studied[20, "validation", "test"]
    assert f"within noise ({low:.2f} to {high:.2f})" in a
    assert low < 0 < high
    chosen = studied[100, "validation", "validation"][1]
    assert f"{honest:.2f}%" in b
    assert f"{chosen:.2f}%, is {chosen - honest:.2f} points higher" in b
    chosen, honest = (studied[100, "test", seen][1] for seen in ("test", "validation"))
    assert f"{chosen:.2f}%, is too high, by {chosen - honest:.2f} points" in b
    assert f"{8000 * 5:,} epochs, as many as {8000 * 5 / 350:.0f} full trainings" in c


@pytest.mark.parametrize("salt", range(3))
def test_verdict_does_not_hang_on_the_order_of_draws(solved, salt):
    """A learner's functions draw in another order, which is as good as another seed."""
    gains = []
    for seed in range(40):
        one, other = (
            solved["chosen"](method, 100, f"{salt} {seed}", "validation")[1]
            for method in ("random", "evolution")
        )
        gains.append(other - one)
    mean = sum(gains) / 40
    error = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / 39 / 40)
    assert mean > 2 * error


def test_bound_on_shares_hardly_ever_rejects_a_right_answer():
    """Hoeffding's inequality, for all shares that are looked at in one check."""
    assert 100 * 2 * math.exp(-2 * draws.MANY * draws.FAR_OFF**2) < 1e-9


@pytest.mark.parametrize("name", ["mutate", "random_search", "aging_evolution"])
def test_right_answers_pass_on_many_draws(solved, name):
    assert run_task(find_task(f"search.{name}"), solved, range(2000, 2010)).passed
