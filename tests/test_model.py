import math
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from effnet_lab.arch import B0, CIFAR_BASE, LITE0, BlockSpec, NetworkSpec, StageSpec, resolve
from effnet_lab.nn import (
    ConvNormAct,
    EfficientNet,
    LayerOptions,
    MBConv,
    SqueezeExcite,
    StochasticDepth,
)
from effnet_lab.nn.layers import PaddedConv2d
from effnet_lab.nn.measure import build_on_meta, count_macs, count_params, latency_ms

LAST = torch.channels_last


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.fixture(scope="module")
def b0():
    torch.manual_seed(0)
    return EfficientNet(B0)


def block(**changes) -> BlockSpec:
    """A small block; by default with everything a block may have."""
    values = {
        "number": 1,
        "stage": 2,
        "kernel": 3,
        "stride": 1,
        "in_channels": 8,
        "expanded_channels": 24,
        "out_channels": 8,
        "squeeze_channels": 2,
        "in_size": 6,
        "out_size": 6,
        "drop_path_rate": 0.0,
    }
    return BlockSpec(**{**values, **changes})


def padded_reference(x: np.ndarray, weight: np.ndarray, stride: int, padding: str) -> np.ndarray:
    """A convolution of one map with one kernel, pixel by pixel."""
    kernel, (height, width) = len(weight), x.shape

    def offset(size: int) -> int:
        if padding == "symmetric":
            return kernel // 2
        # TensorFlow: what the last window lacks is split, the odd pixel goes after the picture.
        lacking = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
        return lacking // 2

    top, left = offset(height), offset(width)
    out = np.zeros((math.ceil(height / stride), math.ceil(width / stride)))
    for i, j in np.ndindex(out.shape):
        for u, v in np.ndindex(weight.shape):
            row, column = i * stride + u - top, j * stride + v - left
            if 0 <= row < height and 0 <= column < width:
                out[i, j] += weight[u, v] * x[row, column]
    return out


def picks(row: int, column: int, padding: str) -> PaddedConv2d:
    """A 3x3 convolution at stride 2 that copies one pixel of its window."""
    conv = PaddedConv2d(1, 1, kernel=3, stride=2, groups=1, padding=padding)
    weight = torch.zeros(1, 1, 3, 3)
    weight[0, 0, row, column] = 1
    conv.weight.data = weight
    return conv


# Padding


def test_same_padding_at_stride_2_starts_at_the_first_pixel_and_symmetric_one_before_it():
    x = torch.arange(64.0).reshape(1, 1, 8, 8)
    even = x[..., ::2, ::2]
    assert torch.equal(picks(0, 0, "same")(x), even)
    assert torch.equal(picks(1, 1, "symmetric")(x), even)


def test_same_padding_at_stride_2_adds_its_pixels_right_and_bottom():
    x = torch.ones(1, 1, 8, 8)
    assert picks(0, 0, "same")(x).min() == 1
    bottom_right = picks(2, 2, "same")(x)[0, 0]
    assert bottom_right[-1].max() == bottom_right[:, -1].max() == 0
    assert bottom_right[:-1, :-1].min() == 1


@pytest.mark.parametrize("padding", ["same", "symmetric"])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
def test_padded_convolution_equals_the_reference(kernel, stride, padding):
    conv = PaddedConv2d(1, 1, kernel, stride, groups=1, padding=padding).double()
    weight = conv.weight.detach().numpy()[0, 0]
    for shape in ((1, 1), (2, 7), (8, 8), (9, 8), (12, 11)):
        x = torch.randn(shape, dtype=torch.float64)
        expected = padded_reference(x.numpy(), weight, stride, padding)
        actual = conv(x[None, None])[0, 0].detach().numpy()
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("size", "agree"), [(7, True), (8, False)])
def test_the_paddings_agree_at_stride_2_on_odd_sizes_only(size, agree):
    x = torch.randn(1, 1, size, size)
    same, symmetric = picks(0, 1, "same")(x), picks(0, 1, "symmetric")(x)
    assert same.shape == symmetric.shape
    assert torch.equal(same, symmetric) == agree


