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
    sections={
        "blocks_of": "The loop that builds it",
        "map_sides": "Table 1 as data",
        "drop_rates": "The loop that builds it",
        "stage_params": "Where parameters and MACs sit",
        "network_macs": "Where parameters and MACs sit",
        "best_strides": "Pictures of 32 pixels",
        "another_network": "Is it really EfficientNet-B0?",
    },
)
