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
    sections={
        "mean_and_std": "Four times the arithmetic: how would you spend it?",
        "pareto_front": "Four times the arithmetic: how would you spend it?",
        "matched_pairs": "Equal cost means equal *actual* cost",
        "compare": "The paper's experiment in miniature",
        "rank_agreement": "What a short training hides",
        "luck_of_the_best": "Break it",
        "four_claims": "The paper's experiment in miniature",
    },
)
