import math
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise, product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import floats, network_specs

from effnet_lab.arch import (
    B0,
    CIFAR_BASE,
    LITE0,
    PAPER_COEFFICIENTS,
    VARIANTS,
    CompoundCoefficients,
    compound_grid,
    compound_scaled,
    cost,
    multipliers,
    resolve,
    round_channels,
    round_repeats,
    scaled,
    scaled_to_macs,
    stage_repeats,
)

# Blocks in each stage; channels of the stem, of each stage, and of the head.
RELEASED = {
    "b0": ([1, 2, 2, 3, 3, 4, 1], [32, 16, 24, 40, 80, 112, 192, 320, 1280]),
    "b1": ([2, 3, 3, 4, 4, 5, 2], [32, 16, 24, 40, 80, 112, 192, 320, 1280]),
    "b2": ([2, 3, 3, 4, 4, 5, 2], [32, 16, 24, 48, 88, 120, 208, 352, 1408]),
    "b3": ([2, 3, 3, 5, 5, 6, 2], [40, 24, 32, 48, 96, 136, 232, 384, 1536]),
    "b4": ([2, 4, 4, 6, 6, 8, 2], [48, 24, 32, 56, 112, 160, 272, 448, 1792]),
    "b5": ([3, 5, 5, 7, 7, 9, 3], [48, 24, 40, 64, 128, 176, 304, 512, 2048]),
    "b6": ([3, 6, 6, 8, 8, 11, 3], [56, 32, 40, 72, 144, 200, 344, 576, 2304]),
    "b7": ([4, 7, 7, 10, 10, 13, 4], [64, 32, 48, 80, 160, 224, 384, 640, 2560]),
    "lite0": ([1, 2, 2, 3, 3, 4, 1], [32, 16, 24, 40, 80, 112, 192, 320, 1280]),
    "lite1": ([1, 3, 3, 4, 4, 5, 1], [32, 16, 24, 40, 80, 112, 192, 320, 1280]),
    "lite2": ([1, 3, 3, 4, 4, 5, 1], [32, 16, 24, 48, 88, 120, 208, 352, 1280]),
    "lite3": ([1, 3, 3, 5, 5, 6, 1], [32, 24, 32, 48, 96, 136, 232, 384, 1280]),
    "lite4": ([1, 4, 4, 6, 6, 8, 1], [32, 24, 32, 56, 112, 160, 272, 448, 1280]),
}

# phi, pixels, millions of parameters, billions of MACs and blocks of the formula applied to B0.
COMPOUND_B0 = [
    (0, 224, 5.29, 0.386, 16),
    (1, 258, 9.11, 0.993, 23),
    (2, 296, 12.26, 1.811, 26),
    (3, 341, 16.35, 3.251, 31),
    (4, 392, 25.92, 6.320, 39),
    (5, 451, 33.73, 11.374, 42),
    (6, 518, 45.46, 20.094, 48),
    (7, 596, 68.74, 39.664, 61),
    (8, 685, 99.66, 72.694, 72),
]


def channels(spec) -> list[int]:
    _, stem, blocks, head = resolve(spec)
    stages = {block.stage: block.out_channels for block in blocks}
    return [stem.out_channels, *stages.values(), head.out_channels]


