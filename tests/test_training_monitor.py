"""The training monitor: what it shows, the process that trains, and the two joined."""

import math
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from dataclasses import replace

import psutil
import pytest
import torch
from drawings import SVG, placed

import tiny
from effnet_lab import CIFAR_BASE, Budget, Recipe, RunRecord, RunStore
from effnet_lab.lessons.twins import MARK, twins
from effnet_lab.records.runs import Epoch, RunPlan, priced
from effnet_lab.training.train import Silent, TrainingState, train
from effnet_lab.view import style
from effnet_lab.view.plots.curves import training_curves
from effnet_lab.view.plots.live import Moment
from effnet_lab.view.svg import ink
from effnet_lab.widgets import training_monitor
from effnet_lab.widgets.monitor.background import Failure, Job, carry_out
from effnet_lab.widgets.monitor.controls import differences, in_words, recipe_in_words, setup
from effnet_lab.widgets.monitor.scene import Run, Scene, actions, ledger, progress, summary
from effnet_lab.widgets.monitor.widget import render

SETUP = setup(CIFAR_BASE, Recipe(shift=0.0625))
DEFAULT = SETUP.controls.default
FIRST = "learning rate 0.8, flip, shift 1/16, 30,000 pictures, seed 0"
NBSP = "\N{NO-BREAK SPACE}"

# ------------------------------------------------------------------ controls <-> recipe


def test_controls_begin_at_the_recipe():
    assert SETUP.training(DEFAULT) == Recipe(shift=0.0625)
    assert SETUP.network(DEFAULT, "x") == replace(CIFAR_BASE, name="x")


def test_a_recipe_of_its_own_keeps_its_values():
    spec = replace(CIFAR_BASE, dropout=0.15, drop_path_rate=0.05)
    recipe = Recipe(
        batch_size=64,
        learning_rate=0.3,
        label_smoothing=0.05,
        flip=False,
        shift=0.03125,
        ema=0.95,
        policy="autoaugment",
        weight_decay=0.0,
    )
    made = setup(spec, recipe, pictures=700, seed=11)
    state = made.controls.default
    assert made.training(state) == recipe
    assert made.network(state, spec.name) == spec
    assert (state["pictures"], state["seed"]) == (700, 11)
    assert made.training({**state, "weight_average": False}) == replace(recipe, ema=0.0)


@pytest.mark.parametrize(
    ("name", "value", "change"),
    [
        ("learning_rate", 8.0, {"learning_rate": 8.0}),
        ("flip", False, {"flip": False}),
        ("shift", 0.0, {"shift": 0.0}),
        ("autoaugment", True, {"policy": "autoaugment"}),
        ("label_smoothing", 0.1, {"label_smoothing": 0.1}),
        ("weight_average", True, {"ema": 0.99}),
        ("pictures", 60_000, {}),
        ("seed", 3, {}),
    ],
)
def test_each_control_of_the_recipe_changes_its_ingredient_alone(name, value, change):
    state = SETUP.controls.check({name: value})
    assert SETUP.training(state) == replace(Recipe(shift=0.0625), **change)
    assert SETUP.network(state, CIFAR_BASE.name) == CIFAR_BASE


@pytest.mark.parametrize(("name", "field"), [("drop_path", "drop_path_rate"), ("dropout",) * 2])
def test_each_control_of_the_network_changes_its_rate_alone(name, field):
    state = SETUP.controls.check({name: 0.2})
    assert SETUP.training(state) == Recipe(shift=0.0625)
    assert SETUP.network(state, CIFAR_BASE.name) == replace(CIFAR_BASE, **{field: 0.2})


def test_settings_in_words():
    assert recipe_in_words(DEFAULT) == FIRST
    everything = {
        "flip": False,
        "shift": 0.0,
        "autoaugment": True,
        "label_smoothing": 0.1,
        "drop_path": 0.2,
        "dropout": 0.4,
        "weight_average": True,
        "learning_rate": 0.02,
        "pictures": 240_000,
        "seed": 2,
    }
    assert differences({**DEFAULT, **everything}, DEFAULT) == (
        "learning rate 0.02, no flip, no shift, AutoAugment, label smoothing 0.1, drop path 0.2, "
        "dropout 0.4, weight average, 240,000 pictures, seed 2"
    )
    assert differences(DEFAULT, DEFAULT) == ""
    assert in_words("shift", 0.125) == "shift 1/8"


