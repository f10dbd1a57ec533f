from dataclasses import replace
from functools import cache

import pytest

import tiny
from effnet_lab import CIFAR_BASE, Labels, RunStore, cost, multipliers, recorded
from effnet_lab.records.compare import compare
from effnet_lab.records.runs import recorded_names
from effnet_lab.records.statistics import results
from effnet_lab.training import study
from effnet_lab.training.data import load_data
from effnet_lab.training.study import (
    Member,
    architecture_members,
    plans,
    recipe_members,
    scaling_families,
    train_curve,
)


@cache
def members_of(name: str) -> list[Member]:
    return study.STUDIES[name].members()


def test_families_are_matched_by_what_they_cost():
    base = cost(CIFAR_BASE).macs
    members = scaling_families(factors=(2, 4))
    families = ("width", "depth", "resolution", "compound")
    assert [member.labels.family for member in members] == [
        "base",
        *(family for family in families for _ in (2, 4)),
    ]
    ratios = [cost(member.spec).macs / base for member in members]
    for ratio, factor in zip(ratios, [1, 2, 4, 2, 4, 2, 4, 2, 4], strict=True):
        assert abs(ratio / factor - 1) <= 0.1


def test_each_family_grows_along_its_own_direction_only():
    for spec, labels, *_ in scaling_families()[1:]:
        changed = {
            "width": spec.width_mult > 1,
            "depth": spec.depth_mult > 1,
            "resolution": spec.resolution > CIFAR_BASE.resolution,
        }
        grown = {name for name, is_changed in changed.items() if is_changed}
        # The smallest compound step asks for less than one more layer.
        assert len(grown) >= 2 if labels.family == "compound" else grown == {labels.family}


@pytest.mark.slow
def test_a_candidate_of_the_grid_is_labelled_with_its_coefficients():
    base, *others = members_of("grid")
    assert base == Member(CIFAR_BASE)
    for spec, labels, *_ in others:
        assert labels.family == "grid"
        asked, (ideal, actual) = labels.coefficients, multipliers(spec, CIFAR_BASE)
        grown = (ideal.depth, ideal.width, ideal.resolution)
        for wanted, found in zip((asked.alpha, asked.beta, asked.gamma), grown, strict=True):
            # To meet its budget, a network may shift a little in what it does not scale.
            assert wanted > 1 or found == pytest.approx(1, abs=0.16)
        assert actual.macs == pytest.approx(2, rel=0.1)


def test_a_recipe_member_differs_from_the_base_in_what_its_label_says():
    base, *others = recipe_members()
    assert base == Member(CIFAR_BASE)
    for spec, labels, recipe, _ in others:
        network = replace(spec, name=CIFAR_BASE.name)
        assert labels.family == "recipe"
        assert (network == CIFAR_BASE) != (recipe == base.recipe)
    changed = {member.labels["ingredient"]: member for member in others}
    assert changed["drop path 0.2"].spec.drop_path_rate == 0.2
    assert changed["AutoAugment"].recipe == replace(base.recipe, policy="autoaugment")


def test_architectures_differ_in_one_respect_at_equal_macs():
    base, *others = architecture_members()
    for member in others:
        assert abs(cost(member.spec).macs / cost(base.spec).macs - 1) <= 0.1
    specs = {member.labels["ingredient"]: member.spec for member in others}
    assert cost(specs["no squeeze-excite"]).by_kind().keys() == {
        "stem",
        "expand",
        "depthwise",
        "project",
        "norm",
        "head",
        "classifier",
    }
    assert specs["ReLU"] == replace(CIFAR_BASE, name="ReLU", activation="relu")
    assert "expand" not in cost(specs["no expansion"]).by_kind()
    assert cost(specs["bottleneck"]).by_kind().keys() == {
        "stem",
        "bottleneck",
        "norm",
        "head",
        "classifier",
    }


def test_every_member_is_planned_with_every_seed_on_equal_pictures():
    data = tiny.data()
    made = plans([Member(tiny.NET, recipe=tiny.RECIPE)], data, 640, seeds=(0, 1))
    assert [plan.seed for plan in made] == [0, 1]
    assert {plan.recipe for plan in made} == {tiny.RECIPE}
    assert {plan.pictures for plan in made} == {640}
    assert {plan.labels for plan in made} == {Labels(family="base")}


#: Whose networks are found by a search that takes seconds.
SEARCHED = ("from24", "grid", "scaling", "toy")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] * (name in SEARCHED))
        for name in recorded_names()
    ],
)
def test_a_recording_holds_what_its_study_declares(name):
    """So that running the study again finds these runs done."""
    declared, members = study.STUDIES[name], members_of(name)
    if recorded(name)[0].plan.recipe.micro_batch == 0:
        members = first_edition(name)
    for record in recorded(name):
        assert record.plan.data == declared.data
        assert record.plan.seed in declared.seeds
        trained = (record.spec, record.labels, record.plan.recipe)
        assert trained in [member[:3] for member in members]