class TestRoundChannels:
    @pytest.mark.parametrize(
        ("width", "rounded"), [(1.0, 32), (1.1, 32), (1.2, 40), (1.4, 48), (1.8, 56), (2.2, 72)]
    )
    def test_the_stem_of_the_released_networks(self, width, rounded):
        assert round_channels(32, width) == rounded

    @pytest.mark.parametrize(
        ("channels", "width", "nearest", "rounded"),
        [(16, 1.2, 16, 24), (24, 0.75, 16, 24), (32, 0.35, 8, 16), (40, 0.25, 8, 16)],
    )
    def test_one_step_more_where_the_nearest_multiple_loses_over_ten_percent(
        self, channels, width, nearest, rounded
    ):
        assert int(channels * width + 4) // 8 * 8 == nearest < 0.9 * channels * width
        assert round_channels(channels, width) == rounded

    def test_a_loss_of_exactly_ten_percent_is_allowed(self):
        assert round_channels(80, 1.0, divisor=72) == 72

    def test_half_is_rounded_up(self):
        assert round_channels(100, 1.0, divisor=8) == 104
        assert round_channels(99, 1.0, divisor=8) == 96

    def test_at_least_one_multiple(self):
        assert round_channels(1, 0.01) == 8
        assert round_channels(1, 0.01, divisor=1) == 1

    @given(st.integers(1, 16_384), floats(0.01, 32), st.integers(1, 64))
    def test_a_multiple_near_the_ideal_that_never_loses_over_ten_percent(
        self, channels, width, divisor
    ):
        rounded, ideal = round_channels(channels, width, divisor), channels * width
        assert rounded % divisor == 0
        assert rounded >= 0.9 * ideal
        # To the nearest multiple, or one more.
        assert rounded == divisor or rounded - ideal <= 1.5 * divisor

    @given(st.integers(1, 16_384), floats(0.01, 32), floats(0.01, 32), st.integers(1, 64))
    def test_wider_is_never_fewer_channels(self, channels, one, other, divisor):
        narrow, wide = sorted((one, other))
        assert round_channels(channels, narrow, divisor) <= round_channels(channels, wide, divisor)


class TestRoundRepeats:
    def test_a_tenth_more_depth_adds_a_layer_to_every_row(self):
        assert [round_repeats(layers, 1.1) for layers in range(1, 10)] == list(range(2, 11))

    @given(st.integers(1, 256), floats(0.01, 32))
    def test_rounds_up(self, layers, depth):
        assert 0 <= round_repeats(layers, depth) - layers * depth < 1
        assert round_repeats(layers, depth) >= 1