# ------------------------------------------------------------------ scenes


def epochs(*accuracies: float, loss: float = 1.5) -> tuple[Epoch, ...]:
    return tuple(
        Epoch(1000 * n, 2.0 * n, 0.1, 1.6, 0.4, loss, accuracy)
        for n, accuracy in enumerate(accuracies, start=1)
    )


def record(
    *accuracies: float,
    status: str = "finished",
    reason: str = "",
    loss: float = 1.5,
    pictures: int = 4000,
):
    plan = RunPlan(CIFAR_BASE, "tiny", "tiny0", Recipe(), pictures)
    test = 0.4321 if status == "finished" else None
    history = epochs(*accuracies, loss=loss)
    return RunRecord(plan, priced(CIFAR_BASE), history, status, reason, test, test, 8.0, {})


def moment(pictures: int, *accuracies: float, status: str = "running", total: int = 4000, **more):
    state = TrainingState(
        pictures,
        total,
        1000,
        pictures / 500,
        more.get("loss", 2.0),
        0.3,
        0.5,
        list(epochs(*accuracies)),
        status,
    )
    return Moment.of(state)


def played(settings: dict[str, object], *happened: object, scene: Scene | None = None) -> Scene:
    """Start a run and let things happen to it: moments, a record."""
    scene = (scene or Scene()).started({**DEFAULT, **settings})
    for thing in happened:
        scene = scene.heard(thing) if isinstance(thing, Moment) else scene.ended(thing)
    return scene


FINISHED = played({}, moment(2000, 0.3, 0.4), moment(4000, 0.3, 0.4, 0.5), record(0.3, 0.4, 0.5))
WORSE = played({"flip": False}, moment(4000, 0.4), record(0.3, 0.44), scene=FINISHED)
STOPPED = record(0.2, status="stopped", reason="stopped by hand after 1,000 pictures")
NAN = float("nan")
DIVERGED = record(0.1, NAN, status="diverged", reason="the loss was nan", loss=NAN)

SCENES = {
    "nothing": Scene(),
    "starting": played({}),
    "first steps": played({}, moment(300)),
    "numbers that are none": played({}, moment(300, loss=NAN)),
    "second epoch": played({}, moment(900), moment(1500, 0.3)),
    "stopping": played({}, moment(900)).asked_to_stop(),
    "finished": FINISHED,
    "two": WORSE,
    "third": played({"seed": 1}, moment(1500, 0.35), scene=WORSE),
    "stopped": played({}, moment(1000, 0.2), STOPPED),
    "diverged": played({"learning_rate": 8.0}, moment(2000, 0.1, NAN), DIVERGED, scene=FINISHED),
    "no epoch": played({}, moment(200), record(status="diverged", reason="the loss was nan")),
    "huge loss": played({}, moment(4000, 0.1), record(0.1, loss=5e6)),
    "failed": played({}, moment(900)).failed("The run left no record."),
    "one epoch": played({}, moment(1000, 0.4, total=1000), record(0.4)),
}


def test_only_one_run_at_a_time():
    with pytest.raises(RuntimeError, match="run 1 is still training; stop it first"):
        played({}).started(DEFAULT)


def test_a_run_without_a_record_gives_its_number_to_the_next():
    failed = played({}, moment(900), scene=FINISHED).failed("died")
    assert (failed.current, failed.problem, failed.runs) == (None, "died", FINISHED.runs)
    again = failed.started(DEFAULT)
    assert again.current.number == 2
    assert again.problem == ""


def test_the_trail_is_thinned_and_keeps_its_end():
    run = Run(1, DEFAULT)
    for pictures in range(0, 4001):
        run = run.heard(moment(pictures))
    assert 90 <= len(run.trail) <= 101
    assert run.trail[-1].pictures == 4000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "nothing",
            f"Ready for run 1: {FIRST}.",
        ),
        ("starting", "Run 1 is starting: a process of its own loads torch"),
        (
            "first steps",
            f"Run 1 trains: {FIRST}.",
        ),
        ("second epoch", "seed 0. 30.0% on the validation pictures so far."),
        ("stopping", "Run 1 is stopping."),
        ("finished", "Run 1 finished with 50.0% on the validation pictures. Ready for run 2, as"),
        ("third", "Run 3 trains: seed 1. 35.0% on the validation pictures so far."),
        ("stopped", "Run 1 stopped (by hand after 1,000 pictures) with 20.0% on the validation"),
        ("no epoch", "Run 1 diverged (the loss was nan). Ready for run 2"),
        ("failed", "Ready for run 1"),
    ],
)
def test_the_status_says_what_goes_on(name, text):
    assert text in summary(SCENES[name], DEFAULT)


