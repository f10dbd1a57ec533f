from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import network_specs

from effnet_lab.arch import (
    B0,
    KINDS,
    VARIANTS,
    StageSpec,
    Totals,
    cost,
    multipliers,
    resolve,
    scaled,
)

# Parameters exactly; MACs in billions and activations in millions to the last printed digit.
RELEASED = {
    "b0": (5_288_548, 0.3858, 6.75),
    "b1": (7_794_184, 0.6868, 10.88),
    "b2": (9_109_994, 0.9936, 13.83),
    "b3": (12_233_232, 1.8271, 23.83),
    "b4": (19_341_616, 4.3938, 49.49),
    "b5": (30_389_784, 10.2664, 98.86),
    "b6": (43_040_704, 19.0676, 167.39),
    "b7": (66_347_960, 37.7459, 289.94),
}
LITE = {
    "lite0": (4_652_008, 0.3852),
    "lite1": (5_416_680, 0.6002),
    "lite2": (6_092_072, 0.8597),
    "lite3": (8_197_096, 1.3833),
    "lite4": (13_006_568, 2.5530),
}

# Ideal and actual MACs of the released networks over those of B0.
RATIOS = {
    "b1": (1.26, 1.78),
    "b2": (1.96, 2.58),
    "b3": (3.62, 4.74),
    "b4": (10.15, 11.39),
    "b5": (23.34, 26.61),
    "b6": (46.80, 49.42),
    "b7": (88.97, 97.83),
}


def total(layers) -> Totals:
    rows = [(layer.params, layer.macs, layer.activations) for layer in layers]
    return Totals(*(sum(column) for column in zip(*rows, strict=True)))


def only(spec, **changes):
    """A network of a single block."""
    return replace(spec, stages=(StageSpec(**changes),))


@pytest.mark.parametrize("name", RELEASED)
def test_the_released_networks(name):
    params, macs, activations = RELEASED[name]
    price = cost(VARIANTS[name])
    assert price.params == params
    assert price.macs / 1e9 == pytest.approx(macs, abs=0.000_05)
    assert price.activations / 1e6 == pytest.approx(activations, abs=0.005)


@pytest.mark.parametrize("name", LITE)
def test_the_lite_networks(name):
    params, macs = LITE[name]
    assert cost(VARIANTS[name]).params == params
    assert cost(VARIANTS[name]).macs / 1e9 == pytest.approx(macs, abs=0.000_05)


def test_b0_exactly():
    price = cost(B0)
    assert (price.params, price.macs, price.activations) == (5_288_548, 385_814_752, 6_748_036)


def test_the_stages_of_b0():
    stages = cost(B0).by_stage()
    assert {stage: (sums.params, sums.macs) for stage, sums in stages.items()} == {
        1: (928, 10_838_016),
        2: (1_448, 10_035_712),
        3: (16_714, 54_945_216),
        4: (46_640, 37_939_584),
        5: (242_930, 43_555_200),
        6: (543_148, 86_102_400),
        7: (2_026_348, 91_528_224),
        8: (717_232, 29_520_000),
        9: (1_693_160, 21_350_400),
    }


def test_the_kinds_of_layers_in_b0():
    kinds = cost(B0).by_kind()
    assert list(kinds) == [kind for kind in KINDS if kind != "bottleneck"]
    assert kinds["depthwise"][:2] == (182_016, 34_532_064)
    assert kinds["squeeze_excite"][:2] == (636_540, 627_200)
    assert kinds["norm"][:2] == (42_016, 0)
    assert kinds["classifier"] == (1_281_000, 1_280_000, 1000)
    assert kinds["stem"].macs == 10_838_016
    assert kinds["head"].macs == 20_070_400
    assert kinds["expand"].macs + kinds["project"].macs == 318_467_072
    dense = ("stem", "expand", "project", "head")
    assert sum(kinds[kind].params for kind in dense) == 3_146_976