def test_the_padding_of_a_network_reaches_all_its_strided_layers():
    x = torch.randn(1, 3, 32, 32)
    same = EfficientNet(B0).eval()
    symmetric = EfficientNet(replace(B0, padding="symmetric")).eval()
    symmetric.load_state_dict(same.state_dict())
    maps = {}
    for name, net in (("same", same), ("symmetric", symmetric)):
        with torch.no_grad():
            for conv in (m for m in net.modules() if isinstance(m, PaddedConv2d)):
                if conv.stride != (1, 1):
                    shape = (1, conv.in_channels, 8, 8)
                    y = conv(torch.linspace(0, 1, math.prod(shape)).reshape(shape))
                    maps.setdefault(name, []).append(y)
            maps[f"{name} features"] = net.features(x)
    assert len(maps["same"]) == 5
    for one, other in zip(maps["same"], maps["symmetric"], strict=True):
        assert one.shape == other.shape
        assert not torch.allclose(one, other)
    assert maps["same features"].shape == maps["symmetric features"].shape


# Initial weights


def test_a_depthwise_kernel_starts_with_the_fan_out_of_one_group(b0):
    conv = b0.blocks[1].depthwise.conv
    assert tuple(conv.weight.shape) == (96, 1, 3, 3)
    # sqrt(2 / 9); without dividing by the groups it would be 0.048.
    assert conv.weight.std().item() == pytest.approx(0.471, abs=0.03)
    assert conv.weight.mean().item() == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("layer", "fan_out"),
    [
        ("stem.conv", 9 * 32),
        ("head.conv", 1280),
        ("blocks.14.expand.conv", 1152),
        ("blocks.14.depthwise.conv", 25),
        ("blocks.14.project.conv", 192),
        ("blocks.14.squeeze_excite.reduce", 48),
        ("blocks.14.squeeze_excite.expand", 1152),
    ],
)
def test_convolutions_start_normal_with_variance_two_over_fan_out(b0, layer, fan_out):
    weight = b0.get_submodule(layer).weight
    sigma = math.sqrt(2 / fan_out)
    assert weight.std().item() == pytest.approx(sigma, rel=0.05)
    # Normal, not uniform: some weights lie beyond two sigma, one in 22.
    beyond = (weight.abs() > 2 * sigma).double().mean().item()
    assert beyond == pytest.approx(0.0455, abs=0.02)


def test_the_classifier_starts_uniform_within_one_over_root_of_classes(b0):
    weight, bound = b0.classifier.weight, 1 / math.sqrt(1000)
    assert 0.99 * bound < weight.abs().max() <= bound
    assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.02)


def test_all_biases_start_at_zero_and_normalisation_as_the_identity(b0):
    for name, parameter in b0.named_parameters():
        if name.endswith("bias"):
            assert not parameter.any(), name
    for norm in (m for m in b0.modules() if isinstance(m, nn.BatchNorm2d)):
        assert torch.equal(norm.weight, torch.ones_like(norm.weight))


def test_the_seed_decides_the_weights():
    torch.manual_seed(3)
    first = EfficientNet(CIFAR_BASE).state_dict()
    torch.manual_seed(3)
    again = EfficientNet(CIFAR_BASE).state_dict()
    other = EfficientNet(CIFAR_BASE).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["stem.conv.weight"], other["stem.conv.weight"])


# Parts