def test_what_is_read_out_does_not_change_between_epochs():
    """A screen reader is not to speak twice a second."""
    before = played({}, moment(1100, 0.3))
    assert summary(before, DEFAULT) == summary(before.heard(moment(1900, 0.3)), DEFAULT)
    assert summary(before, DEFAULT) != summary(before.heard(moment(2000, 0.3, 0.4)), DEFAULT)


def test_the_next_run_is_compared_with_the_first():
    text = summary(WORSE, {**DEFAULT, "dropout": 0.2, "seed": 1})
    assert text.endswith("Ready for run 3, as run 1 but dropout 0.2, seed 1.")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("nothing", (False, 0.0, "")),
        ("starting", (True, None, "starting")),
        ("second epoch", (True, 0.375, "1.5 K of 4 K pictures, 5 s left, validation 30.0%")),
        ("finished", (False, 0.0, "")),
    ],
)
def test_progress(name, shown):
    assert progress(SCENES[name]) == shown


def test_progress_says_what_follows_the_last_step():
    scene = played({}, moment(4000, 0.3, status="finished"))
    assert progress(scene).text.endswith("finished, being tested")


@pytest.mark.parametrize(
    ("name", "can"),
    [
        ("nothing", ["start"]),
        ("starting", ["stop"]),
        ("second epoch", ["stop"]),
        ("stopping", []),
        ("finished", ["start"]),
        ("failed", ["start"]),
    ],
)
def test_buttons(name, can):
    assert actions(SCENES[name]) == can


def test_the_table_tells_the_runs_in_order_and_compares_those_of_one_budget():
    longer = played({"pictures": 60_000}, record(0.6, pictures=8000), scene=WORSE)
    again = played({"pictures": 60_000, "seed": 1}, record(0.55, pictures=8000), scene=longer)
    stopped = played({}, moment(1000, 0.2), STOPPED, scene=again)
    against = [row[3] and row[3].replace(NBSP, " ") for row in ledger(stopped).rows]
    assert against == [None, "run 1: −6.0 points", None, "run 3: −5.0 points", None]
    assert "Best of 2 runs of 60,000 pictures: run 3, 60.0%" in render(again, DEFAULT).alt
    assert "Run 5 ends at 20.0%" in render(stopped, DEFAULT).alt


def test_a_run_under_way_is_not_compared():
    rows = ledger(SCENES["third"]).rows
    assert rows == (
        (
            "1",
            "learning rate 0.8, flip, shift 1/16, 30,000 pictures, seed 0",
            "50.0%",
            None,
            3000,
            "finished",
        ),
        ("2", "no flip", "44.0%", "run 1: −6.0 points".replace(" ", NBSP), 2000, "finished"),
        ("3", "seed 1", "35.0%", None, 1000, "training"),
    )
    again = played({}, record(0.5), scene=FINISHED)
    assert ledger(again).rows[1][1] == "the same"


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_every_scene_is_drawn_within_its_picture(scene):
    view = render(scene, DEFAULT)
    svg = ET.fromstring(view.picture)
    assert svg.get("aria-label") == view.alt
    width, height = map(float, svg.get("viewBox").split()[2:])
    for element, x, y in placed(svg):
        if element.tag == f"{SVG}path":
            points = re.findall(r"[ML]?(-?[\d.]+) (-?[\d.]+)", element.get("d"))
            assert points
            assert all(0 <= x + float(right) <= width for right, _ in points)
            assert all(0 <= y + float(down) <= height for _, down in points)
        elif element.tag == f"{SVG}text":
            assert 0 <= x + float(element.get("x")) <= width - 20
    assert "nan" not in re.sub("<text.*?</text>|aria-label.*?>", "", view.picture)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_the_test_accuracy_is_not_shown(scene):
    view = render(scene, DEFAULT)
    shown = f"{view.picture} {view.alt} {view.summary} {view.ledger!r}"
    assert "43.2" not in shown
    assert "0.43" not in shown


@pytest.mark.parametrize("name", DEFAULT)
def test_each_control_shows_an_effect_later_too(name):
    control = SETUP.controls.by_name[name]
    other = not DEFAULT[name] if isinstance(DEFAULT[name], bool) else control.values[-1]
    changed = {**DEFAULT, name: other}
    assert render(WORSE, changed).summary != render(WORSE, DEFAULT).summary


