"""Assignment 02: its references against the course's own layers, and room for rounding."""

from random import Random

import numpy as np
import pytest
import torch
from torch import nn

from effnet_lab.arch.scaling import BlockSpec
from effnet_lab.blocks import reference
from effnet_lab.exercises.assignment import ASSIGNMENTS
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.nn.layers import PaddedConv2d, SqueezeExcite
from effnet_lab.nn.model import MBConv

TASKS = {task.function: task for task in ASSIGNMENTS["mbconv"].tasks}


def cases_of(name, seed=4):
    return TASKS[name].cases(Random(seed))


class FixedDrop(nn.Module):
    """Stochastic depth whose draw has been made."""

    def __init__(self, kept, rate):
        super().__init__()
        self.kept, self.rate = kept, rate

    def forward(self, y):
        if not self.training or self.kept is None:
            return y
        return y * torch.from_numpy(self.kept)[:, None, None, None] / (1 - self.rate)


def state_of(weights):
    """Return the state dict of the package's block for weights of the assignment."""
    state = {}
    for part in ("expand", "depthwise", "project"):
        if part in weights:
            state[f"{part}.conv.weight"] = weights[part]
            norm = weights[f"{part}_norm"]
            names = {
                "weight": "weight",
                "bias": "bias",
                "mean": "running_mean",
                "var": "running_var",
            }
            state |= {f"{part}.norm.{name}": norm[key] for key, name in names.items()}
            state[f"{part}.norm.num_batches_tracked"] = np.array(0)
    if "reduce" in weights:
        for part, name in (("reduce", "reduce"), ("gate", "expand")):
            state[f"squeeze_excite.{name}.weight"] = weights[part]
            state[f"squeeze_excite.{name}.bias"] = weights[f"{part}_bias"]
    return {name: torch.from_numpy(value) for name, value in state.items()}


def package_block(case):
    weights, x = case["weights"], case["x"]
    outputs, wide = weights["project"].shape[:2]
    units = len(weights.get("reduce", ()))
    kernel, stride = weights["depthwise"].shape[-1], case.get("stride", 1)
    sizes = x.shape[-1], -(-x.shape[-1] // stride)
    block = MBConv(BlockSpec(0, 2, kernel, stride, x.shape[1], wide, outputs, units, *sizes, 0.0))
    block.drop_path = FixedDrop(case.get("kept"), case.get("rate", 0.0))
    block.load_state_dict(state_of(weights))
    return block.train(case.get("training", False))


@pytest.mark.parametrize("seed", range(3))
def test_reference_of_the_block_is_the_packages(seed):
    for case in cases_of("mbconv", seed):
        with torch.no_grad():
            wanted = package_block(case)(torch.from_numpy(case["x"])).numpy()
        assert np.allclose(reference.mbconv(**case), wanted, 1e-4, 1e-5), case.keys()


def test_references_of_the_parts_are_the_packages():
    for case in cases_of("squeeze_excite"):
        units, channels = case["weights"]["reduce"].shape[:2]
        gates = SqueezeExcite(channels, units)
        state = state_of(case["weights"])
        gates.load_state_dict({name.split(".", 1)[1]: value for name, value in state.items()})
        with torch.no_grad():
            wanted = gates(torch.from_numpy(case["x"])).numpy()
        assert np.allclose(reference.squeeze_excite(**case), wanted, 1e-4, 1e-5)
    for case in cases_of("same_padding"):
        stride = case.get("stride", 1)
        conv = PaddedConv2d(1, 1, case["kernel"], stride, 1, "same")
        assert tuple(reference.same_padding(**case)) == conv._same_padding(case["size"])


def test_running_averages_are_torchs_but_for_the_variance():
    for case in cases_of("batch_norm"):
        norm = {name: torch.from_numpy(value.copy()) for name, value in case["norm"].items()}
        training, x = case.get("training", False), torch.from_numpy(case["x"])
        y = nn.functional.batch_norm(
            x, norm["mean"], norm["var"], norm["weight"], norm["bias"], training, 0.01, 1e-3
        )
        wanted, mean, _ = reference.batch_norm(**case)
        assert np.allclose(wanted, y.numpy(), 1e-4, 1e-5)
        assert np.allclose(mean, norm["mean"].numpy(), 1e-5)


@pytest.mark.parametrize("name", ["squeeze_excite", "batch_norm", "drop_path", "mbconv"])
def test_right_answers_in_single_precision_are_far_from_the_tolerance(name):
    """By a factor of ten at least: no right answer is rejected for its rounding."""
    task, solved = TASKS[name], Workbench(ASSIGNMENTS["mbconv"]).solved
    for seed in range(200, 215):
        cases = cases_of(name, seed)
        given = task.probed(solved, {"cases": cases})["results"]
        for case, output in zip(cases, given, strict=True):
            pairs = zip(flat(task.right(**case)), flat(output), strict=True)
            assert max(np.abs(a - b).max() for a, b in pairs) < task.absolute / 10


def flat(value):
    return [np.asarray(part) for part in (value if isinstance(value, list) else [value])]


def test_examples_with_tensors_are_true():
    """What the questions say of them, beside the numbers that are checked for all assignments."""
    solved = Workbench(ASSIGNMENTS["mbconv"]).solved
    padding, drop = solved["same_padding"], solved["drop_path"]
    assert padding(224, kernel=5, stride=2) == (1, 2)
    assert padding(224, kernel=5, stride=1) == (2, 2)
    ones, kept, norm = (solved[name] for name in ("ones", "three_kept", "norm"))
    assert drop(ones, kept, rate=0.2, training=False).sum() == 4
    y, mean, _ = solved["batch_norm"](solved["two_pixels"], norm, training=True)
    assert round(y[0, 0, 0, 0].item(), 3) == -1.499
    assert mean[0].item() == pytest.approx(0.02)
