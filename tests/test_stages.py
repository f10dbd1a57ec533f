from dataclasses import replace

import pytest

from effnet_lab.arch import B0, B0_STAGES, CIFAR_BASE, VARIANTS, cost, resolve
from effnet_lab.arch.facts import DISAGREEMENTS
from effnet_lab.arch.sources import SOURCES
from effnet_lab.view.stages import cost_table, disagreement_table, source_table, stage_table

# Table 1 of the paper in version 5: stage, operator, resolution of the input, channels, layers.
TABLE_1 = [
    (1, "Conv3x3", "224 × 224", 32, 1),
    (2, "MBConv1, k3x3", "112 × 112", 16, 1),
    (3, "MBConv6, k3x3", "112 × 112", 24, 2),
    (4, "MBConv6, k5x5", "56 × 56", 40, 2),
    (5, "MBConv6, k3x3", "28 × 28", 80, 3),
    (6, "MBConv6, k5x5", "14 × 14", 112, 3),
    (7, "MBConv6, k5x5", "14 × 14", 192, 4),
    (8, "MBConv6, k3x3", "7 × 7", 320, 1),
    (9, "Conv1x1, pooling and classifier", "7 × 7", 1280, 1),
]


def test_b0_reads_as_table_1_of_the_paper():
    assert [row[:5] for row in stage_table(B0).rows] == TABLE_1
    assert [row[5] for row in stage_table(B0).rows] == [2, 1, 2, 2, 2, 1, 2, 1, 1]


@pytest.mark.parametrize("spec", [*VARIANTS.values(), CIFAR_BASE], ids=lambda spec: spec.name)
def test_any_network_reads_as_it_is_built(spec):
    rows = stage_table(spec).rows
    assert len(rows) == len(spec.stages) + 2
    assert sum(row[4] for row in rows[1:-1]) == len(resolve(spec).blocks)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


def test_networks_are_compared_with_the_baseline():
    wide = replace(B0, name="wide", width_mult=2.0)
    table = cost_table([wide], B0)
    assert [row[0] for row in table.rows] == ["b0", "wide"]
    assert table.rows[0][1:] == (cost(B0).params, "1.00 x", cost(B0).macs, "1.00 x", "7 × 7")
    assert table.rows[1][1:4:2] == (cost(wide).params, cost(wide).macs)
    assert table.rows[1][4] == f"{cost(wide).macs / cost(B0).macs:.3g} x"


def test_a_network_without_se_is_cheaper():
    bare = replace(B0, stages=tuple(replace(stage, se_ratio=0.0) for stage in B0_STAGES))
    assert cost_table([bare], B0).rows[1][1] < cost(B0).params


def test_all_disagreements_are_shown_with_their_sources():
    table = disagreement_table()
    for row, (topic, one, other) in zip(DISAGREEMENTS, table.rows, strict=True):
        assert topic == row.topic
        assert row.one in one
        assert one.endswith(f"[{row.one_source}]")
        assert row.other in other
        assert other.endswith(f"[{row.other_source}]")


def test_some_disagreements_can_be_chosen():
    assert [row[0] for row in disagreement_table(["Parameters"]).rows] == ["Parameters of B2"]


def test_a_topic_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"topic is 'Latency'; there are: .*Parameters of B2"):
        disagreement_table(["Latency"])


def test_every_name_in_the_table_of_disagreements_is_resolved():
    known = {row[0] for row in source_table().rows}
    assert {row.one_source for row in DISAGREEMENTS} <= known
    assert {row.other_source for row in DISAGREEMENTS} <= known
    assert source_table(["senet"]).rows == (("senet", SOURCES["senet"].citation),)


def test_an_unknown_source_is_refused():
    with pytest.raises(ValueError, match="source is 'wikipedia'; it must be one of paper, "):
        source_table(["wikipedia"])