class TestResolve:
    @pytest.mark.parametrize("name", RELEASED)
    def test_depths_and_channels_of_the_released_networks(self, name):
        depths, widths = RELEASED[name]
        assert stage_repeats(VARIANTS[name]) == depths
        stages = [block.stage for block in resolve(VARIANTS[name]).blocks]
        assert [len(list(group)) for _, group in groupby(stages)] == depths
        assert channels(VARIANTS[name]) == widths

    def test_every_stage_of_b0_grows_at_a_tenth_more_depth(self):
        old, new = stage_repeats(B0), stage_repeats(scaled(B0, depth=1.1))
        assert [b - a for a, b in zip(old, new, strict=True)] == [1] * 7

    @pytest.mark.parametrize(
        ("width", "head", "four_times_the_last_stage"),
        [(0.9, 1152, 1152), (0.33, 424, 416), (0.66, 848, 832), (1.03, 1320, 1312)],
    )
    def test_the_head_is_scaled_by_itself_not_four_times_the_last_stage(
        self, width, head, four_times_the_last_stage
    ):
        network = resolve(scaled(B0, width=width))
        assert network.head.out_channels == head == round_channels(1280, width)
        assert 4 * network.blocks[-1].out_channels == four_times_the_last_stage

    def test_the_squeeze_width_follows_the_input_of_the_block(self):
        blocks = resolve(B0).blocks
        assert blocks[0].squeeze_channels == 32 // 4
        assert [block.squeeze_channels for block in blocks] == [
            block.in_channels // 4 for block in blocks
        ]

    @pytest.mark.parametrize(
        ("ratio", "squeeze"), [(0, 0), (1e-9, 1), (0.05, 1), (0.1, 1), (0.25, 4), (0.99, 15)]
    )
    def test_the_squeeze_width_is_rounded_down_but_not_to_nothing(self, ratio, squeeze):
        spec = replace(B0, stages=(replace(B0.stages[0], se_ratio=ratio),), stem_channels=16)
        assert resolve(spec).blocks[0].squeeze_channels == squeeze

    def test_the_drop_path_rate_grows_linearly_over_all_blocks_and_the_last_has_less_than_all(self):
        rates = [block.drop_path_rate for block in resolve(B0).blocks]
        assert rates == pytest.approx([0.2 * i / 16 for i in range(16)])
        assert rates[0] == 0
        assert rates[-1] == pytest.approx(0.1875)

    def test_the_sizes_of_b0(self):
        _, stem, blocks, head = resolve(B0)
        assert (stem.in_size, stem.out_size) == (224, 112)
        first_of_stage = {block.stage: block.in_size for block in reversed(blocks)}
        assert first_of_stage == {2: 112, 3: 112, 4: 56, 5: 28, 6: 14, 7: 14, 8: 7}
        assert (head.in_size, head.out_size) == (7, 7)

    @pytest.mark.parametrize(
        ("resolution", "sizes"),
        [
            (225, [113, 113, 57, 29, 15, 15, 8, 8]),
            (33, [17, 17, 9, 5, 3, 3, 2, 2]),
            (1, [1, 1, 1, 1, 1, 1, 1, 1]),
        ],
    )
    def test_odd_sizes_are_halved_upwards(self, resolution, sizes):
        network = resolve(replace(B0, resolution=resolution))
        last_of_stage = {block.stage: block.out_size for block in network.blocks}
        assert [network.stem.out_size, *last_of_stage.values()] == sizes

    def test_fixed_ends_keep_stem_head_and_the_depth_of_the_outer_stages(self):
        spec = scaled(LITE0, width=2, depth=3)
        assert channels(spec) == [32, 32, 48, 80, 160, 224, 384, 640, 1280]
        assert stage_repeats(spec) == [1, 6, 6, 9, 9, 12, 1]
        free = replace(spec, fixed_ends=False)
        assert channels(free) == [64, 32, 48, 80, 160, 224, 384, 640, 2560]
        assert stage_repeats(free) == [3, 6, 6, 9, 9, 12, 3]

    def test_a_stage_that_is_first_and_last_has_a_fixed_depth(self):
        spec = replace(LITE0, stages=LITE0.stages[1:2], depth_mult=3.0)
        assert stage_repeats(spec) == [2]

    def test_skips_are_where_shapes_agree(self):
        skips = [block.has_skip for block in resolve(B0).blocks]
        later_of_stage = [a.stage == b.stage for a, b in pairwise(resolve(B0).blocks)]
        assert skips == [False, *later_of_stage]

    def test_the_first_block_of_a_stage_has_a_skip_too_if_shapes_happen_to_agree(self):
        spec = replace(B0, stages=(B0.stages[0],), stem_channels=16)
        assert resolve(spec).blocks[0].has_skip

    def test_only_an_expansion_of_one_has_no_expansion_layer(self):
        assert [block.has_expand for block in resolve(B0).blocks] == [False] + [True] * 15

    @given(network_specs)
    def test_layers_fit_together(self, spec):
        network = resolve(spec)
        layers = [network.stem, *network.blocks, network.head]
        for one, following in pairwise(layers):
            assert one.out_channels == following.in_channels
            assert one.out_size == following.in_size
        assert network.stem.in_channels == 3
        assert network.stem.in_size == spec.resolution

    @given(network_specs)
    def test_blocks_count_from_zero_and_only_the_first_of_a_stage_strides(self, spec):
        blocks = resolve(spec).blocks
        assert [block.number for block in blocks] == list(range(len(blocks)))
        assert sorted({block.stage for block in blocks}) == list(range(2, 2 + len(spec.stages)))
        for one, following in pairwise(blocks):
            if one.stage == following.stage:
                assert following.stride == 1
                assert following.in_channels == following.out_channels
                assert following.has_skip
            else:
                assert following.stride == spec.stages[following.stage - 2].stride

    @given(network_specs)
    def test_drop_path_rates_rise_evenly_from_zero_and_stay_below_the_limit(self, spec):
        rates = [block.drop_path_rate for block in resolve(spec).blocks]
        assert rates[0] == 0
        assert rates == sorted(rates)
        assert rates[-1] == pytest.approx(spec.drop_path_rate * (1 - 1 / len(rates)))

    @given(network_specs)
    def test_every_width_is_a_multiple_of_the_divisor(self, spec):
        assert all(width % spec.channel_divisor == 0 for width in channels(spec))


