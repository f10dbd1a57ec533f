"""Assignment 04, one dimension at a time: what a factor costs after rounding, and what it buys."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="One dimension at a time",
    lesson="04_one_dimension_at_a_time",
    contents=(
        "scaled_channels",
        "scaled_layers",
        "scaled_macs",
        "receptive_field",
        "largest_within",
        "gains",
        Written(
            "four-times", About("Four times the MACs: deeper, wider or sharper?", 15, minutes=15)
        ),
    ),
    sections={
        "scaled_channels": "Width: nearly quadratic",
        "scaled_layers": "Depth: nearly linear, with a first step like a cliff",
        "scaled_macs": "Three sliders",
        "receptive_field": "Why they need each other",
        "largest_within": "Three sliders",
        "gains": "What each one buys",
        "four_times": "What each one buys",
    },
)
