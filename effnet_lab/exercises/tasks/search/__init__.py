"""Assignment 08, architecture search: its space, its objective, and two loops that search."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="Architecture search",
    contents=(
        "space_size",
        "reward",
        "two_sided_reward",
        "samples_needed",
        "mutate",
        "random_search",
        "aging_evolution",
        Written("did-it-search", About("Did it search, or was it lucky?", points=12, minutes=18)),
    ),
)
