"""What the course says of its recorded runs, worked out again by other means.

From the lines of the files, with pandas and scipy: accuracy = network + seed + rest by dummy
variables, margins by drawing the largest of all differences many times. Nothing of the package's
own statistics is used.
"""

import json
import re
from functools import cache
from html import unescape
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import lstsq

from effnet_lab import recorded
from effnet_lab.lessons.asked import macs
from effnet_lab.view import accuracy_vs_macs, differences, effects, gains_beside_paper, grid_results

RECORDED = files("effnet_lab") / "records" / "recorded"
SCALED = ("scaling", "quick", "from24")
DEAREST = [f"{family} x4" for family in ("depth", "width", "resolution", "compound")]

#: How near drawn margins are to true ones, of one.
NEAR = 0.01


@cache
def runs_of(study):
    """Return a row for each run: name, family, seed, and accuracies in percent."""
    lines = [json.loads(line) for line in (RECORDED / f"{study}.jsonl").read_text().splitlines()]
    return pd.DataFrame(
        {
            "name": line["plan"]["labels"].get("ingredient", line["plan"]["spec"]["name"]),
            "family": line["plan"]["labels"]["family"],
            "seed": line["plan"]["seed"],
            "test_accuracy": 100 * line["test_accuracy"],
            "val_accuracy": 100 * line["history"][-1]["val_accuracy"],
        }
        for line in lines
        if line["status"] == "finished"
    )


class Study:
    """A study's fit by dummy variables; its first network and seed are the zero."""

    def __init__(self, study, metric="test_accuracy"):
        runs = runs_of(study)
        self.means = runs.groupby("name")[metric].mean().sort_values(ascending=False)
        self.base = runs[runs.family == "base"].name.iloc[0]
        networks = pd.get_dummies(runs.name, dtype=float)
        layout = networks.join(pd.get_dummies(runs.seed, dtype=float, drop_first=True))
        effects, squares, rank, _ = lstsq(layout.values, runs[metric].values)
        self.freedom = len(runs) - rank
        spread = squares / self.freedom
        size = len(networks.columns)
        self.effects = pd.Series(effects[:size], networks.columns)
        covariance = spread * np.linalg.inv(layout.values.T @ layout.values)[:size, :size]
        self.covariance = pd.DataFrame(covariance, networks.columns, networks.columns)

    def margins(self, asked, read=None, two_sided=True):
        """Return differences and margins of pairs of names, if all of `read` are read together."""
        draws = np.random.default_rng(0)
        z = draws.multivariate_normal(np.zeros(len(self.effects)), self.covariance, 400_000)
        z = pd.DataFrame(z, columns=self.effects.index)
        scale = np.sqrt(draws.chisquare(self.freedom, len(z)) / self.freedom)
        largest = np.full(len(z), -np.inf)
        for pair in read or asked:
            drawn = (z[pair[0]] - z[pair[1]]) / self.error(*pair)
            largest = np.maximum(largest, drawn.abs() if two_sided else drawn)
        limit = np.quantile(largest / scale, 0.95)
        return {
            pair: (self.effects[pair[0]] - self.effects[pair[1]], limit * self.error(*pair))
            for pair in asked
        }

    def error(self, first, second):
        c = self.covariance
        return np.sqrt(c.loc[first, first] + c.loc[second, second] - 2 * c.loc[first, second])

    def verdict(self, value, margin, beyond="more than noise"):
        """Return in words whether a difference is beyond its margin; None if that is a draw."""
        if abs(abs(value) - margin) < NEAR * margin:
            return None
        return beyond if abs(value) > margin else "within noise"


def agrees(printed, value, margin):
    """Whether a printed interval is that of a difference and its margin."""
    low, high = printed
    return [low, high] == pytest.approx([value - margin, value + margin], abs=0.006 + NEAR * margin)


