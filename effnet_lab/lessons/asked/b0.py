"""The questions of lesson 03."""

from dataclasses import replace

from ...arch import B0, B0_STAGES, LITE0, cost, resolve
from ..questions import Question, largest, predict, quiz


def busiest_stage() -> Question:
    macs = {f"stage {number}": total.macs for number, total in cost(B0).by_stage().items()}
    first, second = sorted(macs, key=macs.__getitem__, reverse=True)[:2]
    last = [block for block in resolve(B0).blocks if f"stage {block.stage}" == first][-1]
    side, wide, window = last.out_size, last.expanded_channels, last.kernel**2
    ends = (last.in_channels, last.out_channels)
    one = side**2 * wide * (ends[0] + window + ends[1])
    return predict(
        "Stage 1 is the first convolution, stages 2 to 8 are the rows above, stage 9 is the end. "
        "Which stage costs the most MACs?",
        answer=largest(macs),
        choices=tuple(macs),
        why=f"Its maps are small, {side} pixels a side, but its blocks are wide, and many: "
        f"{side} · {side} · {wide:,} · ({ends[0]} + {window} + {ends[1]}) is {one / 1e6:.1f} M for "
        f"one of them, and {macs[first] / 1e6:.1f} M for the stage. Next is {second}, with "
        f"{macs[second] / 1e6:.1f} M.",
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
    se = cost(B0).by_kind()["squeeze_excite"].params
    for block in resolve(B0).blocks:
        wide, squeeze = block.expanded_channels, block.squeeze_channels
        # Two 1 x 1 convolutions with biases: down to the squeeze width, and back.
        mistaken += (2 * wide + 1) * (wide // 4 - squeeze)
    return predict(
        "How many parameters would B0 have with that mistake?",
        answer=mistaken,
        unit="parameters",
        why=f"SE has {se:,} of the {right:,} parameters, and would have {se + mistaken - right:,}, "
        f"{(se + mistaken - right) / se:.1f} times as many: {mistaken:,} in all, and nothing warns "
        "you.",
    )


def cost_at_320() -> Question:
    macs = {side: cost(replace(LITE0, resolution=side)).macs for side in (224, 320)}
    return predict(
        "How many times the MACs does Lite0 take at 320 pixels a side as at 224?",
        answer=macs[320] / macs[224],
        unit="x",
        why=f"Nearly every layer works at each pixel: (320 / 224)² = {(320 / 224) ** 2:.2f}. "
        f"Counted: {macs[320]:,} / {macs[224]:,} = {macs[320] / macs[224]:.2f}.",
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
    price, other = cost(B0), cost(changed)
    share = price.by_stage()[7].macs / price.macs
    sides = [[b.out_size for b in resolve(B0).blocks if b.stage == n][-1] for n in (4, 7)]
    pixels = (sides[0] / sides[1]) ** 2
    now, five_before, five_now = (
        total.by_stage()[n].macs / 1e6 for total, n in ((other, 4), (price, 5), (other, 5))
    )
    return predict(
        "How many times B0's MACs does the swapped network cost?",
        answer=other.macs / price.macs,
        unit="x",
        why=f"{sides[0]} pixels a side in place of {sides[1]} are {pixels:g} times as many, and "
        f"the share was {share:.0%}: about {pixels:g} · {share:.2f} + {1 - share:.2f} = "
        f"{pixels * share + 1 - share:.1f}. Counted: {price.by_stage()[7].macs / 1e6:.0f} M become "
        f"{now:,.0f} M (less, as the first block has fewer inputs), and stage 5, which now gets "
        f"more channels, grows from {five_before:.0f} to {five_now:.0f} M. Yet there are "
        f"{1 - other.params / price.params:.0%} fewer parameters: by these it looks like a saving.",
    )
