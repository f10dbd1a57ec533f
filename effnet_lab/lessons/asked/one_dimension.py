"""The questions of lesson 04."""

from collections import Counter
from typing import Any

from ...arch import B0, cost, resolve, scaled
from ...arch.facts import TABLE_3, TABLE_7
from ...records.runs import recorded
from ...view.plots.dimensions import gains_by_step
from ..questions import Question, largest, predict, quiz, smallest


def _times(count: str, **factors: Any) -> Any:
    """How many times as much B0 has after scaling."""
    return getattr(cost(scaled(B0, **factors)), count) / getattr(cost(B0), count)


def _kind_times(kind: str, **factors: Any) -> float:
    """How many times the MACs of one kind of layer."""
    return cost(scaled(B0, **factors)).by_kind()[kind].macs / cost(B0).by_kind()[kind].macs


def best_single() -> Question:
    b0 = {row.family: row.top1 for row in TABLE_7}
    older = {row.family: row.top1 for row in TABLE_3 if row.baseline == "ResNet-50"}
    gains = {name: b0[name] - b0["base"] for name in ("width", "depth", "resolution")}
    best = largest(gains)
    others = " and ".join(f"{b0[name]}%" for name in gains if name != best)
    return predict(
        f"Such a scaling took ResNet-50 from {older['base']}% to {older['width']}% (wider), "
        f"{older['depth']}% (deeper) or {older['resolution']}% (sharper). B0 starts from "
        f"{b0['base']}%. How many points does the best of its three gain?",
        answer=gains[best],
        unit="points",
        why=f"{b0[best]} - {b0['base']} = {gains[best]:.1f}, by {best}; the others have {others}. "
        f"As many MACs spent on all three at once gave {b0['compound']}%, "
        f"{b0['compound'] - b0['base']:.1f} points.",
    )


def doubled(dimension: str, count: str) -> Question:
    """Ask by how much "MACs" or "parameters" grow when one dimension doubles."""
    name = {"MACs": "macs", "parameters": "params"}[count]
    answer = _times(name, **{dimension: 2})
    return predict(
        f"Twice the {dimension}: how many times the {count}?",
        answer=answer,
        unit="x",
        why=_why_doubled(dimension, count, name, answer),
    )


def _why_doubled(dimension: str, count: str, name: str, answer: float) -> str:
    """Split the layers in two parts, each of which grows alike, and add up."""
    if dimension == "resolution" and name == "params":
        return "A weight is used at more pixels; it is the same weight."
    kinds, words, times = _PARTS[dimension]
    price = cost(B0)
    share = sum(getattr(price.by_kind()[kind], name) for kind in kinds) / getattr(price, name)
    rest = (answer - times * share) / (1 - share)
    return (
        f"{share:.1%} of the {count} are in {words}; the others have {rest:.2f} times as many: "
        f"{share:.3f} · {times} + {1 - share:.3f} · {rest:.2f} = {answer:.2f}."
    )


#: For each dimension: kinds of layers that grow alike, in words, and how many times.
_PARTS = {
    "width": (
        ("expand", "project", "squeeze_excite", "head"),
        "layers with both channel counts, of which there are 4 times as many",
        4,
    ),
    "depth": (
        ("stem", "head", "classifier"),
        "stem and head, which stay (and a block that is added does not cost as much as the first "
        "of its stage)",
        1,
    ),
    "resolution": (
        ("squeeze_excite", "classifier"),
        "layers that see each channel's average, whatever the size",
        1,
    ),
}


def _layers(depth: float) -> list[int]:
    """Blocks of each stage of B0 after scaling."""
    return list(Counter(block.stage for block in resolve(scaled(B0, depth=depth)).blocks).values())


def ten_percent() -> Question:
    before, after = _layers(1), _layers(1.1)
    times = _times("macs", depth=1.1)
    return predict(
        f"B0's stages have {_told(before)} blocks. A stage that asks for a fraction of a block "
        "gets a whole one. With 10% more depth (d = 1.1): how many times the MACs?",
        answer=times,
        unit="x",
        why=f"The stages get {_told(after)}: {sum(before)} blocks become {sum(after)}, "
        f"{sum(after) / sum(before):.2f} times as many. Not all cost the same, and stem and head "
        f"stay: counted, {times:.2f} times.",
    )


def _told(layers: list[int]) -> str:
    return ", ".join(map(str, layers))


def linear_kind() -> Question:
    return quiz(
        "Which of these grows only in proportion to the width, as a depthwise layer does?",
        answer=min(("stem", "expand", "head"), key=lambda kind: _kind_times(kind, width=2)),
        choices={
            "stem": "Red, green and blue stay three; its outputs alone widen.",
            "expand": "It maps all input channels to all expanded ones, and both widen.",
            "head": "It maps all channels of the last stage to its own, and both widen.",
        },
    )


def same_network() -> Question:
    network, depths = _layers(1.6), ("1.5", "1.65", "1.75")
    gets = {depth: _layers(float(depth)) for depth in depths}
    [same] = [depth for depth in depths if gets[depth] == network]
    return quiz(
        f"B0's stages have {_told(_layers(1))} blocks. Which depth multiplier gives exactly the "
        "same network as d = 1.6?",
        answer=same,
        choices={
            depth: f"The stages get {_told(found)} blocks; at 1.6 they get {_told(network)}."
            for depth, found in gets.items()
        },
    )


def activations() -> Question:
    answer = _times("activations", resolution=2)
    return predict(
        "Twice the side of the picture: how many times the activations?",
        answer=answer,
        unit="x",
        why="Each map has twice the rows and twice the columns, and as many channels: 2 · 2 = 4. "
        f"Counted, squeeze-excite's few values included, which stay: {answer:.2f}.",
    )


def first_to_saturate() -> Question:
    quick = [record for record in recorded("quick") if record.family != "compound"]
    # Of a family's rows the last stays: its second doubling.
    last: dict[Any, Any] = {family: gain for family, _, _, gain, *_ in gains_by_step(quick).rows}
    return quiz(
        "In these short trainings, whose second doubling of the MACs bought least?",
        answer=smallest(last),
        choices={
            family: f"It bought {last[family]:+.1f} points. The table below shows all steps."
            for family in ("width", "depth", "resolution")
        },
    )
