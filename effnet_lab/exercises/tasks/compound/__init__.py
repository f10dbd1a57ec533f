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
)
