"""The Pareto explorer shows what the records say, for any state."""

import math
import re
from dataclasses import replace
from statistics import fmean, stdev
from xml.etree import ElementTree

import pytest

from effnet_lab.records.labels import Labels
from effnet_lab.records.runs import recorded
from effnet_lab.view import pareto_front, style
from effnet_lab.view.style import format_count
from effnet_lab.widgets.pareto_explorer import definition

SVG = "{http://www.w3.org/2000/svg}"
QUICK = recorded("quick")
AXES = ("MACs", "parameters", "activations", "seconds of training")
MEASURES = {"validation accuracy": "val_accuracy", "test accuracy": "test_accuracy"}


def run(name, accuracy, seed=0, family="width", of="base", **changes):
    """Make a run of a recorded network under another name; `changes` are of the record."""
    found = next(r for r in QUICK if of in (r.family, r.spec.name))
    spec = replace(found.spec, name=name, num_classes=10 + sum(map(ord, name)) % 500)
    last = replace(found.history[-1], val_accuracy=accuracy)
    plan = replace(found.plan, spec=spec, seed=seed, labels=Labels(family=family))
    made = replace(found, plan=plan, history=(last,), test_accuracy=accuracy / 2)
    return replace(made, **changes)


MINE = run("mine", 0.58, family="", of="compound x2")
DEFINITION = definition(QUICK)
WITH_MINE = definition(QUICK, you=MINE)


def state(at=DEFINITION, **changes):
    return at.controls.check(changes)


def groups(records):
    """Name -> its runs, averaged by hand."""
    found = {}
    for record in records:
        found.setdefault(record.spec.name, []).append(record)
    return found


def price(runs, axis):
    if axis == "seconds of training":
        return fmean(record.seconds for record in runs)
    return getattr(runs[0].cost, {"MACs": "macs", "parameters": "params"}.get(axis, axis))


def titles(view):
    """What a mouse that rests on a marker is told: name -> the rest."""
    root = ElementTree.fromstring(view.picture)
    return dict(title.text.split(", ", 1) for title in root.iter(f"{SVG}title"))


def networks(root):
    """The groups of a picture that are a network each."""
    return [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]


def every_state(at=DEFINITION):
    controls = at.controls.by_name
    for name, control in controls.items():
        for value in getattr(control, "values", None) or control.options:
            yield state(at, **{name: value})
    for axis in AXES:
        for family in controls["families"].options:
            yield state(at, x=axis, families=family, budget=2, y="test accuracy")


def test_points_are_means_over_seeds():
    for words, measure in MEASURES.items():
        shown = titles(DEFINITION.view(state(y=words)))
        assert shown.keys() == groups(QUICK).keys()
        for name, runs in groups(QUICK).items():
            values = [100 * getattr(record, measure) for record in runs]
            wanted = f"{fmean(values):.1f}% ± {stdev(values):.1f} ({len(runs)} seeds)"
            assert shown[name].startswith(wanted)
            assert shown[name].endswith(f"{format_count(runs[0].cost.macs)} MACs")


def test_points_stand_where_axes_say():
    """Two grid lines give each axis; error bars end one standard deviation from the mean."""
    for axis in AXES[:3]:
        root = ElementTree.fromstring(DEFINITION.view(state(x=axis)).picture)
        ticks = {e.text: (float(e.get("x")), float(e.get("y"))) for e in root.iter(f"{SVG}text")}
        percents = [(int(t), y - 5) for t, (x, y) in ticks.items() if t.isdigit() and x < 60]
        counts = [
            (float(t[:-2]) * {"K": 1e3, "M": 1e6}[t[-1]], x)
            for t, (x, _) in ticks.items()
            if re.fullmatch(r"[\d.]+ [KM]", t)
        ]
        (low, low_y), *_, (high, high_y) = percents
        (few, few_x), *_, (many, many_x) = counts
        for group in networks(root):
            name = group.find(f"{SVG}title").text.split(",")[0]
            runs = groups(QUICK)[name]
            values = [100 * record.val_accuracy for record in runs]
            place = next(e.get("transform") for e in group if e.get("transform"))
            x, y = map(float, place.removeprefix("translate(").rstrip(")").split(","))
            share = math.log(price(runs, axis) / few) / math.log(many / few)
            assert x == pytest.approx(few_x + share * (many_x - few_x), abs=0.3)
            slope = (high_y - low_y) / (high - low)
            assert y == pytest.approx(low_y + slope * (fmean(values) - low), abs=0.3)
            bar = next(e.get("d") for e in group if e.tag == f"{SVG}path")
            top, bottom = map(float, re.fullmatch(r"M\S+ (\S+)h10m-5 0V([\d.]+)m.*", bar).groups())
            assert bottom - top == pytest.approx(-2 * stdev(values) * slope, abs=0.3)


def test_the_front_is_that_of_the_records():
    for axis in AXES:
        for words, measure in MEASURES.items():
            view = DEFINITION.view(state(x=axis, y=words))
            means = {
                n: fmean(getattr(r, measure) for r in runs) for n, runs in groups(QUICK).items()
            }
            points = [(price(runs, axis), means[n]) for n, runs in groups(QUICK).items()]
            names = [list(means)[i] for i in pareto_front(points)]
            assert f"On the Pareto front: {', '.join(names)}." in view.alt