class TestScaled:
    def test_multiplies_what_the_spec_has(self):
        spec = scaled(VARIANTS["b2"], width=2, depth=0.5, resolution=1.5)
        assert spec.width_mult == pytest.approx(2.2)
        assert spec.depth_mult == pytest.approx(0.6)
        assert spec.resolution == 390

    def test_a_factor_of_one_changes_nothing(self):
        assert scaled(VARIANTS["lite3"]) == VARIANTS["lite3"]

    def test_nothing_but_the_three_dimensions_and_the_name_changes(self):
        spec = scaled(CIFAR_BASE, 1.5, 1.5, 1.5, name="bigger")
        assert spec.name == "bigger"
        dimensions = ("name", "width_mult", "depth_mult", "resolution")
        assert replace(spec, **{d: getattr(CIFAR_BASE, d) for d in dimensions}) == CIFAR_BASE

    @pytest.mark.parametrize(("factor", "pixels"), [(1.15, 258), (0.01, 2), (1.003, 225)])
    def test_the_resolution_is_rounded_to_whole_pixels(self, factor, pixels):
        assert scaled(B0, resolution=factor).resolution == pixels

    def test_at_least_one_pixel_is_left(self):
        assert scaled(replace(B0, resolution=3), resolution=0.01).resolution == 1

    @pytest.mark.parametrize("dimension", ["width", "depth", "resolution"])
    @pytest.mark.parametrize("factor", [0, 0.009, 32.1, -1, math.nan, math.inf, "2", None, True])
    def test_a_wrong_factor_is_refused_with_name_value_and_range(self, dimension, factor):
        with pytest.raises(ValueError, match=f"^{dimension} is .*from 0.01 to 32") as refusal:
            scaled(B0, **{dimension: factor})
        assert repr(factor) in str(refusal.value)

    def test_what_it_leads_to_must_be_in_range(self):
        with pytest.raises(ValueError, match=r"^resolution is 6720; "):
            scaled(B0, resolution=30)
        with pytest.raises(ValueError, match=r"^width_mult is 40\.0; "):
            scaled(VARIANTS["b7"], width=20)


