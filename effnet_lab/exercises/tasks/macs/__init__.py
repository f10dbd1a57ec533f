"""Assignment 07, accuracy against MACs: fronts, matched budgets, spread over seeds, rankings."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="Accuracy against MACs",
    lesson="07_accuracy_vs_macs",
    contents=(
        "mean_and_std",
        "pareto_front",
        "matched_pairs",
        "compare",
        "rank_agreement",
        "luck_of_the_best",
        Written("four-claims", About("Four claims of a study", points=18, minutes=20)),
    ),
)
