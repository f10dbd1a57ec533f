"""Assignment 02, MBConv: its parts and the whole block, as functions of tensors and weights."""

from ... import About, Assignment, Written

ASSIGNMENT = Assignment(
    title="MBConv, step by step",
    lesson="02_mbconv_step_by_step",
    contents=(
        "squeeze_width",
        "same_padding",
        "squeeze_excite",
        "batch_norm",
        "drop_path",
        "mbconv",
        Written("wide-and-linear", About("Wide first, linear last", points=14, minutes=12)),
    ),
)