class TestCompound:
    def test_the_product_of_the_papers_coefficients_is_1_92_not_2(self):
        paper = PAPER_COEFFICIENTS
        assert (paper.alpha, paper.beta, paper.gamma) == (1.2, 1.1, 1.15)
        assert PAPER_COEFFICIENTS.multipliers().macs == pytest.approx(1.92, abs=0.001)

    def test_alpha_is_depth_beta_width_and_gamma_resolution(self):
        width, depth, resolution, macs = CompoundCoefficients(1.3, 1.5, 1.7).multipliers(2)
        assert (depth, width, resolution) == pytest.approx((1.3**2, 1.5**2, 1.7**2))
        assert macs == pytest.approx(1.3**2 * 1.5**4 * 1.7**4)

    @pytest.mark.parametrize(("phi", "pixels", "params", "macs", "blocks"), COMPOUND_B0)
    def test_the_formula_applied_to_b0(self, phi, pixels, params, macs, blocks):
        spec = compound_scaled(B0, phi)
        assert spec.resolution == pixels
        assert len(resolve(spec).blocks) == blocks
        assert cost(spec).params == pytest.approx(params * 1e6, abs=5001)
        # The table was made with the same rounding, to the third digit.
        assert cost(spec).macs == pytest.approx(macs * 1e9, abs=500_001)

    def test_a_negative_phi_shrinks(self):
        spec = compound_scaled(B0, -1, name="smaller")
        assert (spec.width_mult, spec.depth_mult) == pytest.approx((1 / 1.1, 1 / 1.2))
        assert (spec.resolution, spec.name) == (195, "smaller")

    def test_own_coefficients(self):
        spec = compound_scaled(B0, 2, CompoundCoefficients(1, 1, 1.5))
        assert spec == replace(B0, resolution=504)

    @pytest.mark.parametrize("name", ["alpha", "beta", "gamma"])
    @pytest.mark.parametrize("value", [0.99, 4.01, 0, -1, math.nan, math.inf, None, "1.2", True])
    def test_a_wrong_coefficient_is_refused_with_name_value_and_range(self, name, value):
        with pytest.raises(ValueError, match=f"^{name} is .*from 1 to 4$") as refusal:
            CompoundCoefficients(**{name: value})
        assert repr(value) in str(refusal.value)

    @pytest.mark.parametrize("phi", [-20.1, 20.1, math.nan, math.inf, None, "1", True])
    def test_a_wrong_phi_is_refused_with_name_value_and_range(self, phi):
        with pytest.raises(ValueError, match=r"^phi is .*from -20 to 20$") as refusal:
            compound_scaled(B0, phi)
        assert repr(phi) in str(refusal.value)

    @given(floats(-4, 6), floats(-4, 6))
    def test_more_phi_never_costs_less(self, one, other):
        small, large = sorted((one, other))
        assert cost(compound_scaled(B0, small)).macs <= cost(compound_scaled(B0, large)).macs


def exact_grid(step: str, target: str, tolerance: str) -> set[tuple[float, float, float]]:
    """All multiples of a step from 1 to 4, in exact arithmetic."""
    step, target, tolerance = Fraction(step), Fraction(target), Fraction(tolerance)
    values = [1 + step * n for n in range(int(3 / step) + 1)]
    return {
        (float(alpha), float(beta), float(gamma))
        for alpha, beta, gamma in product(values, repeat=3)
        if abs(alpha * beta**2 * gamma**2 - target) <= tolerance
    }


class TestCompoundGrid:
    def test_holds_the_papers_coefficients(self):
        assert PAPER_COEFFICIENTS in compound_grid()

    def test_holds_only_multiples_of_the_step_near_the_target(self):
        grid = compound_grid()
        for c in grid:
            assert abs(c.alpha * c.beta**2 * c.gamma**2 - 2) <= 0.1 + 1e-9
            for value in (c.alpha, c.beta, c.gamma):
                assert value >= 1
                assert value / 0.05 == pytest.approx(round(value / 0.05))
        assert len(set(grid)) == len(grid) == 111

    @pytest.mark.parametrize(
        ("step", "target", "tolerance"),
        [
            ("0.1", "2", "0"),
            ("0.1", "2", "0.1"),
            ("0.25", "1", "1"),
            ("1", "4", "0"),
            ("0.1", "1.9", "0.1"),
            # (2.3 - 1) / 0.1 is a little below 13 in floating point.
            ("0.1", "2.3", "0"),
            # The limit of 4 is that of a coefficient, not of the product.
            ("0.1", "4", "0.5"),
            ("0.2", "6", "1"),
            ("0.2", "8", "0.2"),
        ],
    )
    def test_holds_all_of_them(self, step, target, tolerance):
        grid = compound_grid(float(step), float(target), float(tolerance))
        assert {(c.alpha, c.beta, c.gamma) for c in grid} == exact_grid(step, target, tolerance)

    @pytest.mark.parametrize(
        ("name", "value", "valid"),
        [
            ("step", 0, "0.01 to 1"),
            ("step", 1.5, "0.01 to 1"),
            ("step", None, "0.01 to 1"),
            ("target", 0.9, "1 to 8"),
            ("target", math.inf, "1 to 8"),
            ("tolerance", -0.1, "0 to 1"),
            ("tolerance", math.nan, "0 to 1"),
        ],
    )
    def test_a_wrong_setting_is_refused_with_name_value_and_range(self, name, value, valid):
        with pytest.raises(ValueError, match=f"^{name} is {value!r}.*from {valid}$"):
            compound_grid(**{name: value})


