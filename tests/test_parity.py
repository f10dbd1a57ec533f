"""What is built equals what is priced, and computes what the peers compute."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import efficientnet_pytorch
import matplotlib
import numpy as np
import pytest
import torch
from hypothesis import given
from PIL import Image
from strategies import network_specs, with_bottlenecks
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from effnet_lab.arch import B0, CIFAR_BASE, LITE0, VARIANTS, NetworkSpec, cost
from effnet_lab.nn import EfficientNet
from effnet_lab.nn.measure import build_on_meta, count_macs, count_params, torchinfo_macs
from effnet_lab.nn.weights import (
    convert_state_dict,
    lite0_checkpoint,
    load_checkpoint,
    load_weights,
)

SPECS = {**VARIANTS, CIFAR_BASE.name: CIFAR_BASE}


# Built and priced


def measured(net: EfficientNet, resolution: int) -> tuple[list[tuple], int]:
    """Run one picture through: a row for each layer with weights, and the MACs of everything."""
    rows = {}

    def measure(name: str, module: nn.Module, x: Tensor, y: Tensor) -> None:
        side_in, side_out = (t.shape[-1] if t.dim() == 4 else 1 for t in (x, y))
        params = sum(p.numel() for p in module.parameters())
        kernel = module.weight.shape[-1] if module.weight.dim() == 4 else 1
        outputs = 0 if isinstance(module, nn.BatchNorm2d) else y.numel()
        rows[name] = (x.shape[1], y.shape[1], kernel, side_in, side_out, params, outputs)

    for name, module in net.named_modules():
        if list(module.parameters(recurse=False)):
            module.register_forward_hook(
                lambda module, args, y, name=name: measure(name, module, args[0], y)
            )
    device = next(net.parameters()).device
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        net.eval()(torch.zeros(1, 3, resolution, resolution, device=device))
    flops = {
        name.removeprefix("EfficientNet."): sum(counts.values())
        for name, counts in counter.get_flop_counts().items()
    }
    # Two operations for each MAC.
    layers = [(name, *row, flops.get(name, 0) // 2) for name, row in rows.items()]
    return layers, counter.get_total_flops() // 2


def assert_built_as_priced(net: EfficientNet) -> None:
    price = cost(net.spec)
    layers, macs = measured(net, net.spec.resolution)
    assert layers == [
        (
            row.name,
            row.in_channels,
            row.out_channels,
            row.kernel,
            row.in_size,
            row.out_size,
            row.params,
            row.activations,
            row.macs,
        )
        for row in price.layers
    ]
    assert macs == price.macs
    assert count_params(net) == price.params


#: Name -> resolution at which a deep network is tried.
DEEP = {"b4": 63, "b5": 64, "b6": 48, "b7": 33}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] * (name in {"b1", "b2", "b3", *DEEP} - {"b7"}))
        for name in SPECS
    ],
)
def test_the_released_networks_are_built_as_priced_row_by_row(name):
    net = build_on_meta(SPECS[name])
    assert count_macs(net, net.spec.resolution) == cost(net.spec).macs
    assert_built_as_priced(net)


@given(network_specs)
def test_any_network_is_built_as_priced_row_by_row(spec):
    # Small ones are faster in memory than on the meta device, whose shapes Python works out.
    assert_built_as_priced(EfficientNet(spec))


@given(network_specs.map(with_bottlenecks))
def test_any_network_of_bottlenecks_is_built_as_priced_row_by_row(spec):
    assert_built_as_priced(EfficientNet(spec))


@pytest.mark.parametrize(
    "spec",
    [
        B0,
        replace(LITE0, resolution=65),
        CIFAR_BASE,
        replace(CIFAR_BASE, padding="symmetric", resolution=15, width_mult=1.7),
        replace(VARIANTS["b1"], resolution=33, num_classes=7),
    ],
    ids=lambda spec: f"{spec.name}@{spec.resolution}",
)
def test_torchinfo_counts_our_macs_and_every_bias_and_normalisation_parameter_once(spec):
    net, price = EfficientNet(spec), cost(spec)
    norms = price.by_kind()["norm"].params
    biases = sum(
        p.numel()
        for name, p in net.named_parameters()
        if name.endswith("bias") and "norm" not in name
    )
    assert torchinfo_macs(net, spec.resolution) == price.macs + norms + biases


# The same function as efficientnet-pytorch's


def peer(name: str, resolution: int) -> nn.Module:
    """An `efficientnet-pytorch` network; its padding is fixed when it is built."""
    return efficientnet_pytorch.EfficientNet.from_name(
        f"efficientnet-{name}", image_size=resolution, drop_connect_rate=0.0, dropout_rate=0.0
    )


@torch.no_grad()
def make_lively(net: nn.Module, pictures: Tensor) -> None:
    """Give normalisation random statistics near those of `pictures`, so that inputs matter."""
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = None  # the plain mean over batches: here of one
        norm.weight.uniform_(0.5, 1.5)
        norm.bias.normal_(0, 0.2)
    net.train()(pictures)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.running_mean += 0.2 * norm.running_var.sqrt() * torch.randn_like(norm.running_mean)
        norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.5, 2)
    net.eval()


def assert_same_logits(name: str, resolution: int, dtype: torch.dtype, tolerance: float) -> None:
    torch.manual_seed(0)
    theirs = peer(name, resolution).to(dtype)
    pictures = torch.randn(4, 3, resolution, resolution, dtype=dtype)
    make_lively(theirs, pictures)
    spec = replace(VARIANTS[name], resolution=resolution)
    ours = load_weights(EfficientNet(spec).to(dtype), theirs.state_dict()).eval()
    with torch.no_grad():
        expected, actual = theirs(pictures[:2]), ours(pictures[:2])
    torch.testing.assert_close(actual, expected, rtol=0, atol=tolerance)
    # They depend on the picture, or this would show nothing.
    assert (expected[0] - expected[1]).abs().max() > 0.1


@pytest.mark.parametrize("name", ["b0", "b1"])
def test_logits_equal_those_of_efficientnet_pytorch_at_native_resolution(name):
    assert_same_logits(name, VARIANTS[name].resolution, torch.float32, tolerance=1e-4)


# Random deep networks magnify the last digit, so these compute with twice the digits.
@pytest.mark.parametrize(
    ("name", "resolution"),
    [
        *[("b0", 97), ("b2", 65), ("b3", 64)],
        *(pytest.param(*deep, marks=pytest.mark.slow) for deep in DEEP.items()),
    ],
)
def test_logits_equal_those_of_efficientnet_pytorch_at_other_resolutions(name, resolution):
    assert_same_logits(name, resolution, torch.float64, tolerance=1e-9)


def renamed(tensors: Mapping[str, Tensor], spec: NetworkSpec) -> dict[str, Tensor]:
    return {
        name: tensor
        for name, tensor in convert_state_dict(tensors, spec).items()
        if not name.endswith("num_batches_tracked")
    }


def test_a_training_step_has_the_gradients_and_statistics_of_efficientnet_pytorch():
    torch.manual_seed(0)
    spec = replace(B0, resolution=48, drop_path_rate=0, dropout=0)
    theirs = peer("b0", 48).double()
    pictures = torch.randn(4, 3, 48, 48, dtype=torch.float64)
    make_lively(theirs, pictures)
    ours = load_weights(EfficientNet(spec).double(), theirs.state_dict())
    target = torch.arange(4)
    for net in (theirs, ours):
        nn.functional.cross_entropy(net.train()(pictures), target).backward()

    gradients = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    expected = renamed({**theirs.state_dict(), **gradients}, spec)
    for name, parameter in ours.named_parameters():
        assert parameter.grad.any(), name
        torch.testing.assert_close(parameter.grad, expected[name], rtol=1e-6, atol=1e-9, msg=name)
    for name, statistic in ours.named_buffers():
        if "running" in name:
            torch.testing.assert_close(statistic, expected[name], rtol=1e-6, atol=1e-9, msg=name)


# The official Lite0 weights


@pytest.fixture(scope="module")
def lite0() -> EfficientNet:
    state_dict = load_checkpoint(lite0_checkpoint())
    return load_weights(EfficientNet(LITE0), state_dict).eval()


def test_every_tensor_of_the_lite0_checkpoint_is_used_once():
    state_dict = load_checkpoint(lite0_checkpoint())
    converted = convert_state_dict(state_dict, LITE0)
    EfficientNet(LITE0).load_state_dict(converted, strict=True)
    assert len(state_dict) == len(converted) == 296
    assert {id(t) for t in state_dict.values()} == {id(t) for t in converted.values()}


def photograph(resolution: int) -> Tensor:
    """matplotlib's sample photograph, prepared as the Lite networks want it."""
    path = Path(matplotlib.get_data_path(), "sample_data/grace_hopper.jpg")
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    picture = picture.crop((left, top, left + side, top + side))
    picture = picture.resize((resolution, resolution), Image.Resampling.BICUBIC)
    pixels = (np.asarray(picture, dtype=np.float32) - 127) / 128
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]


def test_lite0_sees_a_military_uniform_on_the_photograph_of_grace_hopper(lite0):
    with torch.no_grad():
        probabilities = lite0(photograph(224)).softmax(1)[0]
    assert probabilities.argmax() == 652
    assert probabilities[652].item() == pytest.approx(0.395, abs=0.005)
    assert math.isclose(probabilities.sum().item(), 1, rel_tol=1e-5)