def test_squeeze_excite_of_the_expanded_channels_would_cost_three_million_parameters_more():
    def of_expanded(block) -> int:
        wide = block.expanded_channels
        squeeze = int(wide * 0.25)
        return (wide * squeeze + squeeze) + (squeeze * wide + wide)

    price = cost(B0)
    rest = price.params - price.by_kind()["squeeze_excite"].params
    assert rest + sum(of_expanded(block) for block in resolve(B0).blocks) == 8_423_848


def test_a_network_without_squeeze_excite_has_no_such_kind():
    assert "squeeze_excite" not in cost(VARIANTS["lite0"]).by_kind()
    assert "expand" not in cost(only(B0, **vars_of(B0.stages[0]))).by_kind()


def vars_of(stage: StageSpec) -> dict:
    return {name: getattr(stage, name) for name in StageSpec.__slots__}


def test_a_block_follows_the_formula_of_the_mobilenetv2_paper():
    # h * w * c * t * (c + k * k + c_out) at stride 1, without squeeze-and-excitation.
    spec = only(
        B0,
        expand=6,
        kernel=5,
        stride=1,
        channels=40,
        layers=1,
        se_ratio=0,
    )
    stage = cost(spec).by_stage()[2]
    assert stage.macs == 112 * 112 * 32 * 6 * (32 + 5 * 5 + 40)
    norms = 2 * (192 + 192 + 40)
    assert stage.params == 32 * 6 * (32 + 5 * 5 + 40) + norms
    assert stage.activations == 112 * 112 * (192 + 192 + 40)


def test_the_stride_is_in_the_depthwise_convolution():
    spec = only(B0, expand=2, kernel=3, stride=2, channels=16, layers=1, se_ratio=0.25)
    rows = {layer.name: layer for layer in cost(spec).layers}
    sizes = {name: (row.in_size, row.out_size) for name, row in rows.items()}
    assert sizes["blocks.0.expand.conv"] == (112, 112)
    assert sizes["blocks.0.depthwise.conv"] == (112, 56)
    assert sizes["blocks.0.project.conv"] == (56, 56)
    assert rows["blocks.0.squeeze_excite.reduce"][3:] == (64, 8, 1, 1, 1, 64 * 8 + 8, 64 * 8, 8)
    assert rows["blocks.0.squeeze_excite.expand"][3:] == (8, 64, 1, 1, 1, 64 * 8 + 64, 64 * 8, 64)


def test_rows_come_in_the_order_in_which_a_picture_meets_them():
    spec = only(B0, expand=2, kernel=3, stride=2, channels=16, layers=1)
    assert [layer.name for layer in cost(spec).layers] == [
        "stem.conv",
        "stem.norm",
        "blocks.0.expand.conv",
        "blocks.0.expand.norm",
        "blocks.0.depthwise.conv",
        "blocks.0.depthwise.norm",
        "blocks.0.squeeze_excite.reduce",
        "blocks.0.squeeze_excite.expand",
        "blocks.0.project.conv",
        "blocks.0.project.norm",
        "head.conv",
        "head.norm",
        "classifier",
    ]


def test_twice_the_resolution_is_four_times_the_macs_of_everything_on_the_map():
    small, large = cost(B0).by_kind(), cost(replace(B0, resolution=448)).by_kind()
    on_one_pixel = {"squeeze_excite", "classifier"}
    for kind in small:
        factor = 1 if kind in on_one_pixel else 4
        assert large[kind].macs == factor * small[kind].macs
        assert large[kind].activations == factor * small[kind].activations
        assert large[kind].params == small[kind].params


def test_classes_change_the_classifier_only():
    more = cost(replace(B0, num_classes=1001))
    assert more.params - cost(B0).params == 1280 + 1
    assert more.macs - cost(B0).macs == 1280
    assert more.layers[:-1] == cost(B0).layers[:-1]


