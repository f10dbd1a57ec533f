"""The Scaling lab says what `arch` says, and nothing that nobody measured."""

import json
import random
import re
from dataclasses import replace

import pytest

from effnet_lab.arch import (
    B0,
    CIFAR_BASE,
    PAPER_COEFFICIENTS,
    VARIANTS,
    compound_scaled,
    cost,
    facts,
    multipliers,
    resolve,
    scaled,
)
from effnet_lab.records.runs import finished, recorded
from effnet_lab.view.network_drawing import Drawing, Part, parts
from effnet_lab.view.style import format_count, format_ratio
from effnet_lab.widgets.scaling_lab import lab
from effnet_lab.widgets.scaling_lab.bench import (
    BASELINES,
    DIMENSIONS,
    FACTORS,
    Landmark,
    bench,
    recorded_landmarks,
)
from effnet_lab.widgets.scaling_lab.readout import CUSTOM, Point, readout
from effnet_lab.widgets.scaling_lab.template import (
    fill,
    ledger_template,
    summary_template,
    svg_template,
    value_templates,
)

CONTROLS = lab.controls()
DEFINITION = lab.definition()
SPECS = {"B0": B0, "CIFAR-base": CIFAR_BASE}


def settle(state, changed=""):
    return lab.settle(state, changed)[0]


