"""Assignment 09, the capstone: a network under limits on MACs, memory and latency."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="A network for a small device",
    contents=(
        "fit_latency",
        "predict_latency",
        "worst_error",
        "weight_kilobytes",
        "over_budget",
        "choose",
        "design",
        Written("report", About("The report", points=20, minutes=40)),
    ),
    # What describes, prices and times a network: the course asks for none of it here.
    allowed=(
        *("effnet_lab._validate", "effnet_lab.arch", "effnet_lab.arch.budget"),
        *("effnet_lab.arch.convolution", "effnet_lab.arch.cost", "effnet_lab.arch.scaling"),
        *("effnet_lab.arch.specs", "effnet_lab.nn", "effnet_lab.nn.layers"),
        *("effnet_lab.nn.measure", "effnet_lab.nn.model"),
    ),
)