@pytest.mark.parametrize("axis", AXES)
def test_a_budget_greys_what_it_does_not_buy(axis):
    base = price(groups(QUICK)["cifar_base"], axis)
    for budget in DEFINITION.controls.by_name["budget"].values:
        view = DEFINITION.view(state(x=axis, budget=budget))
        root = ElementTree.fromstring(view.picture)
        bought = set()
        for group in networks(root):
            if group.get("opacity") == "1":
                bought.add(group.find(f"{SVG}title").text.split(",")[0])
        affordable = {
            name: fmean(record.val_accuracy for record in runs)
            for name, runs in groups(QUICK).items()
            if price(runs, axis) <= budget * base
        }
        assert bought == affordable.keys()
        best = max(affordable, key=affordable.get)
        assert view.summary.startswith(f"Within {budget:g} x the base's {axis}: {best} is best")
        assert view.ledger.rows[1][1] == best


def test_the_last_budget_buys_everything_on_every_axis():
    last = DEFINITION.controls.by_name["budget"].values[-1]
    for axis in AXES:
        most = max(price(runs, axis) for runs in groups(QUICK).values())
        assert most <= last * price(groups(QUICK)["cifar_base"], axis)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ((0.60, 0.61, 0.59), (0.50, 0.51, 0.49), "10.0 points behind, more than noise."),
        ((0.60, 0.64, 0.56), (0.58, 0.60, 0.57), "within noise."),
        # Differences of 5 and 7 points: with one degree of freedom, t is 12.7.
        ((0.60, 0.62), (0.55, 0.55), "within noise."),
        ((0.60, 0.62), (0.399, 0.401), "21.0 points behind, more than noise."),
        ((0.90,), (0.50, 0.51, 0.49), "with one seed, that may be luck."),
    ],
)
def test_within_noise_is_said_where_the_spread_does_not_tell_them_apart(first, second, said):
    runs = [
        run(name, accuracy, seed)
        for name, values in (("one", first), ("other", second))
        for seed, accuracy in enumerate(values)
    ]
    view = definition(runs).view(definition(runs).controls.default)
    assert "one is best" in view.summary
    assert view.summary.endswith(said)


def test_networks_of_other_training_are_not_compared():
    one, other = (run("one", a, n) for n, a in enumerate((0.6, 0.61))), run("other", 0.5)
    longer = replace(other, plan=replace(other.plan, pictures=2 * other.plan.pictures))
    both = definition([*one, longer])
    said = both.view(both.controls.default).summary
    assert said.endswith(
        f"not comparable: trained on {other.plan.pictures:,} and {longer.plan.pictures:,} pictures."
    )


def test_a_budget_that_buys_one_network_or_none():
    runs = [run("one", 0.5, family="base"), run("small", 0.4, of="compound x2")]
    only = definition(runs).view(definition(runs).controls.check({"budget": 1}))
    assert only.summary.endswith("(one seed), and the only one.")
    both = definition([*runs, run("great", 0.9, family="depth", of="compound x4")])
    at = both.controls.check({"families": "depth", "budget": 1})
    assert "one is best" in both.view(at).summary
    without = [r for r in QUICK if r.family == "width"]
    assert definition(without).view(definition(without).controls.check({"budget": 1})).ledger


def test_points_are_stepped_through_cheapest_first():
    costs, names = [], []
    for place in DEFINITION.controls.by_name["point"].values:
        view = DEFINITION.view(state(point=place))
        name = view.ledger.rows[0][1]
        assert view.values["point"] == f"{place} of {len(groups(QUICK))}: {name}"
        names.append(name)
        costs.append(groups(QUICK)[name][0].cost.macs)
        root = ElementTree.fromstring(view.picture)
        ring = next(e for e in root.iter(f"{SVG}circle") if e.get("r") == "13")
        marker = next(
            g for g in networks(root) if g.find(f"{SVG}title").text.startswith(f"{name},")
        )
        place = next(e.get("transform") for e in marker if e.get("transform"))
        assert place == f"translate({ring.get('cx')},{ring.get('cy')})"
    assert costs == sorted(costs)
    assert set(names) == groups(QUICK).keys()


def test_the_ledger_is_the_chosen_network_of_the_records():
    for place in DEFINITION.controls.by_name["point"].values:
        view = DEFINITION.view(state(point=place))
        cells = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in view.ledger.rows[0]]
        row = dict(zip(view.ledger.columns, cells, strict=True))
        runs = groups(QUICK)[row["network"]]
        one, seconds = runs[0], [record.seconds for record in runs]
        assert row["MACs"] == format_count(one.cost.macs)
        assert row["parameters"] == format_count(one.cost.params)
        assert row["activations"] == format_count(one.cost.activations)
        assert row["seconds"] == f"{fmean(seconds):.0f} ± {stdev(seconds):.0f}"
        for column, measure in (("validation, %", "val_accuracy"), ("test, %", "test_accuracy")):
            values = [100 * getattr(record, measure) for record in runs]
            assert row[column] == f"{fmean(values):.1f} ± {stdev(values):.1f}"
        assert row["seeds"] == ", ".join(str(s) for s in sorted(r.plan.seed for r in runs))
        said = view.ledger.caption
        assert f"width {one.spec.width_mult:g}, depth {one.spec.depth_mult:g}" in said
        assert f"{one.spec.resolution} pixels; {one.plan.pictures:,} training pictures" in said
        assert f"learning rate {one.plan.recipe.learning_rate:g}, flips, shifts of 6.25%" in said


