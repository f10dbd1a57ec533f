import hashlib
import json
from dataclasses import fields, replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from effnet_lab import Budget, Labels, Recipe, RunPlan, RunRecord, RunStore, recorded
from effnet_lab.arch import NetworkSpec
from effnet_lab.records.runs import ADDED, Epoch, finished, priced, recorded_names


def record(seed=0, status="finished", accuracy=0.5, **changes) -> RunRecord:
    plan = tiny.plan(seed=seed)
    history = (Epoch(320, 1.0, 0.1, 2.0, 0.2, 1.9, 0.25),)
    tested = accuracy if status == "finished" else None
    values = {
        "plan": plan,
        "cost": priced(plan.spec),
        "history": history,
        "status": status,
        "reason": "",
        "test_accuracy": tested,
        "test_loss": tested,
        "seconds": 1.5,
        "versions": {"torch": "2"},
    }
    return RunRecord(**{**values, **changes})


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "deep" / "runs.jsonl")


def test_a_record_survives_json():
    assert RunRecord.from_json(record().to_json()) == record()


def test_a_record_whose_plan_was_changed_is_refused():
    changed = record().to_json().replace('"seed":0', '"seed":1')
    with pytest.raises(ValueError, match="its plan has"):
        RunRecord.from_json(changed)


@pytest.mark.parametrize("line", ["", "{}", "[]", "7", '{"key": "x"}', "nonsense"])
def test_what_is_no_record_is_refused(line):
    with pytest.raises(ValueError, match="not a run record"):
        RunRecord.from_json(line)


def test_the_key_changes_with_whatever_determines_the_result():
    plan = tiny.plan()
    changed = [
        replace(plan, pictures=961),
        replace(plan, seed=1),
        replace(plan, threads=2),
        replace(plan, fingerprint="other"),
        replace(plan, recipe=replace(plan.recipe, flip=False)),
        replace(plan, spec=replace(plan.spec, dropout=0.2)),
    ]
    assert len({p.key for p in [plan, *changed]}) == len(changed) + 1


def test_the_key_does_not_change_with_the_name_or_the_labels():
    plan = tiny.plan()
    assert replace(plan, spec=replace(plan.spec, name="other")).key == plan.key
    assert replace(plan, labels=Labels(family="width", alpha=1.2)).key == plan.key


#: Of each recording: how many runs, and a hash of their sorted keys, when labels were still part
#: of names.
KEYS = {
    "architectures": (15, "c78ee4eda63daa38"),
    "from24": (27, "81c0aad0e5da6cff"),
    "grid": (33, "b0ac5c15ca879867"),
    "quick": (39, "8a272529f061d8b9"),
    "recipes": (33, "50d623930eddaf5a"),
    "recipes_few": (33, "bc48d6ee67c22fd1"),
    "scaling": (39, "9f27b00bb759b81d"),
    "toy": (27, "038cdac0c4fe826d"),
}


@pytest.mark.parametrize("name", recorded_names())
def test_recorded_keys_are_what_they_were(name):
    keys = sorted(record.key for record in recorded(name))
    digest = hashlib.sha256(" ".join(keys).encode()).hexdigest()[:16]
    assert (len(keys), digest) == KEYS[name]


def test_a_line_with_its_family_beside_the_plan_is_refused_by_name(store):
    old = json.loads(record().to_json())
    del old["plan"]["labels"]
    store.path.parent.mkdir()
    store.path.write_text(json.dumps({**old, "family": "width"}) + "\n")
    with pytest.raises(ValueError, match=r"runs\.jsonl, line 1: not a run record: .*labels"):
        store.records()


def test_labels_survive_json_and_can_be_exchanged():
    made = record(plan=tiny.plan(labels=Labels(family="grid", alpha=1.4)))
    again = RunRecord.from_json(made.to_json())
    assert again == made
    assert again.labels == {"family": "grid", "alpha": 1.4}
    assert made.labelled(family="you").labels == Labels(family="you")
    assert made.labelled(family="you") != made
    assert made.labelled(family="you").key == made.key


def test_a_store_gives_back_what_was_appended(store):
    assert list(store) == []
    store.append(record(0))
    store.append(record(1))
    assert store.records() == [record(0), record(1)]
    assert store.get(record(1).key) == record(1)
    assert store.get("nothing") is None
    assert len(store) == 2


