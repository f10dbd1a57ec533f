"""Assignment 03: its references agree with the package, and what its texts say is true."""

from dataclasses import asdict, replace
from random import Random

import pytest

from effnet_lab.arch import B0, B0_STAGES, NetworkSpec, StageSpec, cost, resolve
from effnet_lab.exercises.assignment import ASSIGNMENTS
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.tasks.b0.tables import draw_pictures

#: What a block's values are called in the package.
NAMES = {
    "in": "in_channels",
    "wide": "expanded_channels",
    "out": "out_channels",
    "kernel": "kernel",
    "stride": "stride",
    "squeeze": "squeeze_channels",
    "skip": "has_skip",
}

RIGHT = {task.function: task.right for task in ASSIGNMENTS["b0"].tasks}


@pytest.fixture(scope="module")
def solved():
    return Workbench(ASSIGNMENTS["b0"]).solved


def spec_of(network, size):
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


@pytest.mark.parametrize("seed", range(5))
def test_references_are_the_package_s(seed):
    for picture in draw_pictures(Random(seed)):
        network, spec = picture["network"], spec_of(**picture)
        resolved, price = resolve(spec), cost(spec)
        blocks = [{key: getattr(b, name) for key, name in NAMES.items()} for b in resolved.blocks]
        assert RIGHT["blocks_of"](network["rows"], network["stem"]) == blocks
        last = {block.stage: block.out_size for block in resolved.blocks}
        assert RIGHT["map_sides"](**picture) == [resolved.stem.out_size, *last.values()]
        rates = [block.drop_path_rate for block in resolved.blocks]
        assert RIGHT["drop_rates"](network["rows"]) == pytest.approx(rates)
        stages = price.by_stage().values()
        assert RIGHT["stage_params"](network) == [stage.params for stage in stages]
        assert RIGHT["network_macs"](**picture) == price.macs


def test_table_of_the_notebook_is_b0(solved):
    assert solved["b0_rows"] == [asdict(stage) for stage in B0_STAGES]
    b0 = solved["b0"]
    assert (b0["stem"], b0["stem_stride"]) == (B0.stem_channels, B0.stem_stride)
    assert (b0["head"], b0["classes"]) == (B0.head_channels, B0.num_classes)


def test_examples_are_true(solved):
    b0, rows = solved["b0"], solved["b0_rows"]
    blocks = solved["blocks_of"](rows, channels=32)
    assert len(blocks) == 16
    told = {"in": 16, "wide": 96, "out": 24, "kernel": 3, "stride": 2, "squeeze": 4, "skip": False}
    assert blocks[1] == told
    assert solved["map_sides"](b0, 224) == [112, 112, 56, 28, 14, 14, 7, 7]
    rates = solved["drop_rates"](rows, rate=0.2)
    assert (*rates[:2], rates[-1], len(rates)) == pytest.approx((0, 0.0125, 0.1875, 16))
    params = solved["stage_params"](b0)
    assert (*params[:2], sum(params), len(params)) == (928, 1448, 5_288_548, 9)
    chosen = solved["best_strides"](b0 | {"classes": 10}, 32, 100_000_000)
    assert chosen == [1, 1, 2, 2, 1, 1, 2, 1]


def test_numbers_of_the_model_answer_are_true(solved):
    whole = cost(B0)
    strides = (1, 2, 2, 1, 2, 2, 1)
    rows = [replace(row, stride=s) for row, s in zip(B0_STAGES, strides, strict=True)]
    other = cost(replace(B0, stages=rows))
    assert other.params == whole.params == 5_288_548
    assert round(other.macs / whole.macs, 1) == 1.3  # "a third more"
    stages = whole.by_stage()
    assert round(stages[3].params / whole.params, 3) == 0.003
    assert round(stages[3].macs / whole.macs, 2) == 0.14
    assert round(stages[7].params / whole.params, 2) == 0.38
    assert round(stages[9].params / whole.params, 2) == 0.32
    small = solved["stage_params"](solved["b0"] | {"classes": 10})
    assert round(sum(small) / 1e6, 2) == 4.02
    assert whole.params - sum(small) == 1_281_000 - 12_810
