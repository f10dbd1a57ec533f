"""The questions of lesson 03."""

from collections.abc import Mapping
from dataclasses import replace

from ...arch import B0, B0_STAGES, cost, resolve
from ..questions import Question, largest, predict, quiz


def busiest_stage() -> Question:
    macs = {f"stage {number}": total.macs for number, total in cost(B0).by_stage().items()}
    return predict(
        "Stage 1 is the first convolution, stages 2 to 8 are the rows above, stage 9 is the end. "
        "Which stage costs the most MACs?",
        answer=largest(macs),
        choices=tuple(macs),
        why="It has wide blocks, and the most of them. The picture further down shows all stages.",
    )


def output_side() -> Question:
    side = [block.out_size for block in resolve(B0).blocks if block.stage == 7][-1]
    why = {
        14: "That is what goes into it.",
        7: "Its first block has stride 2 and halves the sides; the next stage's input says so too.",
        4: "One stride more, and it would be.",
    }
    choices = {f"{n} pixels": reason for n, reason in why.items()}
    return quiz("How wide is stage 7's output?", answer=f"{side} pixels", choices=choices)


def se_expanded() -> Question:
    mistaken = right = cost(B0).params
    for block in resolve(B0).blocks:
        wide, squeeze = block.expanded_channels, block.squeeze_channels
        # Two 1 x 1 convolutions with biases: down to the squeeze width, and back.
        mistaken += (2 * wide + 1) * (wide // 4 - squeeze)
    return predict(
        "How many parameters would B0 have with that mistake?",
        answer=mistaken,
        unit="parameters",
        why=f"{mistaken:,} instead of {right:,}, and nothing warns you.",
    )


def surest_resolution(probabilities: Mapping[int, Mapping[str, float]]) -> Question:
    """Ask about what Lite0 has told the lesson of a photograph, by its side in pixels."""
    uniform = {side: row["military uniform"] for side, row in probabilities.items()}
    surest = largest(uniform)
    return predict(
        "Lite0 was trained at 224 pixels. At which is it most certain of military uniform?",
        answer=f"{surest} pixels",
        choices=tuple(f"{side} pixels" for side in uniform),
        why=f"{uniform[surest]:.0%} there, {uniform[224]:.0%} at 224, {uniform[320]:.0%} at 320.",
    )


def strides_params() -> Question:
    small = replace(B0, resolution=32, num_classes=10)
    params = {cost(small).params}
    for strides in ("1222121", "1122121", "1122111"):
        stages = [replace(row, stride=int(s)) for row, s in zip(B0_STAGES, strides, strict=True)]
        params.add(cost(replace(small, stem_stride=1, stages=tuple(stages))).params)
    return quiz(
        "Which of the four networks has the most parameters?",
        answer="all have the same" if len(params) == 1 else "the last",
        choices={
            "the first": "Its maps are smallest. Does a weight know how large a map is?",
            "the last": "Its MACs are most. Does a weight know how large a map is?",
            "all have the same": "A stride moves the kernel further; the kernel stays as it is.",
        },
    )


def swapped() -> Question:
    two, three, four, five, six, seven, eight = B0_STAGES
    changed = replace(B0, stages=(two, three, seven, five, six, four, eight))
    fewer = 1 - cost(changed).params / cost(B0).params
    return predict(
        "How many times B0's MACs does the swapped network cost?",
        answer=cost(changed).macs / cost(B0).macs,
        unit="x",
        why=f"And it has {fewer:.0%} fewer parameters: by these alone, it looks like a saving.",
    )
