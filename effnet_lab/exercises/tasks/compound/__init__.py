"""Assignment 05, compound scaling: the formula, the grid, noise, B1 to B7, and a budget."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="Compound scaling",
    lesson="05_compound_scaling",
    contents=(
        "multipliers",
        "phi_for",
        "candidates",
        "choose",
        "fit_phi",
        "scaled_to_budget",
        Written(
            "whose-coefficients", About("Whose coefficients are these?", points=15, minutes=14)
        ),
    ),
    sections={
        "multipliers": "The formula",
        "phi_for": "The formula",
        "candidates": "The grid search",
        "choose": "Our own grid",
        "fit_phi": "B1 to B7 as released",
        "scaled_to_budget": "The Scaling lab",
        "whose_coefficients": "The grid search",
    },
)
