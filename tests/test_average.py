import pytest
import torch

import tiny
from effnet_lab.nn import EfficientNet
from effnet_lab.training.average import WeightAverage


def network(seed):
    torch.manual_seed(seed)
    return EfficientNet(tiny.NET).train()


@pytest.mark.parametrize("decay", [0.3, 0.9, 0.9999])
def test_the_average_is_exponential_with_a_decay_that_warms_up(decay):
    model = network(0)
    average = WeightAverage(model, decay)
    expected = [p.detach().clone() for p in model.parameters()]
    for step in range(1, 6):
        with torch.no_grad():
            for p in model.parameters():
                p.normal_()
        average.update(model, step)
        keep = min(decay, (1 + step) / (10 + step))
        expected = [
            keep * old + (1 - keep) * p.detach()
            for old, p in zip(expected, model.parameters(), strict=True)
        ]
    for mean, value in zip(average.model.parameters(), expected, strict=True):
        torch.testing.assert_close(mean, value)


def test_running_statistics_are_averaged_and_counters_copied():
    model = network(0)
    average = WeightAverage(model, 0.9)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model(torch.randn(16, 3, 8, 8))
    average.update(model, 1)
    now, mean = model.state_dict(), average.model.state_dict()
    seen = [name.rsplit(".", 1)[-1] for name in now]
    assert {"running_mean", "running_var", "num_batches_tracked"} <= set(seen)
    for name, value in mean.items():
        if name.endswith("num_batches_tracked"):
            assert value == now[name] == 1
        elif name.endswith(("running_mean", "running_var")):
            assert not torch.equal(value, now[name])
            torch.testing.assert_close(value, before[name] * 2 / 11 + now[name] * 9 / 11)


def test_the_trained_network_is_left_alone():
    model, same = network(0), network(0)
    average = WeightAverage(model, 0.9)
    average.update(network(1), 1)
    assert model.training
    assert not average.model.training
    for one, two in zip(model.state_dict().values(), same.state_dict().values(), strict=True):
        assert torch.equal(one, two)