def test_normalisation_has_the_official_epsilon_and_momentum(b0):
    norms = [m for m in b0.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == 49
    # A momentum of 0.99 in TensorFlow's sense.
    assert {(norm.eps, norm.momentum) for norm in norms} == {(1e-3, 0.01)}


def test_normalisation_follows_the_spec_everywhere():
    net = build_on_meta(replace(B0, norm_eps=1e-5, norm_momentum=0.1))
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    assert {(norm.eps, norm.momentum) for norm in norms} == {(1e-5, 0.1)}


def test_running_statistics_move_by_the_momentum():
    layer = ConvNormAct(3, 4, 1, options=LayerOptions(norm_momentum=0.25))
    x = torch.randn(5, 3, 6, 6)
    layer(x)
    mean = layer.conv(x).mean((0, 2, 3))
    torch.testing.assert_close(layer.norm.running_mean, 0.25 * mean)


@pytest.mark.parametrize(
    ("activation", "kind"), [("silu", nn.SiLU), ("relu", nn.ReLU), ("relu6", nn.ReLU6)]
)
def test_the_activation_is_everywhere_but_after_the_projection(activation, kind):
    net = build_on_meta(replace(B0, activation=activation))
    found = {
        name: type(m)
        for name, m in net.named_modules()
        if isinstance(m, (nn.SiLU, nn.ReLU, nn.ReLU6))
    }
    assert set(found.values()) == {kind}
    # Stem and head; depthwise and squeeze-excite of 16 blocks; expansion of 15.
    assert len(found) == 2 + 2 * 16 + 15
    assert not any("project" in name for name in found)


def test_the_projection_is_linear_and_may_be_negative():
    layer = ConvNormAct(4, 4, 1, activated=False)
    assert layer(torch.randn(2, 4, 5, 5)).min() < 0
    x = torch.randn(2, 4, 5, 5)
    torch.testing.assert_close(layer(x), layer.norm(layer.conv(x)))


def test_squeeze_excite_weighs_channels_by_a_sigmoid_of_their_means():
    layer = SqueezeExcite(6, 2)
    x = torch.randn(3, 6, 4, 5)
    reduced = x.mean((2, 3)) @ layer.reduce.weight.flatten(1).T + layer.reduce.bias
    expanded = nn.functional.silu(reduced) @ layer.expand.weight.flatten(1).T + layer.expand.bias
    gates = expanded.sigmoid()
    torch.testing.assert_close(layer(x), x * gates[:, :, None, None])
    torch.testing.assert_close(layer.gates(x), gates[:, :, None, None])


def test_the_gates_are_between_zero_and_one_for_any_activation():
    for activation in ("relu", "relu6", "silu"):
        gates = SqueezeExcite(6, 2, activation).gates(10 * torch.randn(3, 6, 4, 4))
        assert gates.shape == (3, 6, 1, 1)
        assert gates.min() >= 0
        assert gates.max() <= 1


def test_a_block_without_expansion_or_squeeze_excite_has_no_such_weights():
    plain = MBConv(block(expanded_channels=8, squeeze_channels=0))
    assert {name.split(".")[0] for name, _ in plain.named_parameters()} == {"depthwise", "project"}
    full = MBConv(block())
    assert {name.split(".")[0] for name, _ in full.named_parameters()} == {
        "expand",
        "depthwise",
        "squeeze_excite",
        "project",
    }


# Skips and stochastic depth


@pytest.mark.parametrize(
    ("stride", "out_channels", "skip"), [(1, 8, True), (2, 8, False), (1, 16, False)]
)
def test_the_input_is_added_only_where_shapes_agree(stride, out_channels, skip):
    layer = MBConv(block(stride=stride, out_channels=out_channels))
    nn.init.zeros_(layer.project.norm.weight)  # the branch gives nothing
    x = torch.randn(2, 8, 6, 6)
    y = layer(x)
    assert y.shape == (2, out_channels, 6 // stride, 6 // stride)
    assert torch.equal(y, x if skip else torch.zeros_like(y))


def test_the_first_stage_of_b0_has_no_skip_and_later_blocks_of_a_stage_have(b0):
    repeats = (1, 2, 2, 3, 3, 4, 1)
    expected = [place > 0 for blocks in repeats for place in range(blocks)]
    assert [layer.has_skip for layer in b0.blocks] == expected


def test_stochastic_depth_keeps_the_mean_and_drops_its_share():
    y = StochasticDepth(0.3)(torch.ones(20_000, 1, 1, 1))
    assert y.mean().item() == pytest.approx(1, abs=0.02)
    assert (y == 0).double().mean().item() == pytest.approx(0.3, abs=0.02)


def test_stochastic_depth_drops_whole_pictures_one_by_one():
    x = torch.rand(64, 3, 4, 4) + 1
    y = StochasticDepth(0.5)(x)
    ratio = (y / x).flatten(1)
    kept = ratio[:, 0] > 0
    assert 0 < kept.sum() < 64
    torch.testing.assert_close(ratio, kept[:, None].expand_as(ratio) * 2.0)


def test_stochastic_depth_does_nothing_in_evaluation_or_at_rate_zero():
    x = torch.randn(8, 3, 4, 4)
    assert torch.equal(StochasticDepth(0.9).eval()(x), x)
    assert torch.equal(StochasticDepth(0.0)(x), x)


def test_a_dropped_branch_leaves_the_input_and_gets_no_gradient():
    layer = MBConv(block(drop_path_rate=0.5))
    x = torch.randn(32, 8, 6, 6, requires_grad=True)
    y = layer(x)
    untouched = (y == x).flatten(1).all(1)
    assert 0 < untouched.sum() < 32
    (gradient,) = torch.autograd.grad(y[untouched].sum(), x)
    assert torch.equal(gradient[untouched], torch.ones_like(gradient[untouched]))


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, math.nan])
def test_a_wrong_rate_is_refused(rate):
    with pytest.raises(ValueError, match=f"^rate is {rate!r}; it must be at least 0 and below 1"):
        StochasticDepth(rate)


def test_the_blocks_get_the_rates_that_were_resolved(b0):
    rates = [layer.drop_path.rate for layer in b0.blocks]
    assert rates == [spec.drop_path_rate for spec in resolve(B0).blocks]
    assert rates[-1] == pytest.approx(0.1875)


