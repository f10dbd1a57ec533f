"""Assignment 01, counting cost: parameters, MACs, bytes and activations of convolutions."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="Counting cost",
    lesson="01_counting_cost",
    contents=(
        "conv_params",
        "conv_macs",
        "separable_share",
        "intensity",
        "network_macs",
        "activation_bytes",
        Written("three-numbers", About("Three numbers for one network", points=15, minutes=12)),
    ),
    sections={
        "conv_params": "Three counts",
        "conv_macs": "Three counts",
        "separable_share": "Across places, across channels",
        "intensity": "Bytes moved",
        "network_macs": "Three counts",
        "activation_bytes": "Memory",
        "three_numbers": "FLOPs, MACs, FLOPS",
    },
)
