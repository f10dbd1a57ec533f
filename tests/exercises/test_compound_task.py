"""The references of assignment 05 are the arithmetic that the lesson is made from."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_t

from effnet_lab.arch import CompoundCoefficients, compound_grid
from effnet_lab.exercises.tasks.compound.candidates import candidates, in_order
from effnet_lab.exercises.tasks.compound.multipliers import multipliers


@pytest.mark.parametrize("phi", [-1.5, 0.4, 1, 3])
def test_multipliers_are_those_of_the_compound_coefficients(phi):
    found = multipliers(1.25, 1.1, 1.3, phi)
    assert found == pytest.approx(CompoundCoefficients(1.25, 1.1, 1.3).multipliers(phi)._asdict())


@pytest.mark.parametrize(
    ("step", "target", "tolerance"),
    [(0.1, 2, 0.1), (0.05, 2, 0.1), (0.15, 3, 0.2), (0.2, 1.5, 0.3)],
)
def test_candidates_are_those_of_the_grid(step, target, tolerance):
    grid = [[c.alpha, c.beta, c.gamma] for c in compound_grid(step, target, tolerance)]
    assert in_order(candidates(step, target, tolerance)) == in_order(grid)


@pytest.mark.parametrize(
    ("rivals", "freedom", "errors"), [(1, 18, 1.7), (4, 10, 2.5), (9, 18, 2.6)]
)
def test_errors_that_are_allowed_are_those_of_comparisons_with_the_best(rivals, freedom, errors):
    """One-sided Dunnett (Hsu 1984): what the largest of several t values stays below."""
    correlations = (np.ones((rivals, rivals)) + np.eye(rivals)) / 2
    together = multivariate_t(shape=correlations, df=freedom, seed=0)
    assert together.cdf(np.full(rivals, errors)) == pytest.approx(0.95, abs=0.006)


def test_model_answer_tells_the_noise_of_its_table():
    path = Path(__file__).parents[2] / "solutions" / "05_compound" / "05_compound.ipynb"
    cells = {c["id"]: "".join(c["source"]) for c in json.loads(path.read_text())["cells"]}
    task, answer = cells["whose-coefficients-task"], cells["whose-coefficients-answer"]
    rows = [line.split("|")[3] for line in task.splitlines() if line.startswith("| α")]
    runs = np.array([[float(run) for run in row.split(",")] for row in rows])
    spread = np.sqrt(runs.var(axis=1, ddof=1).mean())
    error = spread * np.sqrt(2 / 3)
    assert f"by about {spread:.2f} points" in answer
    assert f"standard error of about {error:.2f}" in answer
    assert f"less than 2.5 standard errors ({2.5 * error:.2f})" in answer
    behind = sorted(runs.mean(axis=1).max() - runs.mean(axis=1))
    assert behind[2] < 2.5 * error < behind[3]
