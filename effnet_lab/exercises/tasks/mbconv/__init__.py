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
    sections={
        "squeeze_width": "Step 4 · Squeeze-excite",
        "same_padding": "Step 2 · Depthwise convolution",
        "squeeze_excite": "Step 4 · Squeeze-excite",
        "batch_norm": "Step 3 · Normalise and activate",
        "drop_path": "Step 6 · Skip, and drop paths",
        "mbconv": "Your block, and the proof",
        "wide_and_linear": "Step 5 · Project, and leave it linear",
    },
)
