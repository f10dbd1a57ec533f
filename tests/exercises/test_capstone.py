"""Assignment 09: the device of the notebook is the judge's, designs are scored as it says."""

from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean, stdev

import pytest
from scipy.stats import studentized_range

from effnet_lab.arch import B0, CIFAR_BASE, StageSpec, cost, resolve, scaled
from effnet_lab.exercises.assignment import ASSIGNMENTS, find_task
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.task import run_task
from effnet_lab.exercises.tasks.capstone import device
from effnet_lab.exercises.tasks.capstone.layers import features
from effnet_lab.exercises.tasks.capstone.predict_latency import predict_latency
from effnet_lab.exercises.tasks.macs.study import compare

ROOT = Path(__file__).parent.parent.parent
DESIGN = find_task("capstone.design")


@pytest.fixture(scope="module")
def bench():
    return Workbench(ASSIGNMENTS["capstone"], ROOT)


@pytest.fixture(scope="module")
def solved(bench):
    return bench.solved


def points_of(spec):
    return run_task(DESIGN, {"design": lambda: spec}, [0])


def test_lists_and_dicts_in_the_questions_are_true(solved):
    few = solved["few"]
    assert solved["fit_latency"](few, solved["few_ms"]) == pytest.approx([0.1, 0.5, 0.2])
    assert solved["predict_latency"](few[:2], [0.1, 0.5, 0.2]) == pytest.approx([0.9, 1.3])
    costs, limits = {"macs": 300, "kilobytes": 50}, {"kilobytes": 40, "macs": 400}
    assert solved["over_budget"](costs, limits) == {"kilobytes": 0.25}
    limits = {"macs": 400, "milliseconds": 5}
    assert solved["choose"](solved["three"], limits, noise=1.5) == "slim"
    assert solved["choose"](solved["three"], limits, noise=0.5) == "wide"
    for task, name in (("fit_latency", "few"), ("choose", "three")):
        assert solved[name] in find_task(f"capstone.{task}").example.values()
    assert solved["two"] in find_task("capstone.weight_kilobytes").example.values()


# The device


def test_device_of_the_notebook_is_the_judges(solved):
    assert tuple(solved["measured"]) == device.MEASURED
    assert solved["shares"] == device.SHARES
    assert replace(solved["base"], name="base") == device.BASE
    assert solved["device_limits"]() == pytest.approx(device.LIMITS)
    for spec in (CIFAR_BASE, B0, device.BASE):
        assert solved["layers_of"](spec) == device.layers_of(spec)
        assert solved["costs_of"](spec) == pytest.approx(device.costs_of(spec))


def test_layers_move_what_convolutions_move():
    block = device.layers_of(B0)
    conv = next(row for row in cost(B0).layers if row.kind == "depthwise")
    moved = conv.in_channels * conv.in_size**2 + conv.params + conv.activations
    assert block[1]["bytes"] == 4 * moved
    assert sum(layer["macs"] for layer in block) == cost(B0).macs


def test_model_of_latency_makes_sense():
    """Everything costs time, and the base is predicted well."""
    assert all(c > 0 for c in device.COEFFICIENTS)
    base = next(ms for *shape, ms in device.MEASURED if shape == [1, 1, 2])
    assert device.costs_of(device.BASE)["milliseconds"] == pytest.approx(base, rel=0.05)


# Designs


def test_question_names_the_conditions(bench):
    question = next(c.source for c in bench.cells if "design-task" in c.names)
    for text in (
        f"{device.PICTURE} × {device.PICTURE} pixels and has {device.CLASSES} classes",
        f"{device.LEAST_BLOCKS} MBConv blocks or more",
        f"{device.LEAST_MAP} × {device.LEAST_MAP} or larger",
        f"{device.LEAST_SPENT:.0%} of the MACs",
    ):
        assert text in question