def test_earlier_runs_are_named_beside_the_latest():
    picture = render(SCENES["third"], DEFAULT).picture
    assert all(f"run {n}" in picture for n in ("1 50.0%", "2 44.0%", "3 35.0%"))


def test_runs_are_told_apart_by_colour_marker_and_dashes():
    """In accuracy and in loss; each marker ends the line of its own run."""
    svg = ET.fromstring(render(SCENES["third"], DEFAULT).picture)
    markers = [m for m in svg.iter(f"{SVG}polygon") if (m.get("transform") or "").startswith("tr")]
    colours = {style.YOU.colour, *(look.colour for look in style.RUNS[:2])}
    assert {mark.get("fill") for mark in markers} == {ink(colour) for colour in colours}
    lines = [line for line in svg.iter(f"{SVG}path") if line.get("stroke-width") in ("1.5", "2.2")]
    looks = {(line.get("stroke"), line.get("stroke-dasharray")) for line in lines}
    assert len({stroke for stroke, _ in looks}) == 3


def test_what_a_run_takes_is_said_before_it_starts():
    assert render(Scene(), DEFAULT).values["pictures"] == "30,000"
    assert render(Scene(), DEFAULT, 74.0).values["pictures"] == "30,000, about 1 min 10 s"
    made = monitor()
    assert made.seconds(960) is None
    made._repr_mimebundle_()
    before = made.pace
    assert before > 0
    assert re.fullmatch(r"960, about \d+ s", made.view["values"]["pictures"])
    assert made.seconds(9600) > made.seconds(960)
    made.scene, made._began = made.scene.started(made.state), time.monotonic() - 100
    made._hear(record(0.4, pictures=960))
    assert made.seconds(960) == pytest.approx(100, abs=5)  # as the last one took


def test_many_runs_are_named_as_far_as_there_is_room():
    scene = FINISHED
    for n in range(20):
        scene = played({"seed": n % 5}, moment(4000, 0.3), record(0.3 + n / 100), scene=scene)
    names = re.findall(r">run (\d+) \d\d\.\d%<", render(scene, DEFAULT).picture)
    assert 6 <= len(names) <= 12
    assert names[0] == "1"  # the best first


# ------------------------------------------------------------------ the widget without a run


def monitor(**options: object):
    return training_monitor(
        tiny.data(), tiny.NET, **{"recipe": tiny.RECIPE, "pictures": 960, "threads": 1, **options}
    )


def test_a_page_without_a_kernel_shows_an_example_and_its_table():
    bundle = monitor()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "A recorded run as an example" in data["text/html"]
    assert data["text/plain"].startswith("Ready for run 1: learning rate 0.1, flip, shift 1/8")
    cell = {"cell_type": "code", "id": "monitor", "outputs": [{"data": data}]}
    (twin,) = twins([cell, {"cell_type": "markdown", "id": "twin", "source": MARK}], "06_training")
    assert "<td" in twin.markdown
    assert "68" in twin.picture


def test_network_and_data_must_fit():
    with pytest.raises(ValueError, match="num_classes 7; tiny has 10 classes"):
        training_monitor(tiny.data(), replace(tiny.NET, num_classes=7))
    with pytest.raises(ValueError, match="pictures is 0"):
        monitor(pictures=0)


def test_stop_and_wait_without_a_run_do_nothing():
    made = monitor()
    made.stop()
    made.answer({"action": "stop", "state": made.state})
    assert made.wait(0)
    assert made.records == []


# ------------------------------------------------------------------ the process


def await_that(true) -> None:
    while not true():  # pytest's time limit ends it
        time.sleep(0.02)


def trains(made) -> bool:
    return made.scene.current is not None and made.scene.current.moment is not None


def workers() -> list[psutil.Process]:
    return [c for c in psutil.Process().children() if "spawn_main" in " ".join(c.cmdline())]


