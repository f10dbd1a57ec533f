"""Assignment 09: the device of the notebook is the judge's, designs are scored as it says."""

from dataclasses import asdict, replace
from statistics import fmean, stdev

import pytest

from effnet_lab.arch import B0, CIFAR_BASE, StageSpec, cost, resolve, scaled
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.judging import matches
from effnet_lab.exercises.probes import capstone as probes
from effnet_lab.exercises.task import run_task
from effnet_lab.exercises.tasks import capstone as assignment

SEEDS = range(400, 410)


@pytest.fixture(scope="module")
def bench():
    return Workbench(assignment.ASSIGNMENT)


@pytest.fixture(scope="module")
def solved(bench):
    return bench.solved


def judged(spec):
    answer = probes.design({"design": lambda: spec}, {"look": 0})
    return assignment._judge_design({"look": 0}, answer)


# The functions

SLIPS = {
    "capstone.fit_latency": assignment._FIT_SLIPS,
    "capstone.predict_latency": assignment._PREDICT_SLIPS,
    "capstone.worst_error": assignment._WORST_SLIPS,
    "capstone.weight_kilobytes": assignment._KILOBYTES_SLIPS,
    "capstone.over_budget": assignment._OVER_SLIPS,
    "capstone.choose": assignment._CHOOSE_SLIPS,
}


@pytest.mark.parametrize("name", SLIPS)
def test_each_slip_is_named_for_any_seed(name):
    task = next(task for task in assignment.TASKS if task.name == name)
    for slip in SLIPS[name]:
        result = run_task(task, {task.needs[0]: slip.gives}, SEEDS)
        assert (result.status, result.slip) == ("incorrect", slip.name)


def test_what_is_fitted_can_be_fitted():
    """No table is so badly conditioned that another way to solve would be refused."""
    for seed in SEEDS:
        for case in assignment._fit_inputs(seed)["cases"]:
            found = assignment._fit(**case)
            assert all(c > 0 for c in found)
            assert not matches(found, [0.1, 0.5, 0.2], rel=0.01)
            predicted = assignment._predict(case["networks"], found)
            assert 0 < assignment._worst(predicted, case["milliseconds"]) < 0.3


def test_lists_and_dicts_in_the_questions_are_true(solved):
    few = solved["few"]
    assert solved["fit_latency"](few, solved["few_ms"]) == pytest.approx([0.1, 0.5, 0.2])
    assert solved["predict_latency"](few[:2], [0.1, 0.5, 0.2]) == pytest.approx([0.9, 1.3])
    costs, limits = {"macs": 300, "kilobytes": 50}, {"kilobytes": 40, "macs": 400}
    assert solved["over_budget"](costs, limits) == {"kilobytes": 0.25}
    limits = {"macs": 400, "milliseconds": 5}
    assert solved["choose"](solved["three"], limits, noise=1.5) == "slim"
    assert solved["choose"](solved["three"], limits, noise=0.5) == "wide"
    means = [sum(c["accuracies"]) / 2 for c in solved["three"]]
    assert max(means) == means[0]  # "deep takes too long"
    assert means[1] - means[2] == 1.0


# The device


def test_device_of_the_notebook_is_the_judges(solved):
    assert tuple(solved["measured"]) == assignment.MEASURED
    assert solved["shares"] == assignment.SHARES
    assert replace(solved["base"], name="base") == assignment.BASE
    assert solved["device_limits"]() == pytest.approx(assignment.limits())
    for spec in (CIFAR_BASE, B0, assignment.BASE):
        assert solved["layers_of"](spec) == assignment.layers_of(spec)
        assert solved["costs_of"](spec) == pytest.approx(assignment.costs_of(spec))


def test_layers_move_what_convolutions_move():
    block = assignment.layers_of(B0)
    conv = next(row for row in cost(B0).layers if row.kind == "depthwise")
    moved = conv.in_channels * conv.in_size**2 + conv.params + conv.activations
    assert block[1]["bytes"] == 4 * moved
    assert sum(layer["macs"] for layer in block) == cost(B0).macs


def test_model_of_latency_makes_sense():
    """Everything costs time, and the base is predicted well."""
    assert all(c > 0 for c in assignment.coefficients())
    base = next(ms for *shape, ms in assignment.MEASURED if shape == [1, 1, 2])
    predicted = assignment.costs_of(assignment.BASE)["milliseconds"]
    assert predicted == pytest.approx(base, rel=0.05)