def first_edition(name: str) -> list[Member]:
    """Return the members as they were before micro-batches; until all are recorded anew."""
    before = {"batch_size": 128, "micro_batch": 0}
    keywords = getattr(study.STUDIES[name].members, "keywords", {})
    if "may_exceed" in keywords:
        options = {k: v for k, v in keywords.items() if k not in ("may_exceed", "seeds")}
        base = study.STUDIES[name].members.args
        members = scaling_families(*base, **options)
    else:
        members = members_of(name)
    return [m._replace(recipe=replace(m.recipe, **before)) for m in members]


def test_no_candidate_is_better_than_the_first_guess_beyond_noise():
    """What the comment on `CANDIDATES` says."""
    base, *others = results(recorded("minute"), "val_accuracy")
    assert base.recipe == study.FIRST_GUESS
    assert {r.labels["ingredient"] for r in others} == study.CANDIDATES.keys()
    assert not [found for found in compare([base, *others]).against(base) if found.told_apart]


def test_a_family_that_may_not_exceed_its_targets_is_just_below_them():
    """Within 2% where rounding allows."""
    base = cost(CIFAR_BASE).macs
    made = scaling_families(factors=(2, 4), may_exceed=False, seeds={1: 5, 4: 5})
    assert [member.seeds for member in made] == [5, *(3, 5) * 4]
    for member, factor in zip(made[1:], (2, 4) * 4, strict=True):
        share = cost(member.spec).macs / (factor * base)
        assert 0.9 < share <= 1
        assert share > 0.98 or member.labels.family == "depth"


def test_a_member_is_trained_with_its_number_of_seeds(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(study, "load_data", lambda *_: tiny.data())
    monkeypatch.setattr(study, "sweep", lambda made, *_, **__: asked.extend(made) or [])
    members = [Member(tiny.NET, recipe=tiny.RECIPE, seeds=seeds) for seeds in (1, 3)]
    declared = study.Study("toy", "320 pictures", lambda: members, (0, 1, 2, 3))
    monkeypatch.setitem(study.STUDIES, "toy", declared)
    study.run_study("toy", RunStore(tmp_path / "runs.jsonl"))
    assert [plan.seed for plan in asked] == [0, 0, 1, 2]


def test_the_recorded_study_is_matched_within_a_tenth():
    base = next(record for record in recorded() if record.family == "base").cost.macs
    for record in recorded():
        nearest = min(
            (0.6, 1, 2, 4, 8), key=lambda factor: abs(record.cost.macs / (factor * base) - 1)
        )
        assert abs(record.cost.macs / (nearest * base) - 1) <= 0.1


@pytest.fixture(scope="module")
def toy():
    return load_data("toy", quiet=True)


MEMBERS = [Member(tiny.NET), Member(tiny.NET, Labels(family="width"))]


@pytest.mark.slow
def test_a_curve_trains_all_members_and_leaves_only_records(toy, tmp_path):
    store = RunStore(tmp_path / "curve.runs.jsonl")
    records = train_curve(toy, "1024 pictures", store, members=MEMBERS[:1], seeds=(0, 1), workers=1)
    assert [record.plan.pictures for record in records] == [1024, 1024]
    assert [record.family for record in records] == ["base", "base"]
    assert [path.name for path in tmp_path.iterdir()] == ["curve.runs.jsonl"]


def test_an_interrupted_curve_keeps_to_its_number_of_pictures(toy, tmp_path, monkeypatch):
    store = RunStore(tmp_path / "curve.runs.jsonl")
    asked = []

    def interrupted(made, store, **_):
        asked.append({plan.pictures for plan in made})
        return []

    monkeypatch.setattr(study, "sweep", interrupted)
    monkeypatch.setattr(study, "_pictures_for_each", lambda *_: 1000 + len(asked))
    for budget in ("5m", "5m", "6m"):
        train_curve(toy, budget, store, members=MEMBERS[:1], workers=1)
    assert asked == [{1000}, {1000}, {1002}]


@pytest.mark.slow
def test_a_budget_in_seconds_is_shared_out(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(study, "seconds_per_picture", _one_millisecond)
    pictures = study._pictures_for_each(
        study.Budget(seconds=100), MEMBERS, toy, study.choose_workplace(2), 1
    )
    # Two networks side by side, at a millisecond a picture, less the time to ask.
    most = 100 * study.TRAINING_SHARE / 0.001
    assert most - 20_000 < pictures <= most


def _one_millisecond(spec, recipe, threads):
    return 0.001


def test_four_times_the_macs_are_clearly_better_on_the_toy_set():
    scores = {
        name: [record.test_accuracy for record in recorded("toy") if record.spec.name == name]
        for name in ("cifar_base", "resolution x4", "compound x4")
    }
    assert [len(runs) for runs in scores.values()] == [3, 3, 3]
    for name in ("resolution x4", "compound x4"):
        assert min(scores[name]) > max(scores["cifar_base"]) + 0.1


@pytest.mark.parametrize(
    ("right", "guesses"), [(80, True), (128, True), (129, False), (None, False)]
)
def test_a_network_guesses_until_it_is_better_than_luck(right, guesses):
    """Of 1,000 pictures and ten classes a guess gets 100 right, give or take 9.5."""
    data = tiny.data(other=1000)
    made = tiny.record(None if right is None else right / 1000)
    assert bool(study.still_guessing([made], data)) == guesses
