"""Assignment 03, EfficientNet-B0 from a table: its blocks, sizes, drop rates, parameters and MACs.

The references are `arch.resolve` and `arch.cost`. Slips are worked out by a builder of their own,
which has habits: each is the name of one way to go wrong. Without any it agrees with the reference.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise, product
from random import Random
from typing import Any, NamedTuple

from ...arch.cost import cost
from ...arch.scaling import BlockSpec, conv_size, resolve
from ...arch.specs import NetworkSpec, StageSpec
from ...view.result import CheckResult
from ..judging import Case, Slip, judge_calls, judge_changed, matches, part
from ..plain import Plain
from ..probes import b0 as probes
from ..probing import Inputs, call_text, value_text
from ..task import Assignment, Task, Written

Row = Mapping[str, Any]
Network = Mapping[str, Any]
Habits = frozenset[str]

# ------------------------------------------------------------------ tables


def _row(
    random: Random, channels: int, layers: int, *, expand: int | None = None, stride: int = 1,
    se_ratio: float = 0.25,
) -> dict[str, Any]:  # fmt: skip
    expand = random.choice((2, 3, 4, 6)) if expand is None else expand
    return {
        "expand": expand, "kernel": random.choice((3, 5)), "stride": stride, "channels": channels,
        "layers": layers, "se_ratio": se_ratio,
    }  # fmt: skip


def _channels(random: Random, count: int) -> list[int]:
    """Draw numbers of channels of which a quarter is no whole number, all different."""
    return random.sample([n for n in range(9, 40) if n % 4], count)


def _tables(random: Random) -> list[tuple[list[dict[str, Any]], int]]:
    """Draw tables with their input's channels, small ones first.

    Each rule is met: a stride, a first block with a skip, none at equal channels because of a
    stride, no expansion, no squeeze-excite, less than one unit.
    """
    a, b, c, d, e, f, g = _channels(random, 7)
    many = random.choice((3, 4))
    return [
        ([_row(random, a, 1)], b),
        ([_row(random, c, many, stride=2)], d),
        ([_row(random, e, 2), _row(random, a, many, expand=1, se_ratio=0.0)], e),
        (
            [
                _row(random, f, 2, stride=2, se_ratio=0.5),
                _row(random, f, 2, stride=2),
                _row(random, f, 1, se_ratio=0.125),
                _row(random, b, 3),
            ],
            g,
        ),
        (
            [
                _row(random, c, 1, expand=1, se_ratio=0.125),
                _row(random, d, 2, stride=2, se_ratio=0.125),
            ],
            random.choice((3, 5, 6, 7)),
        ),
    ]


def _network(
    random: Random, rows: list[dict[str, Any]], channels: int, stem_stride: int = 2
) -> dict[str, Any]:
    head, classes = random.randint(30, 60), random.choice((3, 5, 7, 10))
    return {
        "stem": channels, "stem_stride": stem_stride, "rows": rows, "head": head,
        "classes": classes,
    }  # fmt: skip


def _spec(network: Network, size: int = 224) -> NetworkSpec:
    """Return the package's spec of a network; channels are as in the table, not rounded."""
    return NetworkSpec(
        "exercise",
        tuple(StageSpec(**row) for row in network["rows"]),
        resolution=size,
        num_classes=network["classes"],
        stem_channels=network["stem"],
        stem_stride=network["stem_stride"],
        head_channels=network["head"],
        channel_divisor=1,
    )


def _ends(rows: Sequence[Row], channels: int) -> dict[str, Any]:
    """Return a network that has these rows; where its ends do not matter."""
    return {"stem": channels, "stem_stride": 1, "rows": rows, "head": 8, "classes": 2}


# ------------------------------------------------------------------ a builder with habits


def _walk(
    rows: Sequence[Row], channels: int, size: int = 1, habits: Habits = frozenset()
) -> Iterator[BlockSpec]:
    """Follow a picture through the blocks of a table."""
    number = 0
    for stage, row in enumerate(rows, 2):
        before, layers = channels, 1 if "one-block-a-stage" in habits else row["layers"]
        for layer in range(layers):
            last = layer == layers - 1
            strides = layer == 0
            if "stride-in-all" in habits:
                strides = True
            elif "stride-at-the-end" in habits:
                strides = last
            stride = row["stride"] if strides else 1
            out = row["channels"]
            if "channels-at-the-end" in habits and not last:
                out = channels
            inputs = before if "input-stays" in habits else channels
            inputs = out if "input-of-outputs" in habits else inputs
            wide = (out if "wide-of-outputs" in habits else inputs) * row["expand"]
            out_size = size // stride if "rounds-down" in habits else conv_size(size, stride)
            yield BlockSpec(
                number, stage, row["kernel"], stride, inputs, wide, out,
                _units(row, inputs, wide, out, habits), size, out_size, 0.0,
            )  # fmt: skip
            number, channels, size = number + 1, out, out_size


def _units(row: Row, inputs: int, wide: int, out: int, habits: Habits) -> int:
    ratio: float = row["se_ratio"]
    of = wide if "squeeze-of-wide" in habits else inputs
    of = out if "squeeze-of-outputs" in habits else of
    units = round(of * ratio) if "squeeze-to-nearest" in habits else int(of * ratio)
    if not ratio:
        return int("unit-at-ratio-0" in habits)
    return units if "no-least-unit" in habits else max(1, units)


class _Layer(NamedTuple):
    """What is learned in a layer, and at how many places its weights are used."""

    kind: str
    stage: int
    weights: int
    biases: int
    normed: int
    in_size: int
    out_size: int


def _conv(
    kind: str, stage: int, weights: int, outputs: int, in_size: int, out_size: int
) -> _Layer:  # fmt: skip
    return _Layer(kind, stage, weights, 0, outputs, in_size, out_size)