def test_a_finished_record_is_never_hidden_by_a_stopped_one(store):
    store.append(record(0))
    store.append(record(0, status="stopped"))
    assert store.records() == [record(0)]


def test_a_later_finished_record_replaces_a_stopped_one(store):
    store.append(record(0, status="stopped"))
    store.append(record(0))
    assert store.records() == [record(0)]


@given(cut=st.integers(1, len(record().to_json())))
def test_a_torn_last_line_costs_nothing_else(tmp_path_factory, cut):
    store = RunStore(tmp_path_factory.mktemp("torn") / "runs.jsonl")
    store.append(record(0))
    with store.path.open("a") as file:
        file.write(record(1).to_json()[:-cut])
    assert store.records() == [record(0)]
    store.append(record(2))
    assert store.records() == [record(0), record(2)]


def test_a_whole_line_that_is_no_record_is_named(store):
    store.append(record(0))
    with store.path.open("a") as file:
        file.write('{"my": "notes"}\n')
    with pytest.raises(ValueError, match=r"runs\.jsonl, line 2: not a run record"):
        store.records()


def test_every_recorded_run_is_whole_and_priced_as_now():
    runs = recorded()
    assert runs
    for run in runs:
        assert run.status == "finished"
        assert run.cost == priced(run.spec)
        assert 0.1 < run.test_accuracy < 1
        assert run.plan.data == "cifar10"


def recorded_lines():
    """Every line of every recording, as it lies in the file."""
    folder = resources.files("effnet_lab.records") / "recorded"
    files = [path for path in folder.iterdir() if path.name.endswith(".jsonl")]
    return [line for path in files for line in path.read_text("utf-8").splitlines()]


def test_every_recorded_line_is_written_again_as_it_was():
    lines = recorded_lines()
    assert len(lines) > 50
    for line in lines:
        assert RunRecord.from_json(line).to_json() == line


@pytest.mark.parametrize("part", ADDED)
def test_what_was_added_later_is_a_field_with_a_default_that_is_left_out(part):
    kind = {"spec": NetworkSpec, "recipe": Recipe}[part]
    assert ADDED[part].keys() <= {field.name for field in fields(kind)}
    assert not ADDED[part].keys() & tiny.plan().to_dict()[part].keys()


@pytest.mark.parametrize("change", [{"ema": 0.99}, {"policy": "autoaugment"}])
def test_what_was_added_later_names_another_run_and_survives_json(change):
    plan = tiny.plan(recipe=replace(tiny.RECIPE, **change))
    assert plan.key != tiny.plan().key
    assert plan.to_dict()["recipe"].items() >= change.items()
    changed = replace(record(), plan=plan)
    assert RunRecord.from_json(changed.to_json()) == changed


def test_a_field_that_is_left_out_is_read_as_what_was_done_before(monkeypatch):
    without = tiny.plan().to_dict()
    monkeypatch.setitem(ADDED["recipe"], "ema", 0.5)  # as if that had been done before
    assert RunPlan.from_dict(without).recipe.ema == 0.5


def test_an_unknown_recording_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"'nothing'.*scaling"):
        recorded("nothing")


def test_only_finished_runs_count():
    assert finished([record(), record(1, status="diverged"), record(2, status="stopped")]) == [
        record()
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Recipe(batch_size=0), "batch_size is 0"),
        (lambda: Recipe(learning_rate=float("nan")), "learning_rate is nan"),
        (lambda: Recipe(warmup=1.5), "warmup is 1.5"),
        (lambda: Recipe(shift=0.6), "shift is 0.6"),
        (lambda: Recipe(ema=1), r"ema is 1; .*0.99999"),
        (lambda: Recipe(policy="auto"), "policy is 'auto'; .*autoaugment, none"),
        (lambda: Budget(), "exactly one"),
        (lambda: Budget(seconds=1, epochs=1), "exactly one"),
        (lambda: Budget(seconds=0), "seconds is 0"),
        (lambda: tiny.plan(0), "pictures is 0"),
        (lambda: tiny.plan(seed=-1), "seed is -1"),
        (lambda: record(status="fine"), "status is 'fine'"),
    ],
)
def test_bad_values_are_named_with_their_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_plan_survives_json():
    plan = tiny.plan()
    assert RunPlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
