import json
import math
import re
from dataclasses import FrozenInstanceError, asdict, fields, replace

import pytest
from efficientnet_pytorch.utils import efficientnet_params
from hypothesis import given
from strategies import network_specs, stage_specs

from effnet_lab.arch import B0, CIFAR_BASE, LITE0, VARIANTS, NetworkSpec, StageSpec

ROW = StageSpec(6, kernel=5, stride=2, channels=40, layers=2)

# What a person may type, by field: lowest and highest value.
STAGE_INTEGERS = {
    "expand": (1, 32),
    "kernel": (1, 15),
    "stride": (1, 4),
    "channels": (1, 16_384),
    "layers": (1, 256),
}
STAGE_NUMBERS = {"se_ratio": (0, 1)}
NETWORK_INTEGERS = {
    "resolution": (1, 4096),
    "num_classes": (1, 100_000),
    "stem_channels": (1, 16_384),
    "stem_stride": (1, 4),
    "head_channels": (1, 65_536),
    "channel_divisor": (1, 64),
}
NETWORK_NUMBERS = {
    "width_mult": (0.01, 32),
    "depth_mult": (0.01, 32),
    "norm_eps": (1e-12, 1),
    "norm_momentum": (0, 1),
    "dropout": (0, 0.95),
    "drop_path_rate": (0, 0.95),
}
NETWORK_CHOICES = {
    "activation": "relu, relu6, silu",
    "padding": "same, symmetric",
    "block": "bottleneck, mbconv",
}
INTEGERS = STAGE_INTEGERS | NETWORK_INTEGERS
NUMBERS = STAGE_NUMBERS | NETWORK_NUMBERS
NO_NUMBERS = (True, False, math.nan, math.inf, -math.inf, "1", "", None, [1], 1j)


def changed(field: str, value: object) -> StageSpec | NetworkSpec:
    return replace(ROW if field in STAGE_INTEGERS | STAGE_NUMBERS else B0, **{field: value})


@pytest.mark.parametrize("name", [name for name in VARIANTS if name.startswith("b")])
def test_the_variants_have_the_coefficients_of_efficientnet_pytorch(name):
    spec = VARIANTS[name]
    ours = (spec.width_mult, spec.depth_mult, spec.resolution, spec.dropout)
    assert ours == efficientnet_params(f"efficientnet-{name}")


def test_there_are_thirteen_variants_and_the_first_of_each_family_is_the_baseline():
    assert list(VARIANTS) == [*(f"b{n}" for n in range(8)), *(f"lite{n}" for n in range(5))]
    assert VARIANTS["b0"] == B0
    assert VARIANTS["lite0"] == LITE0


def test_cifar_base_has_three_strides_fewer_than_b0():
    def strides(spec: NetworkSpec) -> int:
        return sum(stride == 2 for stride in (spec.stem_stride, *(s.stride for s in spec.stages)))

    assert strides(B0) - strides(CIFAR_BASE) == 3
    assert CIFAR_BASE.num_classes == 10


@pytest.mark.parametrize("field", INTEGERS)
def test_a_wrong_integer_is_refused_with_name_value_and_range(field):
    low, high = INTEGERS[field]
    for value in (low - 1, high + 1, -1, 1.0, *NO_NUMBERS):
        message = f"{field} is {value!r}; it must be an integer from {low:,} to {high:,}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            changed(field, value)


@pytest.mark.parametrize("field", NUMBERS)
def test_a_wrong_number_is_refused_with_name_value_and_range(field):
    low, high = NUMBERS[field]
    for value in (math.nextafter(low, -1), math.nextafter(high, 99), -1, 10**30, *NO_NUMBERS):
        message = f"{field} is {value!r}; it must be a number from {low:g} to {high:g}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            changed(field, value)


@pytest.mark.parametrize("field", NUMBERS)
def test_an_integer_too_large_for_a_float_is_refused_like_any_other(field):
    with pytest.raises(ValueError, match=f"^{field} is 10"):
        changed(field, 10**400)


@pytest.mark.parametrize("field", NETWORK_CHOICES)
@pytest.mark.parametrize("value", ["gelu", "SAME", "", None, True, 1, ("silu",), ["same"]])
def test_a_wrong_choice_is_refused_with_name_value_and_choices(field, value):
    message = f"{field} is {value!r}; it must be one of {NETWORK_CHOICES[field]}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        changed(field, value)


@pytest.mark.parametrize("kernel", [2, 4, 14])
def test_an_even_kernel_is_refused(kernel):
    with pytest.raises(ValueError, match=f"^kernel is {kernel}; it must be an odd number"):
        replace(ROW, kernel=kernel)


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_fixed_ends_must_be_true_or_false(value):
    with pytest.raises(ValueError, match=f"^fixed_ends is {value!r}"):
        replace(B0, fixed_ends=value)


