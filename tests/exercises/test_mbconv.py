"""Assignment 02: its references against the course's own layers, and whether slips can be told."""

import time
from itertools import combinations
from random import Random

import numpy as np
import pytest
import torch
from torch import nn

from effnet_lab.arch.scaling import BlockSpec
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.plain import plain
from effnet_lab.exercises.tasks import mbconv as assignment
from effnet_lab.nn.layers import PaddedConv2d, SqueezeExcite
from effnet_lab.nn.model import MBConv

SEEDS = range(200, 215)


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
    block = MBConv(
        BlockSpec(0, 2, kernel, stride, x.shape[1], wide, outputs, units, *sizes, 0.0)
    )  # fmt: skip
    block.drop_path = FixedDrop(case.get("kept"), case.get("rate", 0.0))
    block.load_state_dict(state_of(weights))
    return block.train(case.get("training", False))


@pytest.mark.parametrize("seed", range(3))
def test_reference_of_the_block_is_the_packages(seed):
    for case in assignment._block_inputs(seed)["cases"]:
        with torch.no_grad():
            wanted = package_block(case)(torch.from_numpy(case["x"])).numpy()
        assert np.allclose(assignment._mbconv(**case), wanted, 1e-4, 1e-5), case.keys()


def test_references_of_the_parts_are_the_packages():
    for case in assignment._excite_inputs(4)["cases"]:
        units, channels = case["weights"]["reduce"].shape[:2]
        gates = SqueezeExcite(channels, units)
        state = state_of(case["weights"])
        gates.load_state_dict({name.split(".", 1)[1]: value for name, value in state.items()})
        with torch.no_grad():
            wanted = gates(torch.from_numpy(case["x"])).numpy()
        assert np.allclose(assignment._excite(**case), wanted, 1e-4, 1e-5)
    for case in assignment._padding_inputs(4)["cases"]:
        stride = case.get("stride", 1)
        conv = PaddedConv2d(1, 1, case["kernel"], stride, 1, "same")
        assert tuple(assignment._padding(**case)) == conv._same_padding(case["size"])


def test_running_averages_are_torchs_but_for_the_variance():
    for case in assignment._norm_inputs(4)["cases"]:
        norm = {name: torch.from_numpy(value.copy()) for name, value in case["norm"].items()}
        training, x = case.get("training", False), torch.from_numpy(case["x"])
        y = nn.functional.batch_norm(
            x, norm["mean"], norm["var"], norm["weight"], norm["bias"], training, 0.01, 1e-3
        )
        wanted, mean, _ = assignment._norm(**case)
        assert np.allclose(wanted, y.numpy(), 1e-4, 1e-5)
        assert np.allclose(mean, norm["mean"].numpy(), 1e-5)


TENSOR_TASKS = {
    "mbconv.squeeze_excite": (assignment._excite, assignment._EXCITE_HABITS),
    "mbconv.batch_norm": (assignment._norm, assignment._NORM_HABITS),
    "mbconv.drop_path": (assignment._drop, assignment._DROP_HABITS),
    "mbconv.mbconv": (assignment._mbconv, assignment._BLOCK_HABITS),
}
TASKS = {task.name: task for task in assignment.TASKS}


def test_right_answers_in_single_precision_are_far_from_the_tolerance():
    """By a factor of ten at least: no right answer is rejected for its rounding."""
    solved = Workbench(assignment.ASSIGNMENT).solved
    for task in assignment.TASKS[2:]:
        right, _ = TENSOR_TASKS[task.name]
        allowed = 1e-4 if task.name == "mbconv.mbconv" else assignment._ABSOLUTE
        for seed in SEEDS:
            inputs = task.inputs(seed)
            given = task.probe(solved, inputs)["results"]
            for case, output in zip(inputs["cases"], given, strict=True):
                pairs = zip(flat(right(**case)), flat(output), strict=True)
                assert max(np.abs(a - b).max() for a, b in pairs) < allowed / 10, task.name


@pytest.mark.parametrize("name", TENSOR_TASKS)
def test_no_draw_hides_a_slip(name):
    """Each slip gives something else than the reference and than each other slip, for any seed."""
    right, habits = TENSOR_TASKS[name]
    for seed in SEEDS:
        cases = TASKS[name].inputs(seed)["cases"]
        options = {"right": {}} | {habit.name: habit.options for habit in habits}
        outputs = {
            key: [flat(right(**case, **each)) for case in cases] for key, each in options.items()
        }
        for one, other in combinations(outputs, 2):
            far = max(map(beyond, outputs[one], outputs[other]))
            assert far > 5e-5, (seed, one, other, far)