def _layers(network: Network, size: int, habits: Habits) -> Iterator[_Layer]:
    stem, stride = network["stem"], network["stem_stride"]
    side = size // stride if "rounds-down" in habits else conv_size(size, stride)
    yield _conv("stem", 1, 27 * stem, stem, size, side)
    channels = stem
    for block in _walk(network["rows"], stem, side, habits):
        yield from _block_layers(block, habits)
        channels, side = block.out_channels, block.out_size
    last = len(network["rows"]) + 2
    head, classes = network["head"], network["classes"]
    yield _conv("head", last, channels * head, head, side, side)
    places = side if "classifier-on-maps" in habits else 1
    yield _Layer("classifier", last, head * classes, classes, 0, places, places)


def _block_layers(block: BlockSpec, habits: Habits) -> Iterator[_Layer]:
    stage, inputs, wide = block.stage, block.in_channels, block.expanded_channels
    small, large = block.out_size, block.in_size
    if block.has_expand or "expansion-at-1" in habits:
        side = small if "expansion-after-stride" in habits else large
        yield _conv("expand", stage, inputs * wide, wide, side, side)
    seen = wide if "full-depthwise" in habits else 1
    yield _conv("depthwise", stage, block.kernel**2 * wide * seen, wide, large, small)
    if block.squeeze_channels:
        side = small if "gates-on-maps" in habits else 1
        weights = wide * block.squeeze_channels
        yield _Layer("squeeze", stage, weights, block.squeeze_channels, 0, side, side)
        yield _Layer("gate", stage, weights, wide, 0, side, side)
    side = large if "projection-before-stride" in habits else small
    yield _conv("project", stage, wide * block.out_channels, block.out_channels, side, side)


# ------------------------------------------------------------------ judging


def _judge(
    function: str, inputs: Inputs, answer: Plain, right: Callable[..., Plain],
    slips: Sequence[Slip], kind: str = "", rel: float = 0.0, absolute: float = 0.0,
) -> CheckResult:  # fmt: skip
    """Judge a function of tables, and write a message that a learner can read.

    Tables are written as in the lesson; where lists of `kind` are given, the first entry that is
    wrong stands for all.
    """
    cases, results = inputs["cases"], part(answer, "results")
    found = judge_calls(function, cases, results, right, slips, rel=rel, absolute=absolute)
    if found.passed:
        shown = [f"{function}: {_table_text(case)}: it" for case in cases]
        return judge_changed(shown, part(answer, "changed"), "make a changed copy") or found
    for case in cases:
        call = call_text(function, **case)
        if found.message.startswith(call):
            got, wanted = results[cases.index(case)], right(**case)
            rest = _first_wrong(kind, wanted, got, rel, absolute)
            rest = f"{rest} {_why(found, case, slips)}" if rest else found.message[len(call) :]
            return replace(found, message=f"{function}: {_table_text(case)}{rest}".strip())
    return found


def _why(found: CheckResult, case: Case, slips: Sequence[Slip]) -> str:
    return next((slip.explain(case) for slip in slips if slip.name == found.slip), "")


def _first_wrong(kind: str, wanted: Plain, got: Plain, rel: float, absolute: float) -> str:
    """Say which entry of a list is the first that is wrong; empty if that is not the point."""
    if not kind or not isinstance(got, list) or not isinstance(wanted, list):
        return ""
    if len(got) != len(wanted):
        return f", it gives {len(got)} values; there should be {len(wanted)}."
    for place, (want, mine) in enumerate(zip(wanted, got, strict=True)):
        if not matches(mine, want, rel, absolute):
            return f", {kind} {place}: {_entry_text(want, mine)}."
    return ""


def _entry_text(wanted: Plain, got: Plain) -> str:
    if isinstance(wanted, dict) and isinstance(got, dict):
        if got.keys() != wanted.keys():
            return f"the names are {', '.join(got) or 'none'}; they should be {', '.join(wanted)}"
        name = next(name for name in wanted if not matches(got[name], wanted[name]))
        return f'expected "{name}" {value_text(wanted[name])}, got {value_text(got[name], 60)}'
    return f"expected {value_text(wanted)}, got {value_text(got, 60)}"


def _table_text(case: Case) -> str:
    """Write the rows of a case as a learner reads them: one pair of brackets each."""
    rows = case["rows"] if "rows" in case else case["network"]["rows"]
    shown = "; ".join(_row_text(row) for row in rows)
    more = {key: value for key, value in case.items() if key not in ("rows", "network")}
    if "network" in case:
        ends = ("stem", "stem_stride", "head", "classes")
        more = {key: case["network"][key] for key in ends} | more
    return ", ".join(
        (f"rows ({shown})", *(f"{key}={value_text(value)}" for key, value in more.items()))
    )


def _row_text(row: Row) -> str:
    gates = f", SE {row['se_ratio']:g}" if row["se_ratio"] != 0.25 else ""
    return (
        f"{row['layers']} × MBConv{row['expand']} k{row['kernel']} to {row['channels']}, "
        f"stride {row['stride']}{gates}"
    )


# ------------------------------------------------------------------ blocks


def _blocks_inputs(seed: int) -> Inputs:
    return {
        "cases": [{"rows": rows, "channels": channels} for rows, channels in _tables(Random(seed))]
    }


def _blocks(rows: Sequence[Row], channels: int) -> list[dict[str, Any]]:
    return [_block_row(block) for block in resolve(_spec(_ends(rows, channels))).blocks]


def _block_row(block: BlockSpec, skip: bool | None = None) -> dict[str, Any]:
    return {
        "in": block.in_channels, "wide": block.expanded_channels, "out": block.out_channels,
        "kernel": block.kernel, "stride": block.stride, "squeeze": block.squeeze_channels,
        "skip": block.has_skip if skip is None else skip,
    }  # fmt: skip