DIRECTIONS = ("width", "depth", "resolution", PAPER_COEFFICIENTS)
DIRECTION_NAMES = ("width", "depth", "resolution", "compound")


class TestScaledToMacs:
    @pytest.mark.parametrize("direction", DIRECTIONS, ids=DIRECTION_NAMES)
    @pytest.mark.parametrize("factor", [1, 2, 4, 8])
    def test_meets_the_target_within_the_tolerance(self, direction, factor):
        target = factor * cost(CIFAR_BASE).macs
        spec = scaled_to_macs(CIFAR_BASE, target, direction)
        assert abs(cost(spec).macs / target - 1) <= 0.1

    @pytest.mark.parametrize("direction", DIRECTIONS, ids=DIRECTION_NAMES)
    def test_scales_along_its_own_direction_only(self, direction):
        spec = scaled_to_macs(CIFAR_BASE, 4 * cost(CIFAR_BASE).macs, direction)
        _, (width, depth, resolution, _) = multipliers(spec, CIFAR_BASE)
        grown = {
            name
            for name, factor in zip(DIRECTION_NAMES, (width, depth, resolution), strict=False)
            if factor > 1
        }
        expected = {"width", "depth", "resolution"}
        assert grown == (expected if direction is PAPER_COEFFICIENTS else {direction})

    @pytest.mark.parametrize("direction", DIRECTIONS, ids=DIRECTION_NAMES)
    def test_the_network_itself_meets_its_own_budget_exactly(self, direction):
        spec = scaled_to_macs(CIFAR_BASE, cost(CIFAR_BASE).macs, direction, tolerance=0)
        assert resolve(spec)[1:] == resolve(CIFAR_BASE)[1:]

    @pytest.mark.parametrize("direction", ["resolution", PAPER_COEFFICIENTS], ids=str)
    def test_shrinks_too(self, direction):
        target = cost(B0).macs // 3
        spec = scaled_to_macs(B0, target, direction)
        assert abs(cost(spec).macs / target - 1) <= 0.1

    @pytest.mark.parametrize("factor", [1.3, 2, 3.7, 10])
    def test_takes_the_closest_resolution_there_is(self, factor):
        target = round(factor * cost(CIFAR_BASE).macs)

        def error(pixels: int) -> int:
            return abs(cost(replace(CIFAR_BASE, resolution=pixels)).macs - target)

        spec = scaled_to_macs(CIFAR_BASE, target, "resolution")
        assert spec == replace(CIFAR_BASE, resolution=min(range(1, 100), key=error))

    @pytest.mark.parametrize("factor", [0.5, 2, 3])
    def test_starts_from_what_the_spec_already_has(self, factor):
        base = scaled(CIFAR_BASE, 1.5, 2, 2)
        target = round(factor * cost(base).macs)
        assert abs(cost(scaled_to_macs(base, target, "width", 0.2)).macs / target - 1) <= 0.2

    @pytest.mark.parametrize("direction", ["both", "Width", "", None, 3, ("width",), 1.92])
    def test_an_unknown_direction_is_refused_with_the_known_ones(self, direction):
        with pytest.raises(ValueError, match=r"direction is .*'width', 'depth', 'resolution'"):
            scaled_to_macs(CIFAR_BASE, 10**6, direction)

    @pytest.mark.parametrize("target", [0, -1, 10**15 + 1, 1e6, True, None, math.nan, "1000"])
    def test_a_wrong_target_is_refused(self, target):
        with pytest.raises(ValueError, match=f"^target_macs is {target!r}; it must be an integer"):
            scaled_to_macs(CIFAR_BASE, target, "width")

    @pytest.mark.parametrize("tolerance", [-0.1, 1.1, math.nan, None, "0.1", True])
    def test_a_wrong_tolerance_is_refused(self, tolerance):
        with pytest.raises(ValueError, match=f"^tolerance is {tolerance!r}; .*from 0 to 1$"):
            scaled_to_macs(CIFAR_BASE, 10**6, "width", tolerance)

    def test_a_target_between_two_steps_tells_how_close_one_comes(self):
        # Depth can only be cut to one block a stage, width only to one multiple of 8.
        macs = cost(CIFAR_BASE).macs
        shallowest = cost(scaled(CIFAR_BASE, depth=0.01)).macs
        with pytest.raises(ValueError, match="cifar_base by depth") as refusal:
            scaled_to_macs(CIFAR_BASE, macs // 2, "depth")
        message = str(refusal.value)
        assert f"within {shallowest / (macs // 2) - 1:.0%} of {macs // 2:,} MACs" in message
        assert "tolerance is 10%" in message

    def test_coefficients_that_scale_nothing_are_refused(self):
        with pytest.raises(ValueError, match="alpha, beta and gamma are all 1"):
            scaled_to_macs(CIFAR_BASE, 10**6, CompoundCoefficients(1, 1, 1))

    @pytest.mark.slow
    @pytest.mark.parametrize("direction", DIRECTIONS, ids=DIRECTION_NAMES)
    @pytest.mark.parametrize("target", [1, 10**14])
    def test_a_target_out_of_reach_tells_how_close_one_comes(self, direction, target):
        with pytest.raises(ValueError, match=f"cifar_base by .* within .* of {target:,} MACs"):
            scaled_to_macs(CIFAR_BASE, target, direction)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("direction", "field", "value"),
        [
            ("width", "width_mult", 0.05),
            ("width", "width_mult", 2.0),
            ("depth", "depth_mult", 0.05),
            ("depth", "depth_mult", 2.0),
            ("resolution", "resolution", 200),
        ],
    )
    def test_the_limits_of_a_spec_end_the_search_and_do_not_break_it(self, direction, field, value):
        base = replace(CIFAR_BASE, **{field: value})
        assert scaled_to_macs(base, cost(base).macs, direction, 0.01)
        with pytest.raises(ValueError, match=f"scaling cifar_base by {direction} comes within"):
            scaled_to_macs(base, 10**15, direction)

    @pytest.mark.parametrize("direction", DIRECTIONS, ids=DIRECTION_NAMES)
    def test_a_target_that_must_not_be_exceeded_is_a_limit(self, direction):
        target = 2 * cost(CIFAR_BASE).macs + 1
        found = scaled_to_macs(CIFAR_BASE, target, direction, may_exceed=False)
        assert 0.9 * target < cost(found).macs <= target

    def test_a_limit_below_every_network_is_said_to_be_so(self):
        with pytest.raises(ValueError, match="by width costs more than 1 MACs at least"):
            scaled_to_macs(CIFAR_BASE, 1, "width", may_exceed=False)

    @pytest.mark.slow
    @settings(max_examples=8)
    @example(factor=0.7, alpha=4.0, beta=1.0, gamma=1.0)
    @given(floats(0.6, 6), floats(1, 4), floats(1, 2), floats(1, 2))
    def test_any_coefficients_meet_the_target(self, factor, alpha, beta, gamma):
        assume(alpha * beta**2 * gamma**2 > 1.05)
        target = round(factor * cost(CIFAR_BASE).macs)
        spec = scaled_to_macs(CIFAR_BASE, target, CompoundCoefficients(alpha, beta, gamma))
        assert abs(cost(spec).macs / target - 1) <= 0.1
