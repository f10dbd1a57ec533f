"""Sweeps on a real Dask cluster of two worker processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from test_sweep import plans, results

from effnet_lab import Labels, RunStore
from effnet_lab.training.data import load_data
from effnet_lab.training.sweep import _Job, _run, local_cluster, sweep

distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def toy():
    return load_data("toy", quiet=True)


@pytest.fixture(scope="module")
def wanted(toy):
    """Runs of two epochs: each has a checkpoint to come back to."""
    return plans(toy, 4, pictures=9_000)


@pytest.fixture(scope="module")
def local(wanted, tmp_path_factory):
    """What processes of this machine make of them."""
    store = RunStore(tmp_path_factory.mktemp("local") / "runs.jsonl")
    return results(sweep(wanted, store, workers=2, progress=False))


@pytest.fixture(scope="module")
def cluster():
    with local_cluster(2) as cluster:
        yield cluster


def lines(store):
    return [line for line in store.path.read_text().splitlines() if line]


@contextmanager
def in_the_background(function):
    thread = threading.Thread(target=function)
    thread.start()
    yield
    thread.join()


def wait_until(condition):
    while not condition():  # pytest's time limit ends it
        time.sleep(0.02)


def is_under_way(store):
    """Whether one run is recorded, and another has begun and told how far it is."""
    partial = store.path.with_name(f"{store.path.name}.partial")
    return store.path.exists() and any(partial.glob("*.progress"))


def test_a_cluster_gives_what_local_workers_give(wanted, local, cluster, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    labelled = [wanted[0], replace(wanted[1], labels=Labels(family="width"))]
    address = cluster.scheduler_address
    records = sweep(labelled, store, scheduler=address, progress=False)
    assert results(records) == local[:2]
    assert [record.family for record in records] == ["", "width"]
    before = lines(store)
    records = sweep(wanted[:3], store, scheduler=address, progress=False)
    assert results(records) == local[:3]
    assert lines(store)[:2] == before
    assert len(lines(store)) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]


def test_the_allocator_of_a_local_cluster_is_set(cluster):
    names = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
    with distributed.Client(cluster, set_as_default=False) as client:
        environments = client.run(lambda: dict(os.environ)).values()
    assert [[env[name] for name in names] for env in environments] == [[str(1 << 30)] * 2] * 2


def test_a_killed_worker_costs_and_doubles_no_record(wanted, local, cluster, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    kept = []

    def kill_a_worker():
        wait_until(lambda: is_under_way(store))
        kept.extend(lines(store))
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    with in_the_background(kill_a_worker):
        records = sweep(wanted, store, scheduler=cluster.scheduler_address, progress=False)
    assert 1 <= len(kept) < 4
    assert lines(store)[: len(kept)] == kept
    assert len(lines(store)) == 4
    assert results(records) == local
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]


DRIVER = """
import sys, test_sweep
from effnet_lab import RunStore
from effnet_lab.training.data import load_data
from effnet_lab.training.sweep import sweep
wanted = test_sweep.plans(load_data("toy", quiet=True), 4, 9_000)
sweep(wanted, RunStore(sys.argv[1]), scheduler=sys.argv[2], progress=False)
"""


def test_a_killed_driver_costs_and_doubles_no_record(wanted, local, cluster, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(store.path), cluster.scheduler_address],
        env={**os.environ, "PYTHONPATH": os.path.dirname(__file__)},
    )
    wait_until(lambda: is_under_way(store))
    driver.kill()
    driver.wait()
    kept = lines(store)
    assert 1 <= len(kept) < 4
    records = sweep(wanted, store, scheduler=cluster.scheduler_address, progress=False)
    assert results(records) == local
    assert lines(store)[: len(kept)] == kept
    assert len(lines(store)) == 4


def test_an_interrupt_frees_the_workers(toy, cluster, tmp_path):
    store = RunStore(tmp_path / "runs.jsonl")
    endless = plans(toy, 2, pictures=10**8)

    def interrupt():
        wait_until(lambda: len(list(tmp_path.glob("*.partial/*.progress"))) == 2)
        time.sleep(1)  # by now the driver waits for them
        os.kill(os.getpid(), signal.SIGINT)

    with in_the_background(interrupt):
        assert sweep(endless, store, scheduler=cluster.scheduler_address, progress=False) == []
    with distributed.Client(cluster, set_as_default=False) as client:
        workers = list(client.scheduler_info()["workers"])
        assert len(workers) == 2
        for worker in workers:
            task = client.submit(sum, (1, 2), workers=[worker], pure=False)
            assert task.result(timeout=60) == 3


def test_workers_of_several_threads_are_refused(toy, tmp_path):
    """Threads of a process share torch's random numbers."""
    threads = distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0"
    )
    store = RunStore(tmp_path / "runs.jsonl")
    with threads, pytest.raises(ValueError, match="has 2 threads; it must have 1"):
        sweep(plans(toy, 1), store, scheduler=threads.scheduler_address, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_does_not_see_the_folder_works_without_checkpoints(toy, tmp_path):
    job = _Job(plans(toy, 1)[0], None, tmp_path / "elsewhere" / "key.pt", lambda: None)
    assert _run(job).status == "finished"
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_address_is_an_error(toy, tmp_path):
    import dask

    store = RunStore(tmp_path / "runs.jsonl")
    soon = dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    with soon, pytest.raises(OSError, match=r"127\.0\.0\.1:1"):
        sweep(plans(toy, 1), store, scheduler="tcp://127.0.0.1:1", progress=False)