# The whole network


@pytest.mark.parametrize("shape", [(32, 32), (33, 33), (16, 31), (1, 1)])
def test_pictures_of_any_size_become_logits(shape):
    net = EfficientNet(CIFAR_BASE).eval()
    with torch.no_grad():
        assert net(torch.randn(2, 3, *shape)).shape == (2, 10)


@pytest.mark.parametrize(("size", "side"), [(224, 7), (225, 8), (65, 3), (32, 1)])
def test_the_maps_of_b0_are_a_32nd_of_the_picture_rounded_up(size, side):
    net = build_on_meta(B0)
    x = torch.empty(2, 3, size, size, device="meta")
    assert net.features(x).shape == (2, 1280, side, side)
    assert net(x).shape == (2, 1000)


@pytest.mark.parametrize("spec", [B0, LITE0, CIFAR_BASE], ids=lambda spec: spec.name)
def test_every_block_gives_the_size_and_channels_that_were_resolved(spec):
    net = build_on_meta(spec)
    x = net.stem(torch.empty(1, 3, spec.resolution, spec.resolution, device="meta"))
    for layer, planned in zip(net.blocks, resolve(spec).blocks, strict=True):
        assert x.shape == (1, planned.in_channels, planned.in_size, planned.in_size)
        x = layer(x)
        assert x.shape == (1, planned.out_channels, planned.out_size, planned.out_size)


def test_logits_are_the_classifier_of_the_mean_of_the_features():
    net = EfficientNet(CIFAR_BASE).eval()
    x = torch.randn(2, 3, 16, 16)
    features = net.features(x)
    torch.testing.assert_close(net(x), net.classifier(features.flatten(2).mean(2)))


def test_weights_and_features_are_in_channels_last_memory():
    net = EfficientNet(CIFAR_BASE).eval()
    kernels = [p for p in net.parameters() if p.dim() == 4]
    assert all(kernel.is_contiguous(memory_format=LAST) for kernel in kernels)
    x = torch.randn(2, 3, 16, 16)
    assert x.is_contiguous()
    assert net.features(x).is_contiguous(memory_format=LAST)
    # The stem's kernels have pixels and channels, so their layout is not ambiguous.
    assert not net.stem.conv.weight.is_contiguous()


def test_the_memory_format_of_the_pictures_does_not_matter():
    net = EfficientNet(CIFAR_BASE).eval()
    x = torch.randn(2, 3, 16, 16)
    torch.testing.assert_close(net(x), net(x.contiguous(memory_format=LAST)))


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, LAST])
@pytest.mark.parametrize("activation", ["silu", "relu", "relu6"])
def test_a_forward_pass_does_not_alter_its_input(activation, memory_format):
    options = LayerOptions(activation=activation)
    spec = replace(CIFAR_BASE, activation=activation)
    cases = [
        (EfficientNet(spec), (4, 3, 16, 16)),
        (MBConv(block(), options), (4, 8, 6, 6)),
        (MBConv(block(expanded_channels=8), options), (4, 8, 6, 6)),
        (ConvNormAct(8, 8, 3, options=options), (4, 8, 6, 6)),
        (SqueezeExcite(8, 2, activation), (4, 8, 6, 6)),
    ]
    for layer, shape in cases:
        x = torch.randn(shape).contiguous(memory_format=memory_format)
        before = x.clone()
        for mode in (True, False):
            layer.train(mode)(x)
            assert torch.equal(x, before)


def test_outputs_of_inner_layers_stay_as_they_were():
    # A lesson keeps feature maps with hooks; what comes later must not write into them.
    net = EfficientNet(CIFAR_BASE).eval()
    kept = []
    for layer in net.modules():
        layer.register_forward_hook(lambda *call: kept.append((call[2], call[2].clone())))
    net(torch.randn(2, 3, 16, 16))
    assert len(kept) > 50
    assert all(torch.equal(output, copy) for output, copy in kept)


def test_dropout_acts_before_the_classifier_in_training_only():
    net = EfficientNet(replace(CIFAR_BASE, dropout=0.5)).eval()
    x = torch.randn(2, 3, 16, 16)
    assert torch.equal(net(x), net(x))
    net.dropout.train()
    assert not torch.equal(net(x), net(x))
    assert torch.equal(net.features(x), net.features(x))
    assert net.dropout.rate == 0.5