def test_a_run_in_the_background_gives_the_bits_of_one_in_the_foreground(tmp_path):
    made = monitor(store=RunStore(tmp_path / "runs.jsonl"))
    random_state, threads, seen = torch.get_rng_state(), torch.get_num_threads(), []
    made.observe(lambda change: seen.append(change["new"]), "view")
    made.answer({"serial": 5, "action": "start", "state": made.state})
    assert actions(made.scene) == ["stop"]
    made.answer({"serial": 6, "action": "start", "state": made.state})  # a second click
    with pytest.raises(RuntimeError, match="run 1 is still training"):
        made.start()
    assert len(made._busy) == 1
    assert made.wait(60)
    assert torch.equal(torch.get_rng_state(), random_state)
    assert torch.get_num_threads() == threads

    shares = [view["progress"]["share"] for view in seen if view["progress"]["shown"]]
    known = [share for share in shares if share is not None]
    assert shares[: -len(known)] == [None] * (len(shares) - len(known))
    assert known == sorted(known)
    assert known[-1] == 1
    assert all(math.isfinite(share) for share in known)
    (made_record,) = made.records
    assert made_record.status == "finished"
    again = train(made_record.plan, tiny.data(), monitor=Silent()).record
    assert again.history[-1].val_loss == made_record.history[-1].val_loss
    assert again.test_accuracy == made_record.test_accuracy
    assert RunStore(tmp_path / "runs.jsonl").records() == [made_record]
    assert made.view["summary"].startswith("Run 1 finished with ")
    assert "run 1" in training_curves(made.records).alt
    assert workers() == []


@pytest.mark.slow
def test_stop_leaves_a_record_and_ctrl_c_does_not_stop():
    made = monitor(pictures=3_000_000)
    made.start()
    await_that(lambda: trains(made))
    os.kill(made.training.pid, signal.SIGINT)
    before = made.scene.current.moment.pictures
    await_that(lambda: made.scene.current.moment.pictures > before)
    made.answer({"serial": 1, "action": "stop", "state": made.state})
    assert made.view["summary"] == "Run 1 is stopping."
    assert made.wait(10)
    (stopped,) = made.records
    assert stopped.status == "stopped"
    assert stopped.history
    assert stopped.test_accuracy is None
    assert made.view["summary"].startswith("Run 1 stopped (by hand after ")
    assert workers() == []


def test_a_killed_worker_is_reported_and_the_next_start_works():
    made = monitor(pictures=3_000_000)
    made.start({"flip": False})
    await_that(lambda: trains(made))
    os.kill(made.training.pid, signal.SIGKILL)
    assert made.wait(10)
    assert "its process has died (by SIGKILL" in made.view["error"]
    assert made.view["actions"] == ["start"]
    assert made.records == []
    # The next one takes the place of that of another monitor, whose cell may have been run again.
    other = monitor(pictures=3_000_000)
    other.start()
    made.start()
    assert made.view["error"] == ""
    assert other.wait(10)
    assert "it was stopped before its first step" in other.view["error"]
    made.close()
    assert made.wait(10)
    assert workers() == []


def test_a_fault_in_the_training_comes_back_in_words():
    """On a thread; the worker does the same in a process of its own."""
    kernel, worker = multiprocessing.Pipe()
    spec = replace(tiny.NET, num_classes=7)
    threading.Thread(target=carry_out, args=(worker,), daemon=True).start()
    assert kernel.recv() == "up"
    kernel.send(Job(spec, tiny.data(), Budget(pictures=64), 0, tiny.RECIPE, 1))
    assert kernel.recv() == Failure("ValueError: tiny has num_classes 7; tiny has 10 classes")


KERNEL = """
import sys, time, tiny
from effnet_lab.widgets import training_monitor

if __name__ == "__main__":
    made = training_monitor(tiny.data(), tiny.NET, recipe=tiny.RECIPE, pictures=10**7, threads=1)
    made.start()
    while not made.training.pid or sys.argv[1] == "training" and not made.scene.current.moment:
        time.sleep(0.02)
    print(made.training.pid, "torch" in sys.modules, flush=True)
    if sys.argv[1] == "training":
        time.sleep(60)
"""


@pytest.mark.slow
def test_no_worker_outlives_its_kernel():
    """Neither one that is killed while it trains nor one that ends; nor does it load torch."""
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    kernels = {
        when: subprocess.Popen(
            [sys.executable, "-c", KERNEL, when],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for when in ("training", "starting")
    }
    for when, kernel in kernels.items():
        pid, with_torch = kernel.stdout.readline().split()
        if when == "training":
            kernel.kill()
        _, complaints = kernel.communicate(timeout=20)
        await_that(lambda pid=int(pid): not is_running(pid))
        assert (with_torch, complaints) == ("False", "")


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