@pytest.mark.parametrize("value", [3, None, b"b0"])
def test_the_name_must_be_text(value):
    with pytest.raises(ValueError, match=f"^name is {value!r}"):
        replace(B0, name=value)


@pytest.mark.parametrize("value", [None, 3, "ab", (1, 2), ({"expand": 1},), (ROW, None)])
def test_stages_must_be_stage_specs(value):
    with pytest.raises(ValueError, match="stage"):
        replace(B0, stages=value)


@pytest.mark.parametrize("count", [0, 33])
def test_the_number_of_stages_is_limited(count):
    with pytest.raises(
        ValueError, match=f"^number of stages is {count}; it must be an integer from 1 to 32$"
    ):
        replace(B0, stages=(ROW,) * count)


@pytest.mark.parametrize("field", INTEGERS | NUMBERS)
def test_the_ends_of_each_range_are_allowed(field):
    for value in (INTEGERS | NUMBERS)[field]:
        assert getattr(changed(field, value), field) == value


def test_every_field_is_covered_by_these_tests():
    checked = {*INTEGERS, *NUMBERS, *NETWORK_CHOICES, "fixed_ends", "name", "stages"}
    assert checked == {field.name for kind in (StageSpec, NetworkSpec) for field in fields(kind)}


def test_specs_are_frozen_and_hashable():
    with pytest.raises(FrozenInstanceError):
        B0.resolution = 1
    with pytest.raises(FrozenInstanceError):
        ROW.kernel = 3
    assert len({B0, replace(B0), replace(B0, resolution=225)}) == 2


def test_a_list_of_stages_becomes_a_tuple():
    assert replace(B0, stages=list(B0.stages)) == B0


@given(stage_specs)
def test_the_operator_reads_as_in_the_paper(row):
    match = re.fullmatch(r"MBConv(\d+), k(\d+)x(\d+)", B0.operator(row))
    assert [int(number) for number in match.groups()] == [row.expand, row.kernel, row.kernel]


@given(network_specs)
def test_a_spec_survives_its_dictionary_and_json(spec):
    data = spec.to_dict()
    assert NetworkSpec.from_dict(data) == spec
    assert NetworkSpec.from_dict(json.loads(json.dumps(data))) == spec


def test_the_dictionary_holds_plain_data_by_field_name():
    data = json.loads(json.dumps(B0.to_dict()))
    assert set(data) == {field.name for field in fields(NetworkSpec)}
    assert data["stages"][2] == {
        "expand": 6,
        "kernel": 5,
        "stride": 2,
        "channels": 40,
        "layers": 2,
        "se_ratio": 0.25,
    }


def test_fields_with_a_default_may_be_missing():
    data = {"name": "b0", "stages": [asdict(row) for row in B0.stages]}
    assert NetworkSpec.from_dict(data) == B0


@pytest.mark.parametrize("field", ["name", "stages"])
def test_a_missing_field_is_named(field):
    data = B0.to_dict()
    del data[field]
    with pytest.raises(ValueError, match=f"not a network spec.*'{field}'"):
        NetworkSpec.from_dict(data)


def test_an_unknown_field_is_named():
    with pytest.raises(ValueError, match="unknown field 'widht_mult'"):
        NetworkSpec.from_dict({**B0.to_dict(), "widht_mult": 1.0})


def test_a_missing_field_of_a_stage_is_named():
    with pytest.raises(ValueError, match=r"not a network spec.*'channels'"):
        NetworkSpec.from_dict(
            {"name": "x", "stages": [{"expand": 1, "kernel": 3, "stride": 1, "layers": 1}]}
        )


def test_an_unknown_field_of_a_stage_is_named():
    with pytest.raises(ValueError, match=r"not a network spec.*'kernal'"):
        NetworkSpec.from_dict({"name": "x", "stages": [{**asdict(ROW), "kernal": 3}]})


@pytest.mark.parametrize("stages", [None, 3, "ab", [3], [None]])
def test_stages_that_are_no_rows_are_refused(stages):
    with pytest.raises(ValueError, match="not a network spec"):
        NetworkSpec.from_dict({"name": "x", "stages": stages})


def test_a_value_out_of_range_is_named_when_read_back():
    data = json.loads(json.dumps(B0.to_dict()))
    data["stages"][0]["stride"] = 9
    with pytest.raises(ValueError, match="stride is 9; it must be an integer from 1 to 4"):
        NetworkSpec.from_dict(data)


def test_bottleneck_blocks_have_no_squeeze_and_excitation():
    bare = tuple(replace(row, se_ratio=0.0) for row in B0.stages)
    spec = replace(B0, stages=bare, block="bottleneck")
    assert spec.operator(spec.stages[1]) == "Bottleneck6, k3x3"
    with pytest.raises(ValueError, match=r"se_ratio of stage row 2 is 0\.25; it must be 0"):
        replace(spec, stages=(*bare[:2], *B0.stages[2:]))
