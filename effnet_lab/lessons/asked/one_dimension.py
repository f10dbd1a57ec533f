"""The questions of lesson 04."""

from typing import Any

from ...arch import B0, cost, scaled
from ...arch.facts import TABLE_7
from ...records.runs import recorded
from ...view.plots.dimensions import gains_by_step
from ..questions import Question, predict, quiz, smallest

#: What doubling a dimension does to a count, and why.
_WIDER = "Twice the inputs and the outputs make four times; some layers have only one of the two."
_DEEPER = "Stem and head stay, and a stage's first block costs less or more than the others."
_WHY_DOUBLED = {
    ("width", "MACs"): _WIDER,
    ("width", "parameters"): _WIDER,
    ("depth", "MACs"): _DEEPER,
    ("depth", "parameters"): _DEEPER,
    ("resolution", "MACs"): "Four times the pixels; layers after a pooling do not notice.",
    ("resolution", "parameters"): "A weight is used at more pixels; it is the same weight.",
}


def _times(count: str, **factors: Any) -> Any:
    """How many times as much B0 has after scaling."""
    return getattr(cost(scaled(B0, **factors)), count) / getattr(cost(B0), count)


def _kind_times(kind: str, **factors: Any) -> float:
    """How many times the MACs of one kind of layer."""
    return cost(scaled(B0, **factors)).by_kind()[kind].macs / cost(B0).by_kind()[kind].macs


def gap_of_three() -> Question:
    top1 = {row.family: row.top1 for row in TABLE_7}
    single = [top1[dimension] for dimension in ("width", "depth", "resolution")]
    return predict(
        "How many points lie between the best and the worst of the three?",
        answer=round(max(single) - min(single), 1),
        unit="points",
        why=f"They have {min(single)}% to {max(single)}%, from {top1['base']}% for the baseline. "
        f"Spent on all three at once, as many MACs gave {top1['compound']}%.",
    )


def doubled(dimension: str, count: str) -> Question:
    """Ask by how much "MACs" or "parameters" grow when one dimension doubles."""
    name = {"MACs": "macs", "parameters": "params"}[count]
    return predict(
        f"Twice the {dimension}: how many times the {count}?",
        answer=_times(name, **{dimension: 2}),
        unit="x",
        why=_WHY_DOUBLED[dimension, count],
    )


def ten_percent() -> Question:
    return predict(
        "B0 with 10% more depth (d = 1.1): how many times the MACs?",
        answer=_times("macs", depth=1.1),
        unit="x",
        why="Every stage asks for a fraction of a block and gets a whole one.",
    )


def linear_kind() -> Question:
    return quiz(
        "Which of these grows only in proportion to the width?",
        answer=min(("expand", "depthwise", "project"), key=lambda kind: _kind_times(kind, width=2)),
        choices={
            "expand": "It maps all input channels to all expanded ones, and both widen.",
            "depthwise": "Each channel has a filter of its own and sees no other channel.",
            "project": "It maps all expanded channels to all outputs, and both widen.",
        },
    )


def same_network() -> Question:
    network = cost(scaled(B0, depth=1.1)).layers
    [same] = [d for d in (1.0, 1.2, 1.4) if cost(scaled(B0, depth=d)).layers == network]
    return quiz(
        "Which depth multiplier gives exactly the same network as d = 1.1?",
        answer=str(same),
        choices={
            "1.0": "It asks for whole blocks everywhere, and gets B0 itself.",
            "1.2": "Every stage's fraction is still rounded up to the same whole number.",
            "1.4": "The stages with three and four blocks get one more than at 1.1.",
        },
    )


def not_noticed() -> Question:
    kinds = {"stem": "stem", "squeeze-excite": "squeeze_excite", "head": "head"}
    return quiz(
        "Which of these costs the same number of MACs at twice the resolution?",
        answer=next(name for name, kind in kinds.items() if _kind_times(kind, resolution=2) == 1),
        choices={
            "stem": "It works at every second pixel of the picture itself.",
            "squeeze-excite": "It works on one average for each channel, whatever the size.",
            "head": "Its 1×1 convolution works at every pixel of the last feature map.",
        },
    )


def first_to_saturate() -> Question:
    quick = [record for record in recorded("quick") if record.family != "compound"]
    # Of a family's rows the last stays: its second doubling.
    last: dict[Any, Any] = {family: gain for family, _, _, gain, *_ in gains_by_step(quick).rows}
    return quiz(
        "In these short trainings, whose second doubling bought least?",
        answer=smallest(last),
        choices={
            "width": "Compare the last row of each family.",
            "depth": "One explanation: deep networks need more steps before their depth pays.",
            "resolution": "These pictures had detail left to show.",
        },
    )