@given(network_specs)
def test_sums_by_kind_and_by_stage_equal_the_totals(spec):
    price = cost(spec)
    totals = (price.params, price.macs, price.activations)
    for sums in (price.by_kind(), price.by_stage()):
        assert tuple(sum(column) for column in zip(*sums.values(), strict=True)) == totals
    assert total(price.layers) == totals


@given(network_specs)
def test_each_kind_and_stage_is_the_sum_of_its_rows(spec):
    price = cost(spec)
    for kind, sums in price.by_kind().items():
        assert sums == total(layer for layer in price.layers if layer.kind == kind)
    for stage, sums in price.by_stage().items():
        assert sums == total(layer for layer in price.layers if layer.stage == stage)


@given(network_specs)
def test_stages_run_from_the_stem_to_the_head_and_names_are_unique(spec):
    price = cost(spec)
    assert list(price.by_stage()) == list(range(1, len(spec.stages) + 3))
    assert len({layer.name for layer in price.layers}) == len(price.layers)


@given(network_specs)
def test_a_resolved_network_costs_what_its_spec_costs(spec):
    assert cost(resolve(spec)) == cost(spec)
    assert cost(spec).spec == spec


@given(network_specs, st.sampled_from(["relu", "silu"]), st.sampled_from(["same", "symmetric"]))
def test_what_has_no_weights_costs_nothing(spec, activation, padding):
    other = replace(spec, activation=activation, padding=padding, dropout=0.5, name="other")
    assert cost(other).layers == cost(spec).layers


@given(network_specs)
def test_no_row_is_negative_and_only_normalisation_is_free(spec):
    for layer in cost(spec).layers:
        assert layer.params > 0
        assert (layer.macs == 0) == (layer.activations == 0) == (layer.kind == "norm")
        assert layer.macs >= 0


@given(network_specs)
def test_more_pixels_never_cost_less_and_no_parameters(spec):
    larger = cost(replace(spec, resolution=spec.resolution + 1))
    assert larger.params == cost(spec).params
    assert larger.macs >= cost(spec).macs
    assert larger.activations >= cost(spec).activations


@given(network_specs)
def test_one_more_layer_costs_more(spec):
    first, *others = spec.stages
    deeper = replace(spec, stages=(replace(first, layers=first.layers + 1), *others), depth_mult=1)
    spec = replace(spec, depth_mult=1)
    assert cost(deeper).params > cost(spec).params
    assert cost(deeper).macs > cost(spec).macs


@pytest.mark.parametrize("name", RATIOS)
def test_ideal_and_actual_multipliers_of_the_released_networks(name):
    spec = VARIANTS[name]
    ideal, actual = multipliers(spec, B0)
    assert ideal[:3] == (spec.width_mult, spec.depth_mult, spec.resolution / 224)
    assert (ideal.macs, actual.macs) == pytest.approx(RATIOS[name], abs=0.0051)


def test_b1_costs_1_78_times_b0_although_its_coefficients_say_1_26():
    ideal, actual = multipliers(VARIANTS["b1"], B0)
    assert ideal.macs == pytest.approx(1.1 * (240 / 224) ** 2)
    assert actual.depth == 23 / 16  # every stage got a layer more
    assert (ideal.width, actual.width) == (1, 1)
    assert actual.macs == cost(VARIANTS["b1"]).macs / 385_814_752


def test_the_actual_width_is_what_rounding_makes_of_it():
    _, actual = multipliers(VARIANTS["b2"], B0)
    assert actual.width == (16 + 24 + 48 + 88 + 120 + 208 + 352) / (
        16 + 24 + 40 + 80 + 112 + 192 + 320
    )


def test_multipliers_are_relative_to_the_baseline():
    ideal, _ = multipliers(scaled(VARIANTS["b2"], 2, 3, 0.5), VARIANTS["b2"])
    assert ideal == pytest.approx((2, 3, 0.5, 3 * 2**2 * 0.5**2))


@given(network_specs)
def test_a_network_is_once_itself(spec):
    assert multipliers(spec, spec) == ((1, 1, 1, 1), (1, 1, 1, 1))