@pytest.mark.parametrize("name", TENSOR_TASKS)
def test_two_slips_at_once_are_named_within_a_second(name):
    """Unless one hides the other, or both together are right."""
    right, habits = TENSOR_TASKS[name]
    inputs = TASKS[name].inputs(7)
    disjoint = [
        (one, other)
        for one, other in combinations(habits, 2)
        if one.options.keys().isdisjoint(other.options)
    ]
    for one, other in Random(0).sample(disjoint, 30):
        try:
            given = [right(**case, **one.options, **other.options) for case in inputs["cases"]]
        except ValueError:  # shapes that do not fit
            continue
        results = [[narrow(item) for item in flat(value)] for value in given]
        results = [value if name == "mbconv.batch_norm" else value[0] for value in results]
        answer = {"results": results, "changed": [[]] * len(results), "helpers": "{}"}
        began = time.process_time()
        found = TASKS[name].judge(inputs, answer)
        assert time.process_time() - began < 1
        assert found.passed or found.slip, (one.name, other.name, found.message)
        if found.slip == f"{one.name}-and-{other.name}":
            assert one.says in found.message
            assert other.says in found.message


def narrow(value):
    return np.asarray(value, dtype=np.float32)


@pytest.mark.parametrize("name", ["squeeze_width", "same_padding"])
def test_no_draw_hides_a_slip_of_a_number(name):
    part = {"squeeze_width": "width", "same_padding": "padding"}[name]
    right = getattr(assignment, f"_{part}")
    for seed in SEEDS:
        cases = TASKS[f"mbconv.{name}"].inputs(seed)["cases"]
        wanted = repr([right(**case) for case in cases])
        for habit in getattr(assignment, f"_{part.upper()}_HABITS"):
            assert repr([right(**case, **habit.options) for case in cases]) != wanted, habit.name


RAISED = {"error": "ValueError", "message": "no", "line": "", "during": "f()", "function": "f"}


@pytest.mark.parametrize(
    "raised", [None, 3, {}, RAISED, {**RAISED, "case": 99}, {**RAISED, "case": 0, "line": 4}]
)
def test_unreadable_errors_are_rejected(raised):
    for task in assignment.TASKS[2:]:
        found = task.judge(task.inputs(3), {"raised": raised, "helpers": "{}"})
        assert (found.status, found.slip) == ("incorrect", "odd")


def test_a_right_block_needs_no_helper():
    """A helper that is not right matters only where the block is not right, either."""
    solved = dict(Workbench(assignment.ASSIGNMENT).solved)
    task = TASKS["mbconv.mbconv"]
    inputs = task.inputs(3)
    answer = task.probe(solved, inputs) | {"helpers": '{"drop_path": "TypeError"}'}
    answer = plain(answer)
    assert task.judge(inputs, answer).passed
    answer["results"][0] = answer["results"][0] + 1
    assert "drop_path is not right yet" in task.judge(inputs, answer).message


def flat(value):
    return [np.asarray(part) for part in (value if isinstance(value, list) else [value])]


def beyond(one, other):
    """Return how far apart two outputs are beyond the relative tolerance."""
    pairs = list(zip(one, other, strict=True))
    if any(a.shape != b.shape for a, b in pairs):
        return np.inf
    return max((np.abs(a - b) - 1e-4 * np.abs(a)).max() for a, b in pairs)


def test_examples_with_tensors_are_true():
    """What the questions say of them, beside the numbers that are checked for all assignments."""
    solved = Workbench(assignment.ASSIGNMENT).solved
    padding, drop = solved["same_padding"], solved["drop_path"]
    assert padding(224, kernel=5, stride=2) == (1, 2)
    assert padding(224, kernel=5, stride=1) == (2, 2)
    ones, kept, norm = (solved[name] for name in ("ones", "three_kept", "norm"))
    assert drop(ones, kept, rate=0.2, training=False).sum() == 4
    y, mean, _ = solved["batch_norm"](solved["two_pixels"], norm, training=True)
    assert round(y[0, 0, 0, 0].item(), 3) == -1.499
    assert mean[0].item() == pytest.approx(0.02)
