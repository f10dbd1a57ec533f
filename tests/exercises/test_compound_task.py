"""The references of assignment 05 are the arithmetic that the lesson is made from."""

import pytest

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
