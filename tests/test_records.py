"""What every record promises, for each recording and each kind of run that there is."""

from dataclasses import fields, replace
from importlib import resources

import pytest

import tiny
from effnet_lab import Labels, NetworkSpec, Recipe, RunPlan, RunRecord, RunStore, recorded
from effnet_lab.records.runs import ADDED, Epoch, recorded_names

#: Without squeeze-and-excitation, which bottlenecks cannot have.
PLAIN = replace(tiny.NET, stages=tuple(replace(s, se_ratio=0) for s in tiny.NET.stages))


def record(status="finished", **plan) -> RunRecord:
    history = (Epoch(320, 1.0, 0.1, 2.0, 0.2, 1.9, 0.25),)
    made = tiny.record(status=status, versions={"torch": "2"}, **plan)
    return replace(made, history=history)


def with_recipe(**changes) -> RunRecord:
    return record(recipe=replace(tiny.RECIPE, **changes))


#: Kinds of run, and all that were recorded.
RECORDS = {
    "finished": [record()],
    "stopped": [record("stopped")],
    "diverged": [replace(record("diverged"), history=(), reason="the loss was nan")],
    "labelled": [record(labels=Labels(family="grid", alpha=1.4, ingredient="drop path"))],
    "named by a learner": [record(spec=replace(tiny.NET, name="Zoë's “net” $1\n"))],
    "averaged": [with_recipe(ema=0.99)],
    "augmented": [with_recipe(policy="autoaugment")],
    "unshuffled": [with_recipe(shuffle=False)],
    "whole batches": [with_recipe(micro_batch=0)],
    "bottlenecks": [record(spec=replace(PLAIN, block="bottleneck"))],
    **{name: recorded(name) for name in recorded_names()},
}

#: For each field that determines a result, another value than a plan of `PLAIN` has.
OTHERWISE = {
    RunPlan: {
        "spec": replace(tiny.NET, dropout=0.3),
        "data": "toy",
        "fingerprint": "other",
        "recipe": Recipe(),
        "pictures": 961,
        "seed": 1,
    },
    Recipe: {
        "batch_size": 33,
        "learning_rate": 0.2,
        "warmup": 0.3,
        "momentum": 0.8,
        "weight_decay": 0.0,
        "label_smoothing": 0.1,
        "flip": False,
        "shift": 0.25,
        "ema": 0.9,
        "policy": "autoaugment",
        "shuffle": False,
        "micro_batch": 16,
    },
    NetworkSpec: {
        "stages": PLAIN.stages[:1],
        "width_mult": 2.0,
        "depth_mult": 2.0,
        "resolution": 16,
        "num_classes": 5,
        "stem_channels": 16,
        "stem_stride": 2,
        "head_channels": 32,
        "fixed_ends": True,
        "channel_divisor": 8,
        "activation": "relu",
        "padding": "same",
        "norm_eps": 1e-5,
        "norm_momentum": 0.01,
        "dropout": 0.2,
        "drop_path_rate": 0.2,
        "block": "bottleneck",
    },
}


@pytest.fixture(params=RECORDS)
def runs(request) -> list[RunRecord]:
    return RECORDS[request.param]


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs.jsonl")


def test_it_is_one_line_from_which_it_comes_back_whole(runs):
    for run in runs:
        line = run.to_json()
        again = RunRecord.from_json(line)
        assert again == run
        assert again.key == run.key
        assert again.to_json() == line
        assert len(line.splitlines()) == 1


def test_its_key_is_its_own(runs):
    assert len({run.key for run in runs}) == len(runs)


def test_labels_and_names_are_outside_of_its_key(runs):
    for run in runs:
        renamed = replace(run.plan, spec=replace(run.spec, name="other"))
        assert renamed.key == run.key
        relabelled = run.labelled(family="you", beta=1.5)
        assert relabelled.labels == {"family": "you", "beta": 1.5}
        assert relabelled.key == run.key
        assert relabelled != run


def test_another_plan_under_its_key_is_refused(runs):
    line = runs[0].to_json()
    forged = line.replace(f'"pictures":{runs[0].plan.pictures},', '"pictures":7,', 1)
    assert forged != line
    with pytest.raises(ValueError, match="its plan has"):
        RunRecord.from_json(forged)


def test_a_store_gives_it_back_and_loses_only_what_was_torn(runs, store):
    """Wherever the last line ends: the lines before are kept, and the next is a line."""
    first, last = replace(runs[0], seconds=1.0), runs[-1].to_json()
    for cut in range(1, len(last), 1 + len(last) // 12):
        store.path.unlink(missing_ok=True)
        store.append(first)
        with store.path.open("a", encoding="utf-8") as file:
            file.write(last[:cut])
        assert store.records() == [first]
        store.append(record(seed=99))
        assert store.records() == [first, record(seed=99)]


#: Those that name a run for people.
NAMES = {RunPlan: {"labels"}, Recipe: set(), NetworkSpec: {"name"}}


@pytest.mark.parametrize("part", OTHERWISE)
def test_whatever_determines_the_result_is_part_of_the_key(part):
    assert OTHERWISE[part].keys() == {field.name for field in fields(part)} - NAMES[part]
    plan = tiny.plan(spec=PLAIN)
    for name, value in OTHERWISE[part].items():
        if part is RunPlan:
            other = replace(plan, **{name: value})
        else:
            place = {Recipe: "recipe", NetworkSpec: "spec"}[part]
            other = replace(plan, **{place: replace(getattr(plan, place), **{name: value})})
        assert other.key != plan.key, name
        assert RunPlan.from_dict(other.to_dict()) == other, name


@pytest.mark.parametrize("part", ADDED)
def test_a_field_that_was_added_later_is_left_out_of_lines_as_before(part):
    kind = {"spec": NetworkSpec, "recipe": Recipe}[part]
    assert ADDED[part].keys() <= {field.name for field in fields(kind)}
    before = tiny.plan(recipe=replace(tiny.RECIPE, **ADDED["recipe"])).to_dict()
    assert not ADDED[part].keys() & before[part].keys()
    assert before["threads"] == 1


@pytest.mark.parametrize("name", recorded_names())
def test_a_recorded_line_is_written_again_as_it_lies_in_its_file(name):
    file = resources.files("effnet_lab.records") / "recorded" / f"{name}.jsonl"
    assert [run.to_json() for run in recorded(name)] == file.read_text("utf-8").splitlines()