def test_example_of_the_question_is_true():
    spec = scaled(device.BASE, depth=1.2)
    result = points_of(spec)
    assert result.points == 10
    assert [row[2] for row in result.details.rows] == ["yes"] * 5 + ["no"] * 2
    blocks = resolve(spec).blocks
    assert [sum(b.stage == stage for b in blocks) for stage in (2, 3, 4)] == [2, 3, 3]


@pytest.mark.parametrize(
    ("spec", "slip", "points"),
    [
        (DESIGN.right(), None, 20),
        (DESIGN.right(num_classes=11), "pictures", 4),
        (DESIGN.right(resolution=31), "pictures", 4),
        (scaled(device.BASE, width=0.5), "spent", 3),
        (scaled(device.BASE, width=1.15), "over-kilobytes", 15),
        (scaled(device.BASE, width=3), "over-macs", 5),
        (replace(B0, resolution=32, num_classes=10), "map", 4),
        # It keeps all limits, but has not tried: pictures and map.
        (DESIGN.right(rows=[(1, 1, 4, 1)], stem_channels=4, head_channels=4), "blocks", 2),
    ],
)
def test_designs_get_the_points_that_the_question_says(spec, slip, points):
    result = points_of(spec)
    assert (result.slip, result.points, result.max_points) == (slip, points, 20)
    assert len(result.details.rows) == 7
    assert sum(row[3] for row in result.details.rows) == points


ROW = {"expand": 1, "kernel": 3, "stride": 1, "channels": 8, "layers": 1}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"resolution": "32"}, "resolution is '32'"),
        ({"stages": []}, "number of stages"),
        ({"stages": [{"kernel": 3}]}, "not a network spec"),
        ({"stages": [{**ROW, "kernel": 4}]}, "odd number"),
        ({"stages": [ROW]}, "not there"),  # its se_ratio is not made up
        ({"width_mult": float("nan")}, "width_mult is nan"),
    ],
)
def test_what_is_no_valid_network_is_told_why(changed, says):
    fields = {**asdict(DESIGN.right()), **changed}
    del fields["name"]
    result = DESIGN.judged({}, {"type": "NetworkSpec", "fields": fields})
    assert (result.slip, result.points) == ("invalid", 0)
    assert says in result.message


def test_largest_spec_is_judged_quickly():
    row = StageSpec(32, 15, 1, 16_384, 256)
    big = replace(device.BASE, stages=(row,) * 32, width_mult=32.0, depth_mult=32.0)
    assert points_of(big).slip == "too-many-blocks"


# The model report


def _proposals():
    first, middle, last = device.BASE.stages
    tables = {
        "wider start": (replace(first, channels=12), replace(middle, channels=20, expand=4), last),
        "deeper middle": (first, replace(middle, expand=4, layers=3), last),
        "large kernels": (first, replace(middle, expand=4, kernel=5), last),
    }
    return {name: replace(device.BASE, stages=rows) for name, rows in tables.items()}


@pytest.fixture(scope="module")
def report(bench):
    return next(cell.source for cell in bench.cells if "report-answer" in cell.names)


def test_costs_in_the_model_report_are_true(report, solved):
    limits = device.LIMITS
    macs, kilobytes, milliseconds = limits.values()
    assert f"{macs / 1e6:.3f} M MACs, {kilobytes:.2f} kB and {milliseconds:.3f} ms" in report
    for name, spec in _proposals().items():
        assert points_of(spec).passed
        costs = device.costs_of(spec)
        macs, kilobytes, milliseconds = (f"({costs[n] / limits[n]:.0%})" for n in limits)
        row = (
            f"| {costs['macs'] / 1e6:.3f} M {macs} | {costs['kilobytes']:.2f} {kilobytes} "
            f"| {costs['milliseconds']:.3f} {milliseconds} |"
        )
        assert f"| {name}" in report
        assert row in report, name
    assert solved["design"]().stages == _proposals()["wider start"].stages


