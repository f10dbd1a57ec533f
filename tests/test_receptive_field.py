import doctest
from dataclasses import replace

import pytest
import torch

from effnet_lab.arch import B0, CIFAR_BASE, NetworkSpec, StageSpec, receptive_field, scaled
from effnet_lab.arch.receptive_field import receptive_fields
from effnet_lab.nn import EfficientNet

SMALL = NetworkSpec(
    "small",
    (
        StageSpec(1, kernel=3, stride=1, channels=8, layers=1, se_ratio=0),
        StageSpec(2, kernel=5, stride=2, channels=8, layers=2, se_ratio=0),
        StageSpec(2, kernel=3, stride=2, channels=8, layers=1, se_ratio=0),
    ),
    resolution=96,
    num_classes=10,
    stem_channels=8,
    head_channels=16,
)


def test_examples():
    assert doctest.testmod(receptive_field).failed == 0


def test_a_small_network_by_hand():
    # Stem: 3 pixels, every 2nd. Then 3x3: +2*2. 5x5 stride 2: +4*2. 5x5: +4*4. 3x3 stride 2: +2*4.
    assert [(f.side, f.step) for f in receptive_fields(SMALL)] == [
        (3, 2),
        (7, 2),
        (15, 4),
        (31, 4),
        (39, 8),
    ]


@pytest.mark.parametrize("padding", ["same", "symmetric"])
@pytest.mark.parametrize("last", [0, 1, 2, 3])
def test_gradients_reach_exactly_so_far(padding, last):
    torch.manual_seed(0)
    network = EfficientNet(replace(SMALL, padding=padding)).double().eval()
    picture = torch.rand(1, 3, 96, 96, dtype=torch.double, requires_grad=True)
    features = network.stem(picture)
    for block in list(network.blocks)[: last + 1]:
        features = block(features)
    middle = features.shape[-1] // 2
    features[0, :, middle, middle].square().sum().backward()
    touched = picture.grad[0].abs().sum(0) > 0
    rows = torch.nonzero(touched.any(1))
    assert int(rows.max() - rows.min()) + 1 == receptive_fields(SMALL)[last + 1].side


def test_resolution_and_width_leave_it_as_it_is():
    assert receptive_fields(scaled(B0, resolution=2, width=1.5)) == receptive_fields(B0)


@pytest.mark.parametrize("spec", [B0, CIFAR_BASE], ids=lambda spec: spec.name)
def test_depth_widens_it(spec):
    deeper = receptive_fields(scaled(spec, depth=2))
    assert deeper[-1].side > receptive_fields(spec)[-1].side
    assert deeper[-1].step == receptive_fields(spec)[-1].step


def test_it_grows_from_layer_to_layer():
    sides = [field.side for field in receptive_fields(B0)]
    assert sides == sorted(set(sides))