def test_question_names_the_conditions(bench):
    question = next(c.source for c in bench.cells if "design-task" in c.names)
    for text in (
        f"{assignment.PICTURE} × {assignment.PICTURE} pixels and has {assignment.CLASSES} classes",
        f"{assignment.LEAST_BLOCKS} MBConv blocks or more",
        f"{assignment.LEAST_MAP} × {assignment.LEAST_MAP} or larger",
        f"{assignment.LEAST_SPENT:.0%} of the MACs",
    ):
        assert text in question


def test_example_of_the_question_is_true():
    result = judged(scaled(assignment.BASE, depth=1.2))
    assert result.points == 10
    assert [row[2] for row in result.details.rows] == ["yes"] * 5 + ["no"] * 2
    blocks = resolve(scaled(assignment.BASE, depth=1.2)).blocks
    assert [sum(b.stage == stage for b in blocks) for stage in (2, 3, 4)] == [2, 3, 3]


# Designs


def design(*rows, **changed):
    return replace(assignment.BASE, stages=tuple(StageSpec(*row) for row in rows), **changed)


FAIR = design((1, 3, 1, 12, 1), (4, 3, 2, 20, 2), (4, 3, 2, 36, 2))


@pytest.mark.parametrize(
    ("spec", "slip", "points"),
    [
        (FAIR, None, 20),
        (replace(FAIR, num_classes=1000), "pictures", 4),
        (replace(FAIR, num_classes=11), "pictures", 4),
        (replace(FAIR, resolution=31), "pictures", 4),
        (scaled(assignment.BASE, width=0.5), "spent", 3),
        (scaled(assignment.BASE, width=1.15), "over-kilobytes", 15),
        (scaled(assignment.BASE, width=3), "over-macs", 5),
        (replace(B0, resolution=32, num_classes=10), "map", 4),
    ],
)
def test_designs_get_the_points_that_the_question_says(spec, slip, points):
    result = judged(spec)
    assert (result.slip, result.points, result.max_points) == (slip, points, 20)
    assert len(result.details.rows) == 7
    assert sum(row[3] for row in result.details.rows) == points


def test_limits_give_no_points_to_a_tiny_network():
    """It keeps them all, but has not tried."""
    tiny = design((1, 3, 1, 4, 1), stem_channels=4, head_channels=4)
    result = judged(tiny)
    assert result.points == 2  # pictures and map
    assert [row[3] for row in result.details.rows[-3:]] == [0, 0, 0]


def test_what_is_no_valid_network_is_told_why():
    fields = asdict(FAIR)
    del fields["name"]
    for changed, said in (
        ({"resolution": "32"}, "resolution is '32'"),
        ({"stages": []}, "number of stages"),
        ({"stages": [{"kernel": 3}]}, "not a network spec"),
        ({"stages": [{**fields["stages"][0], "kernel": 4}]}, "odd number"),
        ({"width_mult": float("nan")}, "width_mult is nan"),
    ):
        answer = {"type": "NetworkSpec", "fields": {**fields, **changed}}
        result = assignment._judge_design({"look": 0}, answer)
        assert result.points == 0
        assert said in result.message, result.message


def test_largest_spec_is_judged_quickly():
    row = StageSpec(32, 15, 1, 16_384, 256)
    big = replace(assignment.BASE, stages=(row,) * 32, width_mult=32.0, depth_mult=32.0)
    assert judged(big).slip == "too-many-blocks"


def test_notebook_may_import_what_it_needs_and_nothing_of_the_course():
    for name in assignment.ASSIGNMENT.allowed:
        assert name.startswith(("effnet_lab.arch", "effnet_lab.nn", "effnet_lab._validate")), name


# The model report


def _proposals():
    first, middle, last = assignment.BASE.stages
    tables = {
        "wider start": (replace(first, channels=12), replace(middle, channels=20, expand=4), last),
        "deeper middle": (first, replace(middle, expand=4, layers=3), last),
        "large kernels": (first, replace(middle, expand=4, kernel=5), last),
    }
    return {name: replace(assignment.BASE, stages=rows) for name, rows in tables.items()}


@pytest.fixture(scope="module")
def report(bench):
    return next(cell.source for cell in bench.cells if "report-answer" in cell.names)