def test_times_in_the_model_report_are_true(report, solved):
    networks = [device.layers_of(scaled(CIFAR_BASE, *row[:3])) for row in device.MEASURED]
    measured = [row[3] for row in device.MEASURED]
    predicted = predict_latency(networks, device.COEFFICIENTS)
    errors = [p / m - 1 for p, m in zip(predicted, measured, strict=True)]
    assert f"twelve networks is {max(errors):.2f}" in report
    assert max(errors) == pytest.approx(solved["worst_error"](predicted, measured))
    assert sorted(map(abs, errors))[-2] < 0.1  # "all others are within 10%"
    largest = cost(scaled(CIFAR_BASE, *device.MEASURED[errors.index(max(errors))][:3]))
    assert f"{largest.macs / cost(device.BASE).macs:.0f} times the base's MACs" in report
    base = device.costs_of(device.BASE)["milliseconds"]
    for name, spec in _proposals().items():
        ratio = device.costs_of(spec)["milliseconds"] / base
        assert f"{name} {ratio:.2f} and {ratio:.2f}" in report  # measured, and the same


def test_parts_and_next_step_of_the_model_report_are_true(report):
    spec = _proposals()["wider start"]
    layers = device.layers_of(spec)
    macs, moved, starts = features([layers])[0] * device.COEFFICIENTS
    whole = f"{macs + moved + starts:.2f} ms of *wider start* {starts:.2f} are for its"
    assert f"{whole} {len(layers)} layers, {moved:.2f} for bytes, {macs:.2f} for MACs" in report
    assert 0.75 < starts / (macs + moved + starts) < 0.82  # "four fifths"
    plain = replace(spec, stages=tuple(replace(row, se_ratio=0.0) for row in spec.stages))
    fewer, time = len(device.layers_of(plain)), device.costs_of(plain)["milliseconds"]
    assert f"{fewer} layers in place of {len(layers)}" in report
    assert f"predicted to take {time:.2f} ms" in report
    deeper = replace(plain, stages=tuple(replace(r, layers=r.layers + 1) for r in plain.stages))
    most = device.LIMITS["milliseconds"]
    assert device.costs_of(deeper)["milliseconds"] < most  # "a block more in each stage"


#: Validation accuracies in percent: 16,000 pictures of the embedded set, seeds 0 to 2, one thread.
TRAINED = {
    "wider start": [75.75, 69.2, 70.7],
    "deeper middle": [65.15, 70.4, 70.45],
    "large kernels": [47.55, 45.75, 42.75],
}


def test_accuracies_in_the_model_report_are_summed_up_right(report, solved):
    for name, accuracies in TRAINED.items():
        assert f"{name} {fmean(accuracies):.1f} ± {stdev(accuracies):.1f}" in report
    wider, deeper, large = TRAINED
    assert f"and {_MARGIN:.2f} errors (all pairs" in report
    difference, half = _interval(wider, deeper)
    assert f"differ by {difference:.1f} points" in report
    interval = f"from {difference - half:.1f} to {difference + half:.1f}".replace("-", "−")
    assert interval in report
    least = min(d - h for d, h in (_interval(wider, large), _interval(deeper, large)))
    assert f"by {least:.1f} points at least" in report
    assert f"{half:.1f} points, `choose` says *deeper middle*" in report
    candidates = [
        {"name": name, "costs": device.costs_of(spec), "accuracies": TRAINED[name]}
        for name, spec in _proposals().items()
    ]
    assert solved["choose"](candidates, device.LIMITS, noise=half) == "deeper middle"


#: Tukey's, for all pairs of three networks with three seeds.
_MARGIN = float(studentized_range.ppf(0.95, 3, 4)) / 2**0.5


def _interval(one, other):
    found = compare(TRAINED, one, other, _MARGIN)
    return (found["low"] + found["high"]) / 2, (found["high"] - found["low"]) / 2