def _blocks_with(*habits: str) -> Callable[..., Plain]:
    return lambda rows, channels: [
        _block_row(block) for block in _walk(rows, channels, habits=frozenset(habits))
    ]


def _blocks_skipping(skips: Callable[[BlockSpec, BlockSpec | None], bool]) -> Callable[..., Plain]:
    """Return what decides on the skip by another rule: from a block, and the one before it."""

    def blocks(rows: Sequence[Row], channels: int) -> Plain:
        found, before = [], None
        for block in _walk(rows, channels):
            found.append(_block_row(block, skips(block, before)))
            before = block
        return found

    return blocks


_SKIP_RULE = "There is a skip where the stride is 1 and as many channels go out as come in."

_BLOCKS_SLIPS = (
    Slip(
        "stride-in-all",
        "All blocks of a stage get the stride. It belongs to the first; after it, the stride is 1.",
        _blocks_with("stride-in-all"),
    ),
    Slip(
        "stride-at-the-end",
        "Your stride is in a stage's last block; it belongs to the first.",
        _blocks_with("stride-at-the-end"),
    ),
    Slip(
        "input-stays",
        "All blocks of a stage get the channels of the stage before. From the second block on, "
        "what comes in is what the block before puts out.",
        _blocks_with("input-stays"),
    ),
    Slip(
        "input-of-outputs",
        "You take the channels of the row for what comes in, too. In a stage's first block that "
        "is what the stage before puts out.",
        _blocks_with("input-of-outputs"),
    ),
    Slip(
        "channels-at-the-end",
        "Your channels change in a stage's last block; they change in the first.",
        _blocks_with("channels-at-the-end"),
    ),
    Slip(
        "wide-of-outputs",
        "You widen to a multiple of the channels that go out. The expansion is of those that come "
        "in.",
        _blocks_with("wide-of-outputs"),
    ),
    Slip(
        "squeeze-of-wide",
        "Your squeeze width follows the expanded channels; se_ratio is of the block's input "
        "channels.",
        _blocks_with("squeeze-of-wide"),
    ),
    Slip(
        "squeeze-of-outputs",
        "Your squeeze width follows the channels that go out; se_ratio is of those that come in.",
        _blocks_with("squeeze-of-outputs"),
    ),
    Slip(
        "squeeze-to-nearest",
        "You round the squeeze width to the nearest number; it is rounded down.",
        _blocks_with("squeeze-to-nearest"),
    ),
    Slip(
        "no-least-unit",
        "Where the ratio leaves less than one unit, there is one.",
        _blocks_with("no-least-unit"),
    ),
    Slip(
        "unit-at-ratio-0",
        'With "se_ratio" 0 there is no squeeze-excite, so 0 units.',
        _blocks_with("unit-at-ratio-0"),
    ),
    Slip(
        "one-block-a-stage",
        'You build one block for each row; a row has as many as its "layers" says.',
        _blocks_with("one-block-a-stage"),
    ),
    Slip(
        "skip-if-same-channels",
        f"You forget the stride: a smaller output cannot be added. {_SKIP_RULE}",
        _blocks_skipping(lambda block, _: block.in_channels == block.out_channels),
    ),
    Slip(
        "skip-if-stride-1",
        f"You forget the channels: 16 and 24 cannot be added. {_SKIP_RULE}",
        _blocks_skipping(lambda block, _: block.stride == 1),
    ),
    Slip(
        "skip-after-first",
        "You give a skip to all blocks but the first of a stage. So it is in B0, but a first block "
        f"has one, too, where nothing changes. {_SKIP_RULE}",
        _blocks_skipping(lambda block, before: before is not None and before.stage == block.stage),
    ),
    Slip(
        "skip-everywhere",
        f"You give a skip to all blocks. {_SKIP_RULE}",
        _blocks_skipping(lambda block, _: True),
    ),
    Slip(
        "no-skip",
        f"You give a skip to no block. {_SKIP_RULE}",
        _blocks_skipping(lambda block, _: False),
    ),
)


