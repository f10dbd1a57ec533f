import hashlib
import json

import pytest

import tiny
from effnet_lab import Budget, Recipe, RunPlan, RunRecord, RunStore, recorded
from effnet_lab.records.runs import ADDED, finished, priced, recorded_names


def record(seed=0, **changes) -> RunRecord:
    return tiny.record(seed=seed, **changes)


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "deep" / "runs.jsonl")


@pytest.mark.parametrize("line", ["", "{}", "[]", "7", '{"key": "x"}', "nonsense"])
def test_what_is_no_record_is_refused(line):
    with pytest.raises(ValueError, match="not a run record"):
        RunRecord.from_json(line)


#: Of each recording: how many runs, and a hash of their sorted keys, when labels were still part
#: of names.
KEYS = {
    "architectures": (15, "c78ee4eda63daa38"),
    "from24": (27, "81c0aad0e5da6cff"),
    "grid": (33, "b0ac5c15ca879867"),
    "minute": (33, "063024efc3f6158d"),
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
