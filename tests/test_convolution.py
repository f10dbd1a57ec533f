from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import network_specs
from torch import nn

from effnet_lab.arch import B0, CIFAR_BASE, cost, resolve
from effnet_lab.arch.convolution import (
    Convolution,
    arithmetic_intensity,
    block_convolutions,
    separable,
)
from effnet_lab.arch.cost import cost_if_full
from effnet_lab.nn.measure import build_on_meta, count_macs, count_params


def stage_3() -> dict[str, Convolution]:
    return block_convolutions(next(b for b in resolve(B0).blocks if b.stage == 3))


#: Layer, its MACs in millions and FLOP per byte, in fp32, for one picture.
INTENSITIES = [
    (stage_3()["expand"], Convolution(16, 96, 1, 112), 19.3, 6.8),
    (stage_3()["depthwise"], Convolution(96, 96, 3, 112, 2, 96), 2.7, 0.9),
    (stage_3()["project"], Convolution(96, 24, 1, 56), 7.2, 9.5),
    (Convolution(64, 64, 3, 56), Convolution(64, 64, 3, 56), 115.6, 131.9),
    (Convolution(672, 672, 5, 14, groups=672), Convolution(672, 672, 5, 14, 1, 672), 3.3, 5.9),
    (Convolution(256, 256, 3, 14), Convolution(256, 256, 3, 14), 115.6, 83.8),
]


@pytest.mark.parametrize(("layer", "same", "macs", "intensity"), INTENSITIES)
def test_macs_and_intensity_of_known_layers(layer, same, macs, intensity):
    assert layer == same
    assert layer.macs / 1e6 == pytest.approx(macs, abs=0.05)
    assert layer.arithmetic_intensity == pytest.approx(intensity, abs=0.05)


def test_by_hand():
    layer = Convolution(4, 6, kernel=3, size=5, stride=2, groups=2)
    assert layer.out_size == 3
    assert layer.params == 3 * 3 * 2 * 6
    assert layer.macs == layer.params * 9
    assert layer.activations == 6 * 9
    assert layer.bytes_moved == 4 * (4 * 25 + layer.params + layer.activations)
    assert layer.arithmetic_intensity == 2 * layer.macs / layer.bytes_moved


@st.composite
def convolutions(draw):
    groups = draw(st.sampled_from([1, 2, 3, 8]))
    return Convolution(
        groups * draw(st.integers(1, 6)),
        groups * draw(st.integers(1, 6)),
        draw(st.sampled_from([1, 3, 5, 7])),
        draw(st.integers(1, 20)),
        draw(st.integers(1, 3)),
        groups,
    )


@given(convolutions())
def test_torch_counts_the_same(layer):
    module = nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel,
        layer.stride,
        layer.kernel // 2,
        groups=layer.groups,
        bias=False,
        device="meta",
    )
    picture = torch.zeros(1, layer.in_channels, layer.size, layer.size, device="meta")
    with torch.no_grad():
        output = module(picture)
    assert output.shape[-1] == layer.out_size
    assert output.numel() == layer.activations
    assert count_params(module) == module.weight.numel() == layer.params
    moved = picture.numel() + module.weight.numel() + output.numel()
    assert layer.bytes_moved == 4 * moved


def macs_by_torch(layer: Convolution) -> int:
    """Count on a network that begins with three channels, as the counter feeds it."""
    first = nn.Conv2d(3, layer.in_channels, 1, bias=False, device="meta")
    module = nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel,
        layer.stride,
        layer.kernel // 2,
        groups=layer.groups,
        bias=False,
        device="meta",
    )
    both = count_macs(nn.Sequential(first, module), layer.size)
    return both - 3 * layer.in_channels * layer.size**2


@pytest.mark.parametrize("layer", [row[0] for row in INTENSITIES])
def test_torch_counts_the_same_macs(layer):
    assert macs_by_torch(layer) == layer.macs


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from([1, 3, 5, 7]), st.integers(1, 40))
def test_separable_saves_what_the_formula_says(inputs, outputs, kernel, size):
    standard, pair = (
        Convolution(inputs, outputs, kernel, size),
        separable(inputs, outputs, kernel, size),
    )
    assert pair[-1].activations == standard.activations
    ratio = sum(layer.macs for layer in pair) / standard.macs
    assert ratio == pytest.approx(1 / outputs + 1 / kernel**2)
    assert ratio == pytest.approx(sum(layer.params for layer in pair) / standard.params)


def test_separable_strides_in_its_depthwise_part():
    depthwise, pointwise = separable(8, 12, 3, 15, stride=2)
    assert (depthwise.stride, depthwise.groups, depthwise.out_size) == (2, 8, 8)
    assert (pointwise.stride, pointwise.groups, pointwise.size, pointwise.kernel) == (1, 1, 8, 1)


def test_intensity_of_a_pair_counts_what_lies_between_twice():
    pair = separable(16, 32, 3, 14)
    assert arithmetic_intensity(pair) == 2 * (pair[0].macs + pair[1].macs) / (
        pair[0].bytes_moved + pair[1].bytes_moved
    )
    assert arithmetic_intensity(pair[:1]) == pair[0].arithmetic_intensity


@given(network_specs)
def test_block_convolutions_have_the_prices_of_the_network(spec):
    priced = {layer.name: layer for layer in cost(spec).layers}
    for block in resolve(spec).blocks:
        layers = block_convolutions(block)
        assert ("expand" in layers) == block.has_expand
        for kind, layer in layers.items():
            row = priced[f"blocks.{block.number}.{kind}.conv"]
            assert (layer.params, layer.macs, layer.activations, layer.out_size) == (
                row.params,
                row.macs,
                row.activations,
                row.out_size,
            )


@pytest.mark.parametrize("spec", [B0, CIFAR_BASE], ids=lambda spec: spec.name)
def test_full_convolutions_cost_what_torch_counts(spec):
    network = build_on_meta(spec)
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d) and module.groups > 1:
            module.groups = 1
            shape = (module.out_channels, module.in_channels, *module.kernel_size)
            module.weight = nn.Parameter(torch.zeros(shape, device="meta"))
            assert name.endswith("depthwise.conv")
    price = cost_if_full(spec)
    assert price.params == count_params(network)
    assert price.macs == count_macs(network, spec.resolution)


def test_full_convolutions_change_nothing_else():
    for before, after in zip(cost(B0).layers, cost_if_full(B0).layers, strict=True):
        if before.kind == "depthwise":
            factor = before.in_channels
            before = before._replace(params=factor * before.params, macs=factor * before.macs)
        assert before == after


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"in_channels": 0}, "in_channels is 0"),
        ({"out_channels": 1.5}, r"out_channels is 1\.5"),
        ({"kernel": 4}, "kernel is 4; it must be an odd number from 1 to 15"),
        ({"size": 0}, "size is 0"),
        ({"stride": 5}, "stride is 5"),
        ({"groups": 3}, r"groups is 3; it must divide in_channels \(8\) and out_channels \(12\)"),
        ({"groups": 8}, "groups is 8; it must divide"),
        ({"groups": 16}, "groups is 16; it must be an integer from 1 to 8"),
    ],
)
def test_bad_values_are_named(changes, message):
    good = Convolution(8, 12, 3, 7)
    with pytest.raises(ValueError, match=message):
        replace(good, **changes)