def some_points(count=60, seed=0):
    """Return the corners of the sliders, and points between."""
    chance = random.Random(seed)
    found = []
    for baseline in BASELINES:
        for end in (0, -1):
            found.append(Point(baseline, *(values[end] for values in FACTORS.values())))
        for _ in range(count // 2):
            found.append(Point(baseline, *(chance.choice(v) for v in FACTORS.values())))
    return found


def spec_of(point):
    return scaled(SPECS[point.baseline], *point[1:])


# Readouts


@pytest.mark.parametrize("point", some_points())
def test_a_readout_says_what_arch_says(point):
    values, spec, base = readout(point), spec_of(point), SPECS[point.baseline]
    price = cost(spec)
    ideal, actual = multipliers(spec, base)
    assert values["macs"] == format_count(price.macs)
    assert values["params"] == format_count(price.params)
    assert values["width"] == format_ratio(ideal.width)
    assert values["depth"] == format_ratio(ideal.depth)
    assert values["resolution"] == format_ratio(ideal.resolution)
    assert values["ideal"] == format_ratio(ideal.macs)
    assert values["actual_width"] == format_ratio(actual.width)
    assert values["actual_depth"] == format_ratio(actual.depth)
    assert values["actual"] == format_ratio(actual.macs)
    assert values["pixels"] == spec.resolution


@pytest.mark.parametrize("point", some_points(10, seed=1))
def test_columns_say_what_arch_says_of_each_stage(point):
    values, network = readout(point), resolve(spec_of(point))
    price = cost(network)
    stages = list(price.by_stage().values())
    for i, sums in enumerate(stages):
        assert values[f"macs{i}"] == round(100 * sums.macs / price.macs)
        assert values[f"params{i}"] == round(100 * sums.params / price.params)
    inner = range(1, len(stages) - 1)
    assert sum(values[f"blocks{i}"] for i in inner) == len(network.blocks)
    for i, stage in zip(inner, range(2, len(stages)), strict=True):
        last = [block for block in network.blocks if block.stage == stage][-1]
        assert values[f"channels{i}"] == last.out_channels
        assert values[f"size{i}"] == last.out_size
    assert values["channels0"] == network.stem.out_channels


def test_all_readouts_of_a_baseline_have_the_same_places_in_the_same_order():
    for baseline in BASELINES:
        orders = {tuple(readout(p)) for p in some_points() if p.baseline == baseline}
        assert len(orders) == 1


def test_values_need_no_escaping_so_that_the_browser_fills_places_as_python_does():
    for point in some_points():
        assert not re.search(r"[<>&\"{}]", "".join(map(str, readout(point).values())))


def test_readouts_are_small():
    sizes = [
        len(json.dumps(list(readout(point).values()), separators=(",", ":")))
        for point in some_points(200, seed=2)
    ]
    assert sum(sizes) / len(sizes) < 1100
    assert max(sizes) < 2000


# Accuracies


@pytest.mark.parametrize("name", [f"b{n}" for n in range(8)])
def test_presets_are_the_released_networks(name):
    settled = settle(CONTROLS.from_line(f"scaling-lab: preset={name.upper()}"))
    point = lab.point_of(settled)
    assert cost(spec_of(point)).macs == cost(VARIANTS[name]).macs
    assert resolve(spec_of(point))[1:] == resolve(VARIANTS[name])[1:]
    assert f"{facts.IMAGENET[name].top1}%" in readout(point)["said"]
    assert readout(point)["star"] == "visible"


def test_presets_of_the_cifar_base_are_the_recorded_networks():
    runs = finished(recorded("scaling"))
    fixed = bench("CIFAR-base")
    found = {cost(spec_of(Point("CIFAR-base", *f))).macs for f in fixed.presets.values()}
    assert found == {run.cost.macs for run in runs}
    for landmark in fixed.own:
        own = [100 * r.test_accuracy for r in runs if r.cost.macs == landmark.macs]
        assert landmark.accuracy == pytest.approx(sum(own) / len(own))
        assert landmark.seeds == len(own)


@pytest.mark.parametrize("point", some_points(80, seed=3))
def test_no_accuracy_is_shown_but_that_of_a_known_network(point):
    values, fixed = readout(point), bench(point.baseline)
    layers = resolve(spec_of(point))[1:]
    same = [mark for mark in fixed.own if resolve(mark.spec)[1:] == layers]
    assert (values["star"] == "visible") == bool(same)
    assert ("%" in values["said"]) == bool(same)
    assert values["preset"] == (same[0].name if same else CUSTOM)
    if not same:
        assert "its own accuracy is not" in values["where"]


def test_a_network_that_rounding_makes_a_known_one_is_that_one():
    b1 = VARIANTS["b1"]
    values = readout(Point("B0", 1.0, 1.2, b1.resolution / B0.resolution))
    assert b1.depth_mult != 1.2
    assert values["preset"] == "B1"


def test_the_known_networks_next_in_macs_are_named_and_ringed():
    values = readout(Point("B0", 1.0, 2.0, 1.0))
    macs = cost(scaled(B0, depth=2.0)).macs
    below = max((m for m in bench("B0").own if m.macs <= macs), key=lambda m: m.macs)
    assert f"between {below.name} ({below.accuracy}%)" in values["where"]
    assert values["ring0"] == values["ring1"] == "visible"
    smallest = readout(Point("B0", 0.5, 0.5, 0.5))
    assert "below B0" in smallest["where"]
    assert smallest["ring1"] == "hidden"
    assert "beyond B7" in readout(Point("B0", 2.5, 4.0, 3.0))["where"]


def test_several_seeds_become_a_mean_with_an_error():
    first = next(run for run in recorded("scaling") if run.family == "width")
    second = replace(
        first, plan=replace(first.plan, seed=99), test_accuracy=first.test_accuracy - 0.02
    )
    [landmark] = recorded_landmarks([first, second])
    assert landmark.seeds == 2
    assert landmark.accuracy == pytest.approx(100 * first.test_accuracy - 1)
    assert landmark.error == pytest.approx(2**0.5)
    assert landmark.name == first.spec.name.replace(" ", "-")


def test_published_networks_are_hollow_and_recorded_ones_have_the_look_of_their_family():
    assert Landmark("x", 1, 50.0).look.hollow
    assert not Landmark("x", 1, 50.0, family="width").look.hollow


def test_an_unknown_baseline_is_named():
    with pytest.raises(ValueError, match="baseline is 'b9'; it must be one of B0, CIFAR-base"):
        bench("b9")


# Templates


@pytest.mark.parametrize("baseline", BASELINES)
def test_every_place_has_a_value_and_nearly_every_value_a_place(baseline):
    fixed = bench(baseline)
    texts = [svg_template(fixed), summary_template(fixed), ledger_template(fixed)._repr_html_()]
    places = set(re.findall(r"\{(\w+)\}", " ".join([*texts, *value_templates().values()])))
    names = set(readout(Point(baseline, 1.0, 1.0, 1.0)))
    assert places <= names
    assert names - places == {"preset", "line"}


def test_the_ledger_has_ideal_over_actual():
    view = DEFINITION.view(CONTROLS.from_line("scaling-lab: preset=B7"))
    ideal, actual = multipliers(VARIANTS["b7"], B0)
    rows = {row[0]: row for row in view.ledger.rows}
    assert rows["ideal"][2] == format_ratio(ideal.depth)
    assert rows["actual"][2] == format_ratio(actual.depth)
    assert rows["actual"][4] == format_ratio(actual.macs)
    assert rows["in all"][3] == "600 pixels"


def test_filling_escapes_what_a_name_may_hold():
    assert fill("<p>{who}</p>", {"who": "a<b"}) == "<p>a&lt;b</p>"


# Drawing


def test_boxes_grow_with_what_they_stand_for():
    drawing = Drawing([Part("stem", 100, 4, 64), Part("head", 400, 1, 16)], 300, 100)

    def box(part):
        outline, edges = drawing.path(0, part)
        wide, tall = map(int, re.search(r"h(\d+)v(\d+)", outline).groups())
        return wide, tall, edges.count("h")

    small = box(Part("stem", 25, 1, 16))
    assert box(Part("stem", 100, 1, 16)) == (2 * small[0], small[1], 0)
    assert box(Part("stem", 25, 1, 64))[1] == pytest.approx(2 * small[1], abs=1)
    assert box(Part("stem", 25, 4, 16))[2] == 3  # the edges of three, before the last


@pytest.mark.parametrize("point", some_points(20, seed=5))
def test_boxes_stay_within_their_space(point):
    fixed = bench(point.baseline)
    right = 2 * 598
    for i, part in enumerate(parts(resolve(spec_of(point)))):
        numbers = re.search(
            r"M(-?\d+) (-?\d+)l(\d+) -?(\d+)h(\d+)v(\d+)", fixed.drawing.path(i, part)[0]
        )
        left, top, back, rise, wide, tall = map(int, numbers.groups())
        assert left >= -1
        assert left + back + wide <= right + 2
        assert top - rise >= -2
        assert top + tall <= 2 * 118 + 2


# States


def test_moving_a_dimension_unlinks_and_phi_links():
    state = settle(CONTROLS.default)
    assert state["preset"] == "B0"
    linked = settle({**state, "phi": 2.0}, "phi")
    assert linked["linked"]
    ideal = PAPER_COEFFICIENTS.multipliers(2)
    assert [linked[name] for name in DIMENSIONS] == pytest.approx(list(ideal[:3]), abs=1e-4)
    loose = settle({**linked, "width": 1.5}, "width")
    assert not loose["linked"]
    assert (loose["width"], loose["depth"]) == (1.5, linked["depth"])
    assert settle({**loose, "linked": True}, "linked")["width"] == linked["width"]


def test_a_preset_brings_its_baseline_and_a_baseline_keeps_the_factors():
    state = settle({**CONTROLS.default, "preset": "depth-x4", "linked": True}, "preset")
    assert (state["baseline"], state["linked"], state["preset"]) == (
        "CIFAR-base",
        False,
        "depth-x4",
    )
    other = settle({**state, "baseline": "B0"}, "baseline")
    assert other["depth"] == state["depth"]
    assert other["preset"] == CUSTOM


def test_choosing_custom_changes_nothing_but_the_link():
    state = settle({**CONTROLS.default, "phi": 1.0}, "phi")
    after = settle({**state, "preset": CUSTOM}, "preset")
    assert after == {**state, "linked": False}


def test_phi_gives_what_compound_scaling_gives():
    for baseline, base in SPECS.items():
        for phi in lab.PHIS:
            spec = compound_scaled(base, phi)
            found = spec_of(Point(baseline, *lab.phi_factors(phi)))
            assert resolve(found)[1:] == resolve(spec)[1:], (baseline, phi)


# The widget


def test_the_browser_gets_every_position_of_every_slider():
    sent = lab.scaling_lab().lab
    assert sent["factors"] == FACTORS
    assert [phi for phi, _ in sent["moves"]["phi"][1]] == list(CONTROLS.by_name["phi"].values)
    presets = set(CONTROLS.by_name["preset"].options) - {CUSTOM}
    assert {preset for preset, _ in sent["moves"]["preset"][1]} == presets
    assert len(json.dumps(sent)) < 60_000


@pytest.mark.parametrize("start", ["", "phi=2.5 linked=yes", "width=1.5 phi=3", "preset=depth-x4"])
@pytest.mark.parametrize("name", CONTROLS.by_name)
def test_what_the_browser_makes_of_a_move_is_what_python_settles_on(start, name):
    """It sets what a move's row says, and joins the words of a readout and of what is beside it."""
    sent = json.loads(json.dumps(lab.scaling_lab().lab))
    before = DEFINITION.view(CONTROLS.from_line(f"scaling-lab: {start}")).state
    control = CONTROLS.by_name[name]
    for value in getattr(control, "values", None) or getattr(control, "options", (True, False)):
        state = {**before, name: value}
        row = "phi" if name == "linked" and value else name
        always, pairs = sent["moves"].get(row, ({}, []))
        found = {**state, **always, **dict(pairs).get(state[row], {})}
        values = readout(lab.point_of(found))
        found["preset"] = values["preset"]
        assert found == settle(state, name)
        words = (dict(sent["words"][one])[found[one]] for one in ("phi", "linked"))
        assert CONTROLS.to_line(found) == f"{sent['name']}: {values['line']} {' '.join(words)}"


def test_readouts_are_answered_in_the_order_in_which_they_were_asked_for(monkeypatch):
    panel, sent = lab.scaling_lab(), []
    monkeypatch.setattr(panel, "send", sent.append)
    points = [["B0", width, 1, 1] for width in FACTORS["width"]]
    panel.answer({"points": points})
    [message] = sent
    assert message["points"] == points
    names = panel.lab["looks"]["B0"]["names"]
    first = dict(zip(names, message["readouts"][0], strict=True))
    assert first == readout(Point("B0", 0.5, 1.0, 1.0))
    json.dumps(message, allow_nan=False)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([["B0", 1, 1, 1]] * 49, "49 readouts were asked for; 48 are the most"),
        ([["B0", 99, 1, 1]], "width is 99"),
        ([["B9", 1, 1, 1]], "baseline is 'B9'"),
    ],
)
def test_readouts_that_there_are_none_of_are_refused(points, message):
    with pytest.raises(ValueError, match=message):
        lab.readouts(points)


def test_the_kernel_answers_a_state_with_its_readout():
    panel = lab.scaling_lab("scaling-lab: preset=B2", hide=["phi", "linked"])
    assert [control["name"] for control in panel.controls] == [
        "baseline",
        "preset",
        "width",
        "depth",
        "resolution",
    ]
    panel.answer({"serial": 3, "state": panel.state, "changes": [["depth", 3.0]]})
    assert panel.view["serial"] == 3
    assert panel.view["state"]["preset"] == CUSTOM
    assert panel.view["readout"] == list(
        readout(Point("B0", 1.1, 3.0, panel.state["resolution"])).values()
    )
    assert panel.view["picture"] == ""
    assert panel.line.startswith("scaling-lab: baseline=B0 preset=custom width=1.1 depth=3 ")