def _judge_blocks(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge("blocks_of", inputs, answer, _blocks, _BLOCKS_SLIPS, "block")


# ------------------------------------------------------------------ sizes


def _sides_inputs(seed: int) -> Inputs:
    random = Random(seed)
    tables = _tables(random)
    fours = [4 * n for n in random.sample(range(6, 20), 5)]
    # Half of an odd side lies between two numbers, of which the even one is below or above.
    sizes = (fours[0] + 2, fours[1] + 1, fours[2] + 3, 2 * fours[3] + 6, 2 * fours[4] + 1)
    return {
        "cases": [
            {"network": _network(random, rows, channels, stem), "size": size}
            for (rows, channels), size, stem in zip(
                (tables[0], tables[1], tables[3], tables[4], _tables(random)[3]),
                sizes, (2, 2, 2, 1, 1), strict=True,
            )
        ]
    }  # fmt: skip


def _sides(network: Network, size: int) -> list[int]:
    resolved = resolve(_spec(network, size))
    last = {block.stage: block.out_size for block in resolved.blocks}
    return [resolved.stem.out_size, *last.values()]


def _sides_by(smaller: Callable[[float, int, Row], Plain]) -> Callable[..., Plain]:
    """Return sizes in which a stage makes something else of its input's side and its stride."""

    def sides(network: Network, size: int) -> Plain:
        stem = {"layers": 1, "stride": network["stem_stride"]}
        found = [smaller(size, network["stem_stride"], stem)]
        for row in network["rows"]:
            found.append(smaller(found[-1], row["stride"], row))
        return found

    return sides


def _each_by_itself(network: Network, size: int) -> Plain:
    strides = [network["stem_stride"], *(row["stride"] for row in network["rows"])]
    return [conv_size(size, stride) for stride in strides]


_SIDES_SLIPS = (
    Slip(
        "rounds-down",
        "You round down. The last, incomplete step of a window counts: sides are rounded up.",
        _sides_by(lambda size, stride, row: int(size // stride)),
    ),
    Slip(
        "not-rounded",
        "There is no part of a pixel: sides are rounded up.",
        _sides_by(lambda size, stride, row: size / stride),
    ),
    Slip(
        "rounds-to-nearest",
        "You round to the nearest number; sides are rounded up.",
        _sides_by(lambda size, stride, row: round(size / stride)),
    ),
    Slip(
        "stride-in-all",
        "You apply a stage's stride once for each of its blocks; only the first has it.",
        _sides_by(lambda size, stride, row: conv_size(int(size), stride ** row["layers"])),
    ),
    Slip(
        "inputs",
        "These are the sides that go into the stages, as in the paper's Table 1; asked for are "
        "those that come out.",
        lambda network, size: [size, *_sides(network, size)[:-1]],
    ),
    Slip(
        "no-stem",
        "You leave the stem out of the list; it comes first.",
        lambda network, size: _sides(network, size)[1:],
    ),
    Slip(
        "stem-keeps-size",
        "You leave the stem's stride out.",
        lambda network, size: _sides({**network, "stem_stride": 1}, size),
    ),
    Slip(
        "stem-always-halves",
        'Your stem always halves the side; "stem_stride" says whether it does.',
        lambda network, size: _sides({**network, "stem_stride": 2}, size),
    ),
    Slip(
        "each-by-itself",
        "You shrink the picture by each stage's own stride only; the stages before it have shrunk "
        "it already.",
        _each_by_itself,
    ),
    Slip(
        "picture-first",
        "Your list begins with the picture; it begins with what the stem puts out.",
        lambda network, size: [size, *_sides(network, size)],
    ),
    Slip(
        "last-only",
        "That is the last map alone; return the sides of all.",
        lambda network, size: _sides(network, size)[-1],
    ),
    Slip(
        "for-each-block",
        "You give a side for each block; asked for is one for each stage.",
        lambda network, size: [
            conv_size(size, network["stem_stride"]),
            *(block.out_size for block in resolve(_spec(network, size)).blocks),
        ],
    ),
)


def _judge_sides(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge("map_sides", inputs, answer, _sides, _SIDES_SLIPS, "entry")


# ------------------------------------------------------------------ drop rates


def _rates_inputs(seed: int) -> Inputs:
    random = Random(seed)
    tables, others = _tables(random), _tables(random)
    first, second, third = random.sample((0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.5), 3)
    return {
        "cases": [
            {"rows": tables[1][0], "rate": first},
            {"rows": tables[2][0], "rate": second},
            {"rows": tables[3][0], "rate": third},
            {"rows": tables[4][0]},
            {"rows": others[4][0] + others[3][0], "rate": second},
        ]
    }


def _rates(rows: Sequence[Row], rate: float = 0.2) -> list[float]:
    spec = replace(_spec(_ends(rows, 8)), drop_path_rate=rate)
    return [block.drop_path_rate for block in resolve(spec).blocks]


def _rates_by(share: Callable[[int, int], float]) -> Callable[..., Plain]:
    """Return rates that are another share for block i of n, numbered from 0."""

    def rates(rows: Sequence[Row], rate: float = 0.2) -> Plain:
        total = sum(row["layers"] for row in rows)
        return [rate * share(number, total) for number in range(total)]

    return rates


def _rates_in_stages(rows: Sequence[Row], rate: float = 0.2) -> Plain:
    return [rate * n / row["layers"] for row in rows for n in range(row["layers"])]


def _rates_by_stage(rows: Sequence[Row], rate: float = 0.2) -> Plain:
    return [
        rate * stage / len(rows) for stage, row in enumerate(rows) for _ in range(row["layers"])
    ]


_RATES_SLIPS = (
    Slip(
        "last-has-it-all",
        "You divide by one block fewer than there are, so that the last block gets the whole rate. "
        "Block i of N, counted from 0, has rate × i / N.",
        _rates_by(lambda i, n: i / (n - 1)),
    ),
    Slip(
        "counted-from-1",
        "You count the blocks from 1. The first block is never dropped: it is block 0.",
        _rates_by(lambda i, n: (i + 1) / n),
    ),
    Slip(
        "within-a-stage",
        "Your rates begin anew in each stage. They grow over the whole network.",
        _rates_in_stages,
    ),
    Slip(
        "by-stage",
        "All blocks of a stage get the same rate. It grows from block to block.",
        _rates_by_stage,
    ),
    Slip(
        "constant",
        "All blocks get the whole rate. It grows from block to block; the early ones, on which all "
        "others build, are hardly ever dropped.",
        _rates_by(lambda i, n: 1.0),
    ),
    Slip(
        "falling",
        "Your rates fall from block to block. Early blocks, on which all others build, are dropped "
        "least.",
        _rates_by(lambda i, n: (n - i) / n),
    ),
    Slip(
        "reversed",
        "Your rates are in reverse order. Early blocks, on which all others build, are dropped "
        "least.",
        _rates_by(lambda i, n: (n - 1 - i) / n),
    ),
    Slip(
        "not-divided",
        "You do not divide by the number of blocks.",
        _rates_by(lambda i, n: float(i)),
    ),
    Slip(
        "survival",
        "These are the probabilities to survive; the rates of dropping are one minus them.",
        lambda rows, rate=0.2: [1 - one for one in _rates(rows, rate)],
    ),
    Slip(
        "default-ignored",
        "You take 0.2 whatever rate says.",
        lambda rows, rate=0.2: _rates(rows),
    ),
    Slip(
        "for-each-row",
        "You give a rate for each row; each block has its own.",
        lambda rows, rate=0.2: [rate * n / len(rows) for n in range(len(rows))],
    ),
    Slip(
        "rounded",
        "You round; return the rates as they are.",
        lambda rows, rate=0.2: [round(one, 3) for one in _rates(rows, rate)],
    ),
)


def _judge_rates(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge(
        "drop_rates", inputs, answer, _rates, _RATES_SLIPS, "block", rel=1e-9, absolute=1e-12
    )  # fmt: skip


# ------------------------------------------------------------------ parameters


def _params_inputs(seed: int) -> Inputs:
    random = Random(seed)
    return {
        "cases": [
            {"network": _network(random, rows, channels)} for rows, channels in _tables(random)
        ]
    }


def _params(network: Network) -> list[int]:
    return [totals.params for totals in cost(_spec(network)).by_stage().values()]


def _params_by(
    learned: Callable[[_Layer], int] = lambda layer: (
        layer.weights + layer.biases + 2 * layer.normed
    ),
    *habits: str,
) -> Callable[..., Plain]:
    """Return parameters in which a layer has learned something else, or blocks have habits."""

    def params(network: Network) -> Plain:
        sums = [0] * (len(network["rows"]) + 2)
        for layer in _layers(network, 224, frozenset(habits)):
            sums[layer.stage - 1] += learned(layer)
        return sums

    return params


def _params_with(*habits: str) -> Callable[..., Plain]:
    return _params_by(lambda layer: layer.weights + layer.biases + 2 * layer.normed, *habits)


def _params_without(*kinds: str) -> Callable[..., Plain]:
    return _params_by(
        lambda layer: 0 if layer.kind in kinds else layer.weights + layer.biases + 2 * layer.normed
    )


def _first_block_times_layers(network: Network) -> Plain:
    """Price each stage as so many times its first block."""
    one = _params_with("one-block-a-stage")(network)
    layers = [1, *(row["layers"] for row in network["rows"]), 1]
    return [n * params for n, params in zip(layers, one, strict=True)]


_SQUEEZES = ("squeeze", "gate")

_PARAMS_SLIPS = (
    Slip(
        "no-norms",
        "You leave the normalisations out: each convolution but those of squeeze-excite has one, "
        "with two learned numbers for each channel that it puts out.",
        _params_by(lambda layer: layer.weights + layer.biases),
    ),
    Slip(
        "one-number-a-norm",
        "A normalisation has two learned numbers for each channel: a factor and a shift.",
        _params_by(lambda layer: layer.weights + layer.biases + layer.normed),
    ),
    Slip(
        "running-averages",
        "You count a normalisation's running averages; they are measured, not learned.",
        _params_by(lambda layer: layer.weights + layer.biases + 4 * layer.normed),
    ),
    Slip(
        "conv-biases",
        "You give all convolutions a bias. Where a normalisation follows there is none.",
        _params_by(lambda layer: layer.weights + layer.biases + 3 * layer.normed),
    ),
    Slip(
        "no-biases",
        "You leave the biases out: those of squeeze-excite's two layers, and the classifier's.",
        _params_by(lambda layer: layer.weights + 2 * layer.normed),
    ),
    Slip(
        "no-gate-biases",
        "You leave the biases of squeeze-excite out: its two layers have them, since no "
        "normalisation follows.",
        _params_by(
            lambda layer: layer.weights + 2 * layer.normed
            + (layer.biases if layer.kind == "classifier" else 0)
        ),
    ),
    Slip(
        "no-classifier-bias",
        "You leave the classifier's bias out: one number for each class.",
        _params_by(
            lambda layer: layer.weights + 2 * layer.normed
            + (layer.biases if layer.kind != "classifier" else 0)
        ),
    ),
    Slip(
        "squeeze-of-wide",
        "Your squeeze width follows the expanded channels; se_ratio is of the block's input "
        "channels.",
        _params_with("squeeze-of-wide"),
    ),
    Slip(
        "no-squeeze-excite",
        "You leave squeeze-excite out.",
        _params_without(*_SQUEEZES),
    ),
    Slip(
        "half-of-squeeze-excite",
        "Squeeze-excite has two layers: one to the units, and one back.",
        _params_without("gate"),
    ),
    Slip(
        "expansion-at-1",
        "You count an expansion where nothing is widened: with expand 1 there is no such layer.",
        _params_with("expansion-at-1"),
    ),
    Slip(
        "no-expansion",
        "You leave the expansions out.",
        _params_without("expand"),
    ),
    Slip(
        "full-depthwise",
        "Your depthwise convolutions see all channels. They have one window for each channel.",
        _params_with("full-depthwise"),
    ),
    Slip(
        "no-head",
        "You leave the 1 × 1 convolution of the head out.",
        _params_without("head"),
    ),
    Slip(
        "no-classifier",
        "You leave the classifier out; it belongs to the last entry.",
        _params_without("classifier"),
    ),
    Slip(
        "first-block-times-layers",
        "You count a stage as so many times its first block. The others have other channels coming "
        "in.",
        _first_block_times_layers,
    ),
    Slip(
        "one-block-a-stage",
        "You count one block for each stage.",
        _params_with("one-block-a-stage"),
    ),
    Slip(
        "total",
        "That is the sum; return the parameters of each stage.",
        lambda network: sum(_params(network)),
    ),
    Slip(
        "ends-apart",
        "Head and classifier belong together, in the last entry.",
        lambda network: [
            *_params(network)[:-1],
            _params_without("classifier")(network)[-1],
            _params_without("head")(network)[-1],
        ],
    ),
    Slip(
        "no-stem",
        "You leave the stem out; it is the first entry.",
        lambda network: _params(network)[1:],
    ),
    Slip(
        "blocks-only",
        "You leave stem and head out; they are the first entry and the last.",
        lambda network: _params(network)[1:-1],
    ),
)  # fmt: skip


def _judge_params(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge("stage_params", inputs, answer, _params, _PARAMS_SLIPS, "entry")


# ------------------------------------------------------------------ MACs


def _macs_inputs(seed: int) -> Inputs:
    random = Random(seed)
    sizes = [2 * n for n in random.sample(range(8, 20), 3)]
    tables = _tables(random)
    chosen = (*tables, _tables(random)[3])
    stems = (1, 2, 2, 2, 2, 1)
    sides = (sizes[0], sizes[1], sizes[2] + 1, 2 * sizes[0] + 1, sizes[1] + 1, sizes[2])
    return {
        "cases": [
            {"network": _network(random, rows, channels, stem), "size": side}
            for (rows, channels), stem, side in zip(chosen, stems, sides, strict=True)
        ]
    }


def _macs(network: Network, size: int) -> int:
    return cost(_spec(network, size)).macs


def _macs_with(*habits: str) -> Callable[..., Plain]:
    """Return MACs of a network whose builder has habits; "no-KIND" leaves a kind of layer out."""

    def macs(network: Network, size: int) -> Plain:
        layers = _layers(network, size, frozenset(habits))
        return sum(
            _layer_macs(layer, habits) for layer in layers if f"no-{layer.kind}" not in habits
        )

    return macs


def _layer_macs(layer: _Layer, habits: Sequence[str]) -> int:
    before = f"{layer.kind}-before-stride" in habits
    side = layer.in_size if before else layer.out_size
    counted = layer.weights
    if "biases" in habits:
        counted += layer.biases
    if "norms" in habits:
        counted += 2 * layer.normed
    return counted * side * side


_MACS_SLIPS = (
    Slip(
        "expansion-after-stride",
        "You count the expansion at the size of the block's output. It comes before the stride, "
        "which is in the depthwise convolution: it works on the larger map.",
        _macs_with("expansion-after-stride"),
    ),
    Slip(
        "projection-before-stride",
        "You count the projection at the size of the block's input. It comes after the stride: it "
        "works on the smaller map.",
        _macs_with("projection-before-stride"),
    ),
    Slip(
        "depthwise-before-stride",
        "You count the depthwise convolution at the places of its input; count those of its "
        "output.",
        _macs_with("depthwise-before-stride"),
    ),
    Slip(
        "blocks-at-input",
        "You count whole blocks at the size of their input. From the stride on, in the depthwise "
        "convolution, the map is smaller.",
        _macs_with("depthwise-before-stride", "projection-before-stride"),
    ),
    Slip(
        "gates-on-maps",
        "You count squeeze-excite at every pixel. It works on the averages: a single one.",
        _macs_with("gates-on-maps"),
    ),
    Slip(
        "no-squeeze-excite",
        "You leave squeeze-excite out. It costs little, but something.",
        _macs_with("no-squeeze", "no-gate"),
    ),
    Slip(
        "half-of-squeeze-excite",
        "Squeeze-excite has two layers: one to the units, and one back.",
        _macs_with("no-gate"),
    ),
    Slip(
        "full-depthwise",
        "Your depthwise convolutions see all channels. They have one window for each channel.",
        _macs_with("full-depthwise"),
    ),
    Slip(
        "classifier-on-maps",
        "You count the classifier at every pixel of the last map. It works on the averages.",
        _macs_with("classifier-on-maps"),
    ),
    Slip("no-classifier", "You leave the classifier out.", _macs_with("no-classifier")),
    Slip("no-head", "You leave the 1 × 1 convolution of the head out.", _macs_with("no-head")),
    Slip("no-stem", "You leave the stem out.", _macs_with("no-stem")),
    Slip(
        "blocks-only",
        "You count the blocks alone; stem, head and classifier cost something, too.",
        _macs_with("no-stem", "no-head", "no-classifier"),
    ),
    Slip(
        "stem-before-stride",
        "You count the stem at every pixel of the picture; count the places of its output.",
        _macs_with("stem-before-stride"),
    ),
    Slip(
        "rounds-down",
        "You round the sides of maps down; they are rounded up.",
        _macs_with("rounds-down"),
    ),
    Slip(
        "stride-in-all",
        "All blocks of a stage get the stride. It belongs to the first.",
        _macs_with("stride-in-all"),
    ),
    Slip(
        "expansion-at-1",
        "You count an expansion where nothing is widened.",
        _macs_with("expansion-at-1"),
    ),
    Slip(
        "biases",
        "You count the biases; a MAC is a multiplication with an addition.",
        _macs_with("biases"),
    ),
    Slip(
        "norms",
        "You count the normalisations; here only convolutions and the classifier count.",
        _macs_with("norms"),
    ),
    Slip(
        "two-for-a-mac",
        "You count two operations for each MAC: a multiplication and its addition are one MAC.",
        lambda network, size: 2 * _macs(network, size),
    ),
    Slip(
        "parameters",
        "These are the parameters; each weight is used at every place of its layer's output.",
        lambda network, size: sum(_params(network)),
    ),
    Slip(
        "squeeze-of-wide",
        "Your squeeze width follows the expanded channels; se_ratio is of the block's input "
        "channels.",
        _macs_with("squeeze-of-wide"),
    ),
)


def _judge_macs(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge("network_macs", inputs, answer, _macs, _MACS_SLIPS)


# ------------------------------------------------------------------ strides

Choice = tuple[int, ...]
Rule = Callable[[dict[Choice, int], int], Choice | None]


def _strides_of(network: Network) -> Choice:
    return (network["stem_stride"], *(row["stride"] for row in network["rows"]))


def _choices(network: Network, size: int) -> dict[Choice, int]:
    """Return the MACs of each way to keep or remove the strides."""
    options = [(2, 1) if stride == 2 else (stride,) for stride in _strides_of(network)]
    return {choice: _counted(_restrided(network, choice), size) for choice in product(*options)}


def _restrided(network: Network, choice: Choice) -> dict[str, Any]:
    stem, *strides = choice
    rows = [{**row, "stride": s} for row, s in zip(network["rows"], strides, strict=True)]
    return {**network, "stem_stride": stem, "rows": rows}


def _counted(network: Network, size: int) -> int:
    layers = _layers(network, size, frozenset())
    return sum(layer.weights * layer.out_size**2 for layer in layers)


def _fullest(choices: dict[Choice, int], limit: int) -> Choice | None:
    """Return the choice that spends most of the limit; None if none keeps to it."""
    within = [choice for choice, macs in choices.items() if macs <= limit]
    return max(within, key=choices.__getitem__, default=None)


def _as_it_is(choices: dict[Choice, int], limit: int) -> Choice | None:
    cheapest = min(choices, key=choices.__getitem__)
    return cheapest if choices[cheapest] <= limit else None


def _one_by_one(order: int) -> Rule:
    """Return the rule that removes strides from the front (1) or the back (-1) while it can."""

    def rule(choices: dict[Choice, int], limit: int) -> Choice | None:
        found = _as_it_is(choices, limit)
        if found is None:
            return None
        for place in range(len(found))[::order]:
            tried = (*found[:place], 1, *found[place + 1 :])
            if choices.get(tried, limit + 1) <= limit:
                found = tried
        return found

    return rule


def _until_too_much(order: int) -> Rule:
    """Return the rule that removes strides from one end, and stops where one is too much."""

    def rule(choices: dict[Choice, int], limit: int) -> Choice | None:
        found = _as_it_is(choices, limit)
        if found is None:
            return None
        for place in range(len(found))[::order]:
            if found[place] == 2:
                tried = (*found[:place], 1, *found[place + 1 :])
                if choices[tried] > limit:
                    break
                found = tried
        return found

    return rule


def _below(choices: dict[Choice, int], limit: int) -> Choice | None:
    return _fullest(choices, limit - 1)


def _nearest(choices: dict[Choice, int], limit: int) -> Choice | None:
    return min(choices, key=lambda choice: abs(choices[choice] - limit))


def _fewest(choices: dict[Choice, int], limit: int) -> Choice | None:
    """Remove as many strides as can be; of several such choices take the fullest."""
    within = [choice for choice, macs in choices.items() if macs <= limit]
    return min(within, key=lambda choice: (sum(choice), -choices[choice]), default=None)


def _single(choices: dict[Choice, int], limit: int) -> Choice | None:
    """Remove one stride at most."""
    most = sum(_as_it_is(choices, 2**62) or ())
    near = {choice: macs for choice, macs in choices.items() if sum(choice) >= most - 1}
    return _fullest(near, limit)


def _always(choices: dict[Choice, int], limit: int) -> Choice | None:
    """As the right rule, but without None."""
    return _fullest(choices, limit) or min(choices, key=choices.__getitem__)


def _stem_stays(choices: dict[Choice, int], limit: int) -> Choice | None:
    stem = max(choice[0] for choice in choices)
    return _fullest({c: macs for c, macs in choices.items() if c[0] == stem}, limit)


def _all_removed(choices: dict[Choice, int], limit: int) -> Choice | None:
    return max(choices, key=choices.__getitem__)


_RULES: tuple[tuple[str, str, Rule], ...] = (
    (
        "as-it-is",
        "You remove no stride. Try all ways to remove some, and take the one that spends most of "
        "the limit.",
        _as_it_is,
    ),
    (
        "front-to-back",
        "You remove strides one by one from the front, each if the limit allows it. Another set "
        "may spend more of the limit: try them all.",
        _one_by_one(1),
    ),
    (
        "back-to-front",
        "You remove strides one by one from the back, each if the limit allows it. Another set may "
        "spend more of the limit: try them all.",
        _one_by_one(-1),
    ),
    (
        "front-until-too-much",
        "You remove strides from the front until one is too much. Another set may spend more of "
        "the limit: try them all.",
        _until_too_much(1),
    ),
    (
        "back-until-too-much",
        "You remove strides from the back until one is too much. Another set may spend more of the "
        "limit: try them all.",
        _until_too_much(-1),
    ),
    (
        "below",
        "You ask for less than the limit; exactly the limit is allowed, too.",
        _below,
    ),
    (
        "nearest",
        "You take what comes nearest to the limit, be it above. The limit must be kept.",
        _nearest,
    ),
    (
        "fewest-strides",
        "You keep as few strides as can be. What counts is the MACs: fewer strides need not spend "
        "more of the limit.",
        _fewest,
    ),
    (
        "one-at-most",
        "You remove one stride at most; several may go.",
        _single,
    ),
    (
        "never-none",
        "Where the network as it is costs more than the limit, there is no answer: return None.",
        _always,
    ),
    (
        "stem-stays",
        "You leave the stem's stride alone; it may go, too.",
        _stem_stays,
    ),
    (
        "limit-ignored",
        "You do not look at the limit.",
        _all_removed,
    ),
)


def _by_rule(rule: Rule) -> Callable[..., Plain]:
    def strides(network: Network, size: int, limit: int) -> Plain:
        found = rule(_choices(network, size), limit)
        return None if found is None else list(found)

    return strides


_strides = _by_rule(_fullest)

_STRIDES_SLIPS = (
    *(Slip(name, says, _by_rule(rule)) for name, says, rule in _RULES),
    Slip(
        "rows-only",
        "You leave the stem out of the list; its stride comes first.",
        lambda **case: (_strides(**case) or [0])[1:] or None,
    ),
    Slip(
        "macs",
        "These are the MACs; return the strides.",
        lambda network, size, limit: (
            choices[found]
            if (found := _fullest(choices := _choices(network, size), limit))
            else None
        ),
    ),
)


def _strides_inputs(seed: int) -> Inputs:
    """Draw networks and limits until each wrong rule is caught by one of them at least."""
    random = Random(seed)
    while True:
        networks = [_strided(random, strides) for strides in ((2,), (2, 2), (2, 1, 2))]
        sizes = [4 * n for n in random.sample(range(4, 9), 3)]
        drawn = [
            (network, size, limit, choices)
            for network, size in zip(networks, sizes, strict=True)
            for choices in (_choices(network, size),)
            for limit in _limits(random, choices)
        ]
        tried = [(choices, limit, _fullest(choices, limit)) for _, _, limit, choices in drawn]
        if all(any(rule(c, limit) != best for c, limit, best in tried) for _, _, rule in _RULES):
            return {
                "cases": [
                    # Copies: who changes one table must not change the next case.
                    {"network": deepcopy(network), "size": size, "limit": limit}
                    for network, size, limit, _ in drawn
                ]
            }


def _strided(random: Random, strides: Sequence[int]) -> dict[str, Any]:
    """Draw a network with a strided stem and rows of these strides, wider from row to row."""
    stem, *channels = sorted(_channels(random, len(strides) + 1))
    rows = [
        _row(random, out, random.choice((1, 2)), stride=stride)
        for out, stride in zip(channels, strides, strict=True)
    ]
    return _network(random, rows, stem)


def _limits(random: Random, choices: dict[Choice, int]) -> list[int]:
    """Draw limits: too low, met exactly, between two choices, and more than all need."""
    macs = sorted(choices.values())
    if len(set(macs)) < len(macs):
        return []  # which of two is right could not be told
    gaps = [(low + 1, high - 1) for low, high in pairwise(macs)]
    between = [random.randint(*gap) for gap in random.sample(gaps, min(3, len(gaps)))]
    return sorted({macs[0] - 1, random.choice(macs[1:-1]), *between, macs[-1] + 100})


def _judge_strides(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge("best_strides", inputs, answer, _strides, _STRIDES_SLIPS, "entry")


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="b0.blocks_of",
        title="All blocks of a table",
        points=18,
        needs=("blocks_of",),
        inputs=_blocks_inputs,
        probe=probes.blocks_of,
        judge=_judge_blocks,
        hints=(
            "Two loops, as in the lesson: over the rows, and over the blocks of a row. What "
            "changes after a row's first block?",
            "Keep two things in variables: how many channels come in, and the stride. After each "
            "block both are what the next block needs.",
            "After a block: channels = row['channels'], stride = 1. The skip compares what comes "
            "in with what goes out, before you update them.",
        ),
        difficulty=2,
        importance=5,
        minutes=15,
    ),
    Task(
        name="b0.map_sides",
        title="How large the maps are",
        points=8,
        needs=("map_sides",),
        inputs=_sides_inputs,
        probe=probes.map_sides,
        judge=_judge_sides,
        hints=(
            "A stage has one stride, that of its first block. What does it do to the side of the "
            "map that comes in?",
            "Make a list of all strides first, the stem's before those of the rows. Then walk "
            "along it.",
            "Rounding up without floats: -(-size // stride). What comes out of one stage goes into "
            "the next.",
        ),
        difficulty=1,
        importance=4,
        minutes=6,
    ),
    Task(
        name="b0.drop_rates",
        title="How often each block is dropped",
        points=12,
        needs=("drop_rates",),
        inputs=_rates_inputs,
        probe=probes.drop_rates,
        judge=_judge_rates,
        hints=(
            "The rates do not depend on where a stage begins. What do they depend on?",
            "Number the blocks of the whole network from 0, and count them. The first is never "
            "dropped.",
            "The share of the full rate is the block's number, divided by how many blocks there "
            "are: the last block stays a little below the full rate.",
        ),
        difficulty=2,
        importance=3,
        minutes=8,
    ),
    Task(
        name="b0.stage_params",
        title="Where the parameters sit",
        points=18,
        needs=("stage_params",),
        inputs=_params_inputs,
        probe=probes.stage_params,
        judge=_judge_params,
        hints=(
            "Count a single block first. Which layers has it, and what does each of them learn? "
            "Do not forget the normalisations.",
            "Expansion, depthwise convolution and projection have a normalisation, so no bias. "
            "Squeeze-excite's two layers have biases, so no normalisation.",
            "blocks_of([row], channels) gives the blocks of one row; channels is what the row "
            "before puts out. Compare your sum for B0 with the lesson's.",
        ),
        difficulty=3,
        importance=4,
        minutes=18,
    ),
    Task(
        name="b0.network_macs",
        title="Where the work is",
        points=16,
        needs=("network_macs",),
        inputs=_macs_inputs,
        probe=probes.network_macs,
        judge=_judge_macs,
        hints=(
            "The weights are those of the task before, without biases and normalisations. At how "
            "many places is each used?",
            "In a block with a stride, the map changes in the depthwise convolution. The expansion "
            "comes before it, the projection after it.",
            "Squeeze-excite and the classifier work on averages, which is one place. All other "
            "layers of a block work on side × side places.",
        ),
        difficulty=3,
        importance=4,
        minutes=15,
    ),
    Task(
        name="b0.best_strides",
        title="Strides for small pictures",
        points=14,
        needs=("best_strides",),
        inputs=_strides_inputs,
        probe=probes.best_strides,
        judge=_judge_strides,
        hints=(
            "Five strides can be kept or removed: how many networks is that? Few enough to try "
            "them all.",
            "product((2, 1), (1,), (2, 1)) gives all ways to take one from each. Build a new "
            "network for each way; dict(row, stride=1) is a changed copy of a row.",
            "Keep the best so far: its strides and its MACs. A network counts only if its MACs "
            "are not above the limit, and is better if they are more than the best's.",
        ),
        difficulty=4,
        importance=3,
        minutes=18,
    ),
)

WRITTEN = (
    Written(
        name="b0.another_network",
        title="The same parameters, another network",
        points=14,
        minutes=12,
    ),
)

ASSIGNMENT = Assignment(
    "b0", "EfficientNet-B0 from a table", "03_b0_from_a_table", TASKS, WRITTEN
)  # fmt: skip
