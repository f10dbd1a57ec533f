"""Assignment 03, EfficientNet-B0 from a table: its blocks, maps, drop rates, and what it costs."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="EfficientNet-B0 from a table",
    lesson="03_b0_from_a_table",
    contents=(
        "blocks_of",
        "map_sides",
        "drop_rates",
        "stage_params",
        "network_macs",
        "best_strides",
        Written("another-network", About("The same parameters, another network", 14, minutes=12)),
    ),
)
