import random

import pytest
from learner_blocks import Functional, RawParameters, learner_block
from torch import nn

from effnet_lab.arch.block import BlockSetting, single_block
from effnet_lab.blocks.counts import aligned, counted_layers, torchinfo_adds
from effnet_lab.lessons.ledgers import ledger
from effnet_lab.nn import ConvNormAct, MBConv, SqueezeExcite
from effnet_lab.nn.measure import count_macs, count_params
from effnet_lab.view.ledger import block_layers, block_ledger


def random_settings(count: int) -> list[tuple[BlockSetting, int]]:
    """Return settings with the sides of their inputs, which the stride divides."""
    draw = random.Random(2019)
    found = []
    for _ in range(count):
        channels, stride = draw.choice((8, 12, 16, 24, 40)), draw.choice((1, 2))
        out = draw.choice((channels, channels + 4, 2 * channels))
        setting = BlockSetting(
            channels,
            out,
            draw.choice((1, 2, 3, 4, 6)),
            draw.choice((3, 5, 7)),
            stride,
            draw.choice((0, 0.25, 0.5)),
        )
        found.append((setting, draw.choice((8, 14, 28, 56))))
    return found


TEN = random_settings(10)


def course_block(*numbers):
    return MBConv(single_block(BlockSetting(*numbers), 8)[0])


@pytest.mark.parametrize(("setting", "size"), TEN, ids=str)
@pytest.mark.parametrize("make", [course_block, learner_block()], ids=["course", "learner"])
def test_the_ledger_equals_torchinfo_line_by_line(make, setting, size):
    module = make(*setting)
    layers = block_layers(setting, size)
    counted = counted_layers(module, setting.in_channels, size)
    assert len(counted) == len(layers)
    for priced, seen in zip(layers, counted, strict=True):
        assert seen.params == priced.params
        assert seen.mult_adds == priced.macs + torchinfo_adds(priced)
        assert seen.shape == (priced.out_channels, priced.out_size, priced.out_size)
    assert aligned(layers, counted) == counted


@pytest.mark.parametrize(("setting", "size"), TEN, ids=str)
def test_the_sums_are_those_of_the_built_block(setting, size):
    module = course_block(*setting)
    *_, total = ledger(setting, size, module).rows
    price = dict(zip(ledger(setting, size, module).columns, total, strict=True))
    assert price["parameters"] == price["torchinfo parameters"] == count_params(module)
    around = nn.Sequential(nn.Conv2d(3, setting.in_channels, 1), module)
    assert price["MACs"] == count_macs(around, size) - 3 * setting.in_channels * size * size
    assert price["torchinfo mult-adds"] == price["MACs"] + price["torchinfo adds"]


def test_linear_layers_in_squeeze_excite_are_found():
    setting = BlockSetting(8, 8, 6, 3, 1)
    layers = block_layers(setting, 8)
    found = aligned(layers, counted_layers(Functional(*setting), 8, 8))
    assert [seen.params for seen in found] == [layer.params for layer in layers]


def test_layers_that_torchinfo_cannot_see_are_left_open():
    setting = BlockSetting(8, 8, 6, 3, 1)
    table = ledger(setting, 8, RawParameters(*setting))
    counted = [row[5] for row in table.rows]
    assert counted == [None, 96, None, 96, None, None, None, 16, ""]


def test_a_part_of_a_block_has_the_ledger_of_its_steps():
    setting = BlockSetting(16, 24, 6, 3, 2)
    parts = {
        "expand": ConvNormAct(16, 96, 1),
        "depthwise": ConvNormAct(96, 96, 3, 2, groups=96),
        "squeeze_excite": SqueezeExcite(96, 4),
        "project": ConvNormAct(96, 24, 1, activated=False),
    }
    tables = [ledger(setting, 56, part, (step,)) for step, part in parts.items()]
    assert [row for table in tables for row in table.rows[:-1]] == list(
        ledger(setting, 56, nn.Sequential(*parts.values())).rows[:-1]
    )
    for table in tables:
        for row in table.rows:
            params, macs, their_params, mult_adds, more = row[3:]
            assert (their_params, mult_adds) == (params, macs + more)


def test_the_ledger_names_steps_layers_and_shapes():
    table = block_ledger(BlockSetting(16, 24, 6, 3, 2), 112)
    assert "96\u00a0×\u00a0112\u00a0×\u00a0112" in repr(table)
    rows = [
        tuple(c.replace("\u00a0", " ") if isinstance(c, str) else c for c in row)
        for row in table.rows
    ]
    assert table.columns == ("step", "layer", "output", "parameters", "MACs")
    assert rows[0] == ("expand", "1x1 convolution", "96 × 112 × 112", 1536, 19_267_584)
    assert rows[2][:3] == ("depthwise", "3x3 convolution, 96 groups", "96 × 56 × 56")
    assert rows[4][:3] == ("squeeze-excite", "1x1 convolution with bias", "4 × 1 × 1")
    assert rows[-1] == ("together", "", "", 6_004, 29_203_200)
    assert "input 16 × 112 × 112" in table.caption


def test_a_block_without_expansion_or_squeeze_excite_has_no_such_lines():
    table = block_ledger(BlockSetting(16, 16, 1, 3, 1, 0.0), 8)
    assert [row[0] for row in table.rows] == [
        "depthwise",
        "depthwise",
        "project",
        "project",
        "together",
    ]


def test_an_unknown_step_is_refused():
    with pytest.raises(ValueError, match="step is 'norm'; it must be one of expand, depthwise"):
        block_layers(BlockSetting(8, 8, 6, 3, 1), 8, ["norm"])


def test_counting_leaves_the_mode_of_every_part_alone():
    module = course_block(8, 8, 6, 3, 1).train()
    module.depthwise.eval()
    modes = [part.training for part in module.modules()]
    counted_layers(module, 8, 8)
    assert [part.training for part in module.modules()] == modes