def test_costs_in_the_model_report_are_true(report, solved):
    limits = assignment.limits()
    macs, kilobytes, milliseconds = limits.values()
    assert f"{macs / 1e6:.3f} M MACs, {kilobytes:.2f} kB and {milliseconds:.3f} ms" in report
    for name, spec in _proposals().items():
        assert judged(spec).passed
        costs = assignment.costs_of(spec)
        macs, kilobytes, milliseconds = (f"({costs[n] / limits[n]:.0%})" for n in limits)
        row = (
            f"| {costs['macs'] / 1e6:.3f} M {macs} | {costs['kilobytes']:.2f} {kilobytes} "
            f"| {costs['milliseconds']:.3f} {milliseconds} |"
        )
        assert f"| {name}" in report
        assert row in report, name
    assert solved["design"]().stages == _proposals()["wider start"].stages


def test_times_in_the_model_report_are_true(report):
    networks = [assignment.layers_of(scaled(CIFAR_BASE, *row[:3])) for row in assignment.MEASURED]
    measured = [row[3] for row in assignment.MEASURED]
    predicted = assignment._predict(networks, assignment.coefficients())
    errors = assignment._errors(predicted, measured)
    assert f"twelve networks is {max(errors):.2f}" in report
    assert max(errors) == assignment._worst(predicted, measured)
    assert sorted(map(abs, errors))[-2] < 0.1  # "all others are within 10%"
    largest = cost(scaled(CIFAR_BASE, *assignment.MEASURED[errors.index(max(errors))][:3]))
    assert f"{largest.macs / cost(assignment.BASE).macs:.0f} times the base's MACs" in report
    base = assignment.costs_of(assignment.BASE)["milliseconds"]
    for name, spec in _proposals().items():
        ratio = assignment.costs_of(spec)["milliseconds"] / base
        assert f"{name} {ratio:.2f} and {ratio:.2f}" in report  # measured, and the same


def test_parts_and_next_step_of_the_model_report_are_true(report):
    spec = _proposals()["wider start"]
    layers = assignment.layers_of(spec)
    pairs = zip(assignment._features(layers), assignment.coefficients(), strict=True)
    macs, moved, starts = (feature * coefficient for feature, coefficient in pairs)
    whole = f"{macs + moved + starts:.2f} ms of *wider start* {starts:.2f} are for its"
    assert f"{whole} {len(layers)} layers, {moved:.2f} for bytes, {macs:.2f} for MACs" in report
    assert 0.75 < starts / (macs + moved + starts) < 0.82  # "four fifths"
    plain = replace(spec, stages=tuple(replace(row, se_ratio=0.0) for row in spec.stages))
    fewer, time = len(assignment.layers_of(plain)), assignment.costs_of(plain)["milliseconds"]
    assert f"{fewer} layers in place of {len(layers)}" in report
    assert f"predicted to take {time:.2f} ms" in report
    deeper = replace(plain, stages=tuple(replace(r, layers=r.layers + 1) for r in plain.stages))
    most = assignment.limits()["milliseconds"]
    assert assignment.costs_of(deeper)["milliseconds"] < most  # "a block more in each stage"


#: Validation accuracies in percent: 16,000 pictures of the embedded set, seeds 0 to 2, one thread.
TRAINED = {
    "wider start": [75.75, 69.2, 70.7],
    "deeper middle": [65.15, 70.4, 70.45],
    "large kernels": [47.55, 45.75, 42.75],
}


def test_accuracies_in_the_model_report_are_summed_up_right(report, solved):
    for name, accuracies in TRAINED.items():
        assert f"{name} {fmean(accuracies):.1f} ± {stdev(accuracies):.1f}" in report
    wider, deeper, large = TRAINED.values()
    difference, half = _interval(wider, deeper)
    assert f"differ by {difference:.1f} points" in report
    interval = f"from {difference - half:.1f} to {difference + half:.1f}".replace("-", "−")
    assert interval in report
    least = min(d - h for d, h in (_interval(wider, large), _interval(deeper, large)))
    assert f"by {least:.1f} points at least" in report
    assert f"{half:.1f} points, `choose` says *deeper middle*" in report
    candidates = [
        {"name": name, "costs": assignment.costs_of(spec), "accuracies": TRAINED[name]}
        for name, spec in _proposals().items()
    ]
    assert solved["choose"](candidates, assignment.limits(), noise=half) == "deeper middle"


def _interval(one, other):
    errors = stdev(one) ** 2 / len(one) + stdev(other) ** 2 / len(other)
    return fmean(one) - fmean(other), 2.8 * errors**0.5