def test_the_history_has_a_line_for_each_seed_and_a_corner_for_each_epoch():
    long = recorded("scaling")
    at, last = definition(long), long[0].plan.pictures
    for place in at.controls.by_name["point"].values:
        view = at.view(at.controls.check({"point": place}))
        runs = groups(long)[view.ledger.rows[0][1]]
        root = ElementTree.fromstring(view.picture)
        lines = [e.get("d") for e in root.iter(f"{SVG}path") if e.get("stroke-width") == "1.4"]
        assert len(lines) == len(runs)
        pairs = []
        for line, record in zip(lines, runs, strict=True):
            corners = [tuple(map(float, corner.split())) for corner in line[1:].split("L")]
            for (x, y), epoch in zip(corners, record.history, strict=True):
                assert x - 578 == pytest.approx(134 / 1.05 * epoch.pictures / last, abs=0.1)
                pairs.append((epoch.val_accuracy, y))
        (low, low_y), (high, high_y) = min(pairs), max(pairs)
        assert high_y < low_y
        for value, y in pairs:
            share = (value - low) / (high - low)
            assert y == pytest.approx(low_y + share * (high_y - low_y), abs=0.15)


def test_your_network_is_a_star_among_the_others():
    view = WITH_MINE.view(WITH_MINE.controls.default)
    assert "You: mine (yours), 58.0% (one seed)" in view.alt
    assert titles(view)["mine (yours)"].startswith("58.0% (one seed)")
    root = ElementTree.fromstring(view.picture)
    stars = [p for p in root.iter(f"{SVG}polygon") if len(p.get("points").split()) in (10, 11)]
    assert len(stars) == 2  # in the plot, in the legend
    assert all(star.get("fill") == "currentColor" for star in stars)
    places = [WITH_MINE.view(state(WITH_MINE, point=p)).ledger.rows[0][1] for p in range(1, 11)]
    assert "mine (yours)" in places
    assert not any("you" in title for title in titles(DEFINITION.view(state())))


def test_a_family_is_shown_with_the_base_and_yours_only():
    view = WITH_MINE.view(state(WITH_MINE, families="depth"))
    depths = {run.spec.name for run in recorded() if run.family == "depth"}
    assert titles(view).keys() == {"cifar_base", "mine (yours)", *depths}
    late = WITH_MINE.view(state(WITH_MINE, families="depth", point=10))
    shown = len(titles(view))
    assert late.state == state(WITH_MINE, families="depth", point=shown)
    assert late.summary.startswith(f"There are only {shown} here.")


def test_families_have_the_colours_and_shapes_of_the_course():
    root = ElementTree.fromstring(DEFINITION.view(state(families="width")).picture)
    for group in networks(root):
        name = group.find(f"{SVG}title").text
        fill = next(e.get("fill") for e in group if e.get("transform"))
        assert fill == style.FAMILIES["width" if name.startswith("width") else "base"].colour


def test_shorter_trainings_are_hollow_and_points_of_their_own():
    both = definition([*QUICK, *recorded("scaling")], you=MINE)
    root = ElementTree.fromstring(both.view(both.controls.default).picture)
    hollow = []
    for group in networks(root):
        face = next(e.get("fill") for e in group if e.get("transform"))
        hollow += [group.find(f"{SVG}title").text.split(",")[0]] * face.startswith("var(")
    assert sorted(hollow) == sorted(groups(QUICK))  # a star is never hollow
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words[-2:] == ["filled: 270 K pictures", "hollow: fewer"]
    assert "hollow: fewer" not in DEFINITION.view(state()).picture


def test_your_networks_can_stand_alone():
    alone = definition([], you=[MINE])
    assert "mine (yours) is best" in alone.view(alone.controls.default).summary


@pytest.mark.parametrize("name", ["scaling", "grid", "toy"])
def test_any_recording_can_be_explored(name):
    at = definition(recorded(name))
    for found in every_state(at):
        ElementTree.fromstring(at.view(found).picture)


def test_runs_that_did_not_finish_are_left_out():
    stopped = replace(QUICK[0], status="stopped", test_accuracy=None, test_loss=None)
    rest = [r for r in QUICK if r.spec.name != stopped.spec.name]
    view = definition([*rest, stopped]).view(definition(rest).controls.default)
    assert stopped.spec.name not in titles(view)


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match="no records"):
        definition([])
    with pytest.raises(ValueError, match="none of the 1 records is a finished run"):
        definition([replace(QUICK[0], status="stopped")])
    with pytest.raises(ValueError, match="different data"):
        definition(QUICK, you=recorded("toy")[0])