def test_evaluation_treats_each_picture_by_itself():
    net = EfficientNet(replace(CIFAR_BASE, dropout=0.5, drop_path_rate=0.5)).double().eval()
    x = torch.randn(4, 3, 16, 16, dtype=torch.float64)
    one_by_one = torch.cat([net(picture[None]) for picture in x])
    torch.testing.assert_close(net(x), one_by_one)


def test_statistics_are_updated_in_training_and_not_in_evaluation():
    net = EfficientNet(CIFAR_BASE).eval()
    x = torch.randn(4, 3, 16, 16)

    def statistics() -> list[torch.Tensor]:
        return [b.clone() for name, b in net.named_buffers() if "running" in name]

    start = statistics()
    net(x)
    assert all(map(torch.equal, start, statistics()))
    net.train()(x)
    assert not any(map(torch.equal, start, statistics()))


@pytest.mark.parametrize("spec", [B0, LITE0, CIFAR_BASE], ids=lambda spec: spec.name)
def test_a_gradient_reaches_every_parameter(spec):
    spec = replace(spec, drop_path_rate=0)
    net = EfficientNet(spec)
    x, target = torch.randn(4, 3, 33, 33), torch.arange(4)
    nn.functional.cross_entropy(net(x), target).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


def test_a_few_steps_learn_a_batch_by_heart():
    spec = replace(CIFAR_BASE, stages=(StageSpec(2, kernel=3, stride=2, channels=8, layers=2),))
    net = EfficientNet(spec)
    x, target = torch.randn(8, 3, 8, 8), torch.arange(8)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(40):
        loss = nn.functional.cross_entropy(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 < 1 < losses[0]


def test_a_network_survives_its_state_dict():
    net = EfficientNet(CIFAR_BASE)
    net(torch.randn(4, 3, 16, 16))
    copy = EfficientNet(CIFAR_BASE)
    copy.load_state_dict(net.state_dict())
    x = torch.randn(2, 3, 16, 16)
    assert torch.equal(net.eval()(x), copy.eval()(x))


# Measuring


def test_counting_needs_no_memory_and_leaves_the_mode_alone():
    net = build_on_meta(B0)
    assert {p.device.type for p in net.parameters()} == {"meta"}
    for mode in (True, False):
        net.train(mode)
        assert count_macs(net, 224) == 385_814_752
        assert net.training == mode
    assert count_params(net) == 5_288_548


def test_macs_are_counted_for_one_picture_at_the_given_resolution():
    layer = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten())
    assert count_macs(layer, 5) == 3 * 4 * 3 * 3 * 5 * 5


def test_measuring_the_time_gives_milliseconds_and_leaves_the_mode_alone():
    net = EfficientNet(CIFAR_BASE)
    for mode in (True, False):
        net.train(mode)
        assert latency_ms(net, 16, repeats=1) > 0
        assert net.training == mode


# The bottleneck


def bottleneck_of(net, number):
    """The same block by He et al. 2016, written out with torch's functions."""
    block = net.blocks[number]

    def conv_norm(part, x, stride=1):
        kernel = part.conv.weight.shape[-1]
        y = F.conv2d(x, part.conv.weight, stride=stride, padding=kernel // 2)
        norm = part.norm
        return F.batch_norm(
            y, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps
        )

    def forward(x, stride):
        y = F.relu(conv_norm(block.reduce, x))
        y = F.relu(conv_norm(block.spatial, y, stride))
        y = conv_norm(block.restore, y)
        projected = not isinstance(block.shortcut, nn.Identity)
        return F.relu(y + (conv_norm(block.shortcut, x, stride) if projected else x))

    return forward


@torch.no_grad()
@pytest.mark.parametrize(("number", "stride", "projected"), [(0, 2, True), (1, 1, False)])
def test_a_bottleneck_is_the_residual_block_of_resnet_50(number, stride, projected):
    stage = StageSpec(4, kernel=3, stride=2, channels=32, layers=2, se_ratio=0.0)
    spec = NetworkSpec(
        "resnet",
        (stage,),
        resolution=16,
        stem_channels=16,
        stem_stride=1,
        channel_divisor=4,
        activation="relu",
        padding="symmetric",
        block="bottleneck",
        drop_path_rate=0.0,
    )
    net = EfficientNet(spec).eval()
    block = net.blocks[number]
    assert block.spatial.conv.weight.shape == (8, 8, 3, 3)  # a quarter of the output, all channels
    assert isinstance(block.shortcut, nn.Identity) != projected
    x = torch.rand(2, 16 if projected else 32, 16, 16)
    torch.testing.assert_close(block(x), bottleneck_of(net, number)(x, stride))