@pytest.mark.parametrize("study", SCALED)
def test_every_pair_of_families(study):
    fit = Study(study)
    every = fit.margins([*combinations(DEAREST, 2), *((b, a) for a, b in combinations(DEAREST, 2))])
    table = differences(recorded(study)).rows
    assert len(table) == 6
    for pair, points, interval, _, verdict in table:
        value, margin = every[tuple(f"{family} x4" for family in pair.split(" over "))]
        assert points == pytest.approx(value, abs=0.006)
        assert agrees([float(end) for end in interval.split(" to ")], value, margin)
        assert verdict == (fit.verdict(value, margin) or verdict)


@pytest.mark.parametrize("study", SCALED)
def test_every_gain_over_the_base(study):
    fit = Study(study)
    found = fit.margins([(name, fit.base) for name in DEAREST])
    rows = [row for row in gains_beside_paper({"ours": recorded(study)}).rows if row[0] == "ours"]
    for _, family, network, _, points, room, _, verdict in rows:
        value, margin = found[network, fit.base]
        assert network == f"{family} x4"
        assert points == pytest.approx(value, abs=0.006)
        assert room == pytest.approx(margin, rel=NEAR, abs=0.006)
        assert verdict == (fit.verdict(value, margin) or verdict)


@pytest.mark.parametrize("study", SCALED)
def test_a_title_names_a_winner_only_if_it_is_told_from_all_others(study):
    fit = Study(study)
    best = fit.means[DEAREST].idxmax()
    every = [*combinations(DEAREST, 2)]
    lead = fit.margins([(best, other) for other in DEAREST if other != best], every)
    close = [pair[1] for pair, (value, margin) in lead.items() if value <= margin]
    title = accuracy_vs_macs(recorded(study)).alt.partition(". ")[0]
    said = re.findall(r"(\w+) (?:buys most here \()?[+−]\d+\.\d", title)
    assert set(said) == {name.split()[0] for name in [best, *close]}
    assert ("too close to call" in title) == bool(close)
    assert ("buys most here" in title) != bool(close)


@pytest.mark.parametrize("metric", ["val_accuracy", "test_accuracy"])
def test_which_candidates_of_the_grid_may_be_the_best(metric):
    fit = Study("grid", metric)
    candidates = [name for name in fit.means.index if name != fit.base]
    best, *others = candidates
    found = fit.margins([(best, other) for other in others], two_sided=False)
    rows = grid_results(recorded("grid"), metric).rows
    assert [row[4] for row in rows] == pytest.approx(fit.means[candidates], abs=0.006)
    assert [row[8] for row in rows[1:]] == [value > margin for value, margin in found.values()]


@pytest.mark.parametrize("study", ["recipes", "recipes_few", "architectures"])
def test_every_effect_of_an_ingredient(study):
    fit = Study(study)
    found = fit.margins([(name, fit.base) for name in fit.means.index if name != fit.base])
    for _, name, points, low, high, _, _, percent, verdict in effects({"x": recorded(study)}).rows:
        value, margin = found[name, fit.base]
        assert points == pytest.approx(value, abs=0.006)
        assert agrees((low, high), value, margin)
        assert percent == pytest.approx(fit.means[fit.base], abs=0.006)
        sign = "better" if value > 0 else "worse"
        assert verdict == (fit.verdict(value, margin, sign) or verdict)


def test_no_candidate_recipe_is_told_from_the_first_guess():
    fit = Study("minute", "val_accuracy")
    found = fit.margins([(name, fit.base) for name in fit.means.index if name != fit.base])
    assert all(abs(value) < margin for value, margin in found.values())


def test_the_picture_in_the_readme_shows_what_is_recorded():
    drawn = Path(__file__).parent.parent / "docs" / "curve.svg"
    title = re.search("<title>(.*)</title>", drawn.read_text(encoding="utf-8")).group(1)
    assert unescape(title) == accuracy_vs_macs(recorded("scaling")).alt


def test_as_many_parts_are_missed_as_the_question_says():
    fit = Study("architectures")
    found = fit.margins([(name, fit.base) for name in fit.means.index if name != fit.base])
    missed = sum(value < -margin for value, margin in found.values())
    assert macs.parts_missed().answer == missed
