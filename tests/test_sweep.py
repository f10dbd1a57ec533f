import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

import tiny
from effnet_lab import Labels, RunStore
from effnet_lab.training.data import load_data
from effnet_lab.training.sweep import _Bar, sweep
from effnet_lab.training.train import Silent, train

KILLS = int(os.environ.get("EFFNET_LAB_KILLS", "3"))


@pytest.fixture(scope="module")
def toy():
    return load_data("toy", quiet=True)


def plans(toy, count=3, pictures=1024):
    plan = tiny.plan(pictures, data=toy.name, fingerprint=toy.fingerprint)
    return [replace(plan, seed=seed) for seed in range(count)]


def results(records):
    return [(r.key, r.status, r.test_accuracy, r.history[-1].val_loss) for r in records]


@pytest.fixture(scope="module")
def expected(toy):
    """What the plans give without workers."""
    return results([train(plan, toy, monitor=Silent()).record for plan in plans(toy)])


@pytest.mark.slow
def test_workers_give_the_same_bits_as_this_process(toy, expected, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    wanted = plans(toy)
    wanted[1] = replace(wanted[1], labels=Labels(family="width"))
    records = sweep(wanted, store, workers=2, progress=False)
    assert results(records) == expected
    assert [r.family for r in records] == ["", "width", ""]
    assert sorted(results(store)) == sorted(expected)
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]


@pytest.mark.slow
def test_what_is_recorded_is_not_run_again(toy, expected, tmp_path, monkeypatch):
    store = RunStore(tmp_path / "runs.jsonl")
    wanted = plans(toy)
    sweep(wanted[:2], store, workers=1, progress=False)
    before = store.path.read_text()
    records = sweep(wanted + wanted, store, workers=1, progress=False)
    assert results(records) == expected + expected
    assert store.path.read_text().startswith(before)
    assert len(store.path.read_text().splitlines()) == 3


@pytest.mark.slow
def test_a_killed_worker_costs_no_record_and_changes_no_bit(toy, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    wanted = plans(toy, 2, pictures=16_000)  # two epochs
    killed = []

    def kill_one_worker():
        partial = tmp_path / "runs.jsonl.partial"
        while not list(partial.glob("*.pt")):  # until one has an epoch to come back to
            time.sleep(0.05)
        import psutil

        for child in psutil.Process().children(recursive=True):
            if "loky" in " ".join(child.cmdline()) and "tracker" not in " ".join(child.cmdline()):
                child.send_signal(signal.SIGKILL)
                killed.append(child.pid)
                return

    killer = threading.Thread(target=kill_one_worker)
    killer.start()
    records = sweep(wanted, store, workers=2, progress=False)
    killer.join()
    assert killed
    assert [record.status for record in records] == ["finished"] * 2
    alone = train(wanted[0], toy, monitor=Silent()).record
    assert results(records[:1]) == results([alone])
    assert len(store.path.read_text().splitlines()) == 2


def test_the_time_left_is_positive_where_work_after_a_checkpoint_is_done_again(toy):
    (plan,) = plans(toy, 1)
    bar = _Bar([plan], visible=True)
    for share in (0.3, 0.25, 0.26):
        bar.show({plan.key: share})
    assert bar.bar.initial == 0.25 < bar.bar.n
    bar.close()


@pytest.mark.slow
def test_a_fault_in_a_run_is_raised_and_the_others_are_kept(toy, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    good, bad = plans(toy, 1)[0], replace(plans(toy, 1)[0], fingerprint="other")
    sweep([good], store, workers=1, progress=False)
    with pytest.raises(ValueError, match="fingerprint other"):
        sweep([good, bad], store, workers=1, progress=False)
    assert [record.key for record in store] == [good.key]


def test_no_workers_is_refused(toy, tmp_path):
    with pytest.raises(ValueError, match="workers is 0"):
        sweep(plans(toy), RunStore(tmp_path / "runs.jsonl"), workers=0)


def test_local_workers_and_a_cluster_exclude_each_other(toy, tmp_path):
    with pytest.raises(ValueError, match="give one of the two"):
        sweep(
            plans(toy), RunStore(tmp_path / "runs.jsonl"), workers=2, scheduler="tcp://localhost:1"
        )


def test_a_missing_dask_names_the_extra(toy, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    store = RunStore(tmp_path / "runs.jsonl")
    with pytest.raises(RuntimeError, match=r"pip install 'effnet-lab\[dask\]'"):
        sweep(plans(toy), store, scheduler="tcp://localhost:1", progress=False)
    assert list(tmp_path.iterdir()) == []


def test_dask_is_imported_only_when_used():
    code = "import sys, effnet_lab.training.sweep; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


CHILD = """
import sys, test_sweep, time
from effnet_lab import RunStore
from effnet_lab.training.data import load_data
from effnet_lab.training.sweep import _Bar, sweep
if __name__ == "__main__":
    wanted = test_sweep.plans(load_data("toy", quiet=True), 4, 16_000)
    print("begins", flush=True)
    sweep(wanted, RunStore(sys.argv[1]), workers=2)
"""


@pytest.mark.slow
def test_kill_9_of_the_driver_at_random_moments_loses_and_doubles_nothing(toy, tmp_path):
    wanted = plans(toy, 4, 16_000)
    store = RunStore(tmp_path / "runs.jsonl")
    command = [sys.executable, "-c", CHILD, str(store.path)]
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    finished: set[str] = set()
    for seed in range(KILLS):
        driver = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        driver.stdout.readline()
        time.sleep(random.Random(seed).uniform(0, 8))
        driver.kill()
        driver.communicate()
        now = {record.key for record in store}
        assert finished <= now
        finished = now
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert {record.key for record in store} == {plan.key for plan in wanted}
    keys = [line for line in store.path.read_text().splitlines() if line]
    assert len(keys) == 4
    clean = RunStore(tmp_path / "clean.jsonl")
    assert results(sweep(wanted, clean, workers=2, progress=False)) == results(
        sweep(wanted, store, workers=2, progress=False)
    )
