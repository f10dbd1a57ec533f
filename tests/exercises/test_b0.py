"""Assignment 03: its builder with habits against the package, and what its texts say."""

from dataclasses import replace

import pytest

from effnet_lab.arch import B0, B0_STAGES, StageSpec, cost
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.tasks import b0 as assignment

SEEDS = range(300, 330)


@pytest.fixture(scope="module")
def solved():
    return Workbench(assignment.ASSIGNMENT).solved


@pytest.mark.parametrize("seed", range(5))
def test_builder_without_habits_is_the_packages(seed):
    for case in assignment._blocks_inputs(seed)["cases"]:
        assert assignment._blocks_with()(**case) == assignment._blocks(**case)
    for case in assignment._params_inputs(seed)["cases"]:
        assert assignment._params_with()(**case) == assignment._params(**case)
    for case in assignment._macs_inputs(seed)["cases"]:
        assert assignment._macs_with()(**case) == assignment._macs(**case)
        assert assignment._counted(**case) == assignment._macs(**case)


RIGHT = {
    "b0.blocks_of": (assignment._blocks, assignment._BLOCKS_SLIPS),
    "b0.map_sides": (assignment._sides, assignment._SIDES_SLIPS),
    "b0.drop_rates": (assignment._rates, assignment._RATES_SLIPS),
    "b0.stage_params": (assignment._params, assignment._PARAMS_SLIPS),
    "b0.network_macs": (assignment._macs, assignment._MACS_SLIPS),
    "b0.best_strides": (assignment._strides, assignment._STRIDES_SLIPS),
}


@pytest.mark.parametrize("name", RIGHT)
def test_no_draw_hides_a_slip(name):
    """Each slip gives something wrong for one case at least, for any seed."""
    right, slips = RIGHT[name]
    task = next(task for task in assignment.TASKS if task.name == name)
    for seed in SEEDS:
        cases = task.inputs(seed)["cases"]
        wanted = [right(**case) for case in cases]
        for slip in slips:
            given = [slip.gives(**case) for case in cases]
            assert given != wanted, (seed, slip.name)


def test_best_choice_is_never_a_tie():
    for seed in SEEDS:
        for case in assignment._strides_inputs(seed)["cases"]:
            choices = assignment._choices(case["network"], case["size"])
            assert len(set(choices.values())) == len(choices)


def test_table_of_the_notebook_is_b0(solved):
    assert tuple(StageSpec(**row) for row in solved["b0_rows"]) == B0_STAGES
    b0 = solved["b0"]
    assert (b0["stem"], b0["stem_stride"]) == (B0.stem_channels, B0.stem_stride)
    assert (b0["head"], b0["classes"]) == (B0.head_channels, B0.num_classes)


def test_examples_that_are_lists_are_true(solved):
    b0, rows = solved["b0"], solved["b0_rows"]
    blocks = solved["blocks_of"](rows, channels=32)
    assert len(blocks) == 16
    assert blocks[1] == {
        "in": 16, "wide": 96, "out": 24, "kernel": 3, "stride": 2, "squeeze": 4, "skip": False
    }  # fmt: skip
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
