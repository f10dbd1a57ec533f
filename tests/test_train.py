import inspect
import os
import random
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from effnet_lab import Budget, Labels, Recipe, RunRecord
from effnet_lab.nn import EfficientNet
from effnet_lab.training import policy, steps
from effnet_lab.training import train as training
from effnet_lab.training.optimizer import learning_rate
from effnet_lab.training.train import Silent, quick_train, train

#: How often a training is killed; more to look harder.
KILLS = int(os.environ.get("EFFNET_LAB_KILLS", "3"))


@pytest.fixture(scope="module")
def data():
    return tiny.data()


def result(record: RunRecord) -> tuple:
    """What must be equal bit for bit: everything but the clock."""
    history = [replace(epoch, seconds=0.0) for epoch in record.history]
    return record.key, record.status, history, record.test_accuracy, record.test_loss


def run(data, plan=None, **options):
    return train(plan or tiny.plan(), data, monitor=options.pop("monitor", Silent()), **options)


#: Plans with what can be switched on in a recipe.
SWITCHED = {
    "plain": tiny.plan(),
    "ema": tiny.plan(recipe=replace(tiny.RECIPE, ema=0.95)),
    "policy": tiny.plan(recipe=replace(tiny.RECIPE, policy="autoaugment")),
    "both": tiny.plan(recipe=replace(tiny.RECIPE, ema=0.95, policy="autoaugment")),
}


class StopAt(Silent):
    """Presses Ctrl-C when so many pictures were seen."""

    def __init__(self, pictures):
        self.pictures = pictures

    def update(self, state):
        if state.pictures >= self.pictures:
            raise KeyboardInterrupt


def test_the_loop_that_lesson_06_shows_is_a_page():
    shown = (steps.learning_rate, steps.Stepper.epoch, steps.Stepper.step, steps.Replica.learn)
    assert sum(len(inspect.getsource(part).splitlines()) for part in shown) <= 50


def test_without_shuffling_pictures_come_as_they_lie_in_every_epoch(data):
    plan = tiny.plan(640, recipe=replace(tiny.RECIPE, shuffle=False))
    lying = training._Run(plan, data, None)
    shuffled = training._Run(tiny.plan(640), data, None)
    for epoch in range(2):
        for run, same in ((lying, True), (shuffled, False)):
            order = run.stepper.order(epoch)
            assert sorted(order.tolist()) == list(range(320))
            assert (order.tolist() == list(range(320))) == same


def test_learns_and_records(data):
    record = run(data, tiny.plan(3200, labels=Labels(family="width"))).record
    assert record.status == "finished"
    assert record.reason == ""
    assert record.family == "width"
    assert [epoch.pictures for epoch in record.history] == [320 * n for n in range(1, 11)]
    assert record.test_accuracy > 0.3  # chance is 0.1
    assert record.history[-1].train_loss < record.history[0].train_loss
    assert record.cost.macs > 0
    assert record.versions["torch"] == torch.__version__


@settings(max_examples=settings.default.max_examples // 8)  # each trains three times
@given(
    batch=st.integers(2, 40),
    micro_batch=st.integers(0, 40),
    switched=st.sampled_from(list(SWITCHED)),
    seed=st.integers(0, 5),
)
def test_the_same_bits_on_any_number_of_threads(data, batch, micro_batch, switched, seed):
    plan = SWITCHED[switched]
    recipe = replace(plan.recipe, batch_size=batch, micro_batch=micro_batch)
    plan = replace(plan, recipe=recipe, pictures=10 * batch, seed=seed)
    alone, *others = (run(data, plan, threads=threads) for threads in (1, 2, 3))
    for other in others:
        assert result(other.record) == result(alone.record)
        weights, expected = other.model.state_dict(), alone.model.state_dict()
        assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_a_step_is_that_of_all_its_micro_batches_together(data):
    """Without normalisation over a batch, cutting it up changes nothing but the rounding."""
    taken = {}
    for micro_batch in (0, 8):
        recipe = replace(tiny.RECIPE, micro_batch=micro_batch, flip=False, shift=0.0)
        torch.manual_seed(0)
        model = EfficientNet(replace(tiny.NET, dropout=0.0, drop_path_rate=0.0))
        source = steps.TrainingPictures(
            torch.from_numpy(data.train.images), torch.from_numpy(data.train.labels), 8, recipe
        )
        stepper = steps.Stepper(model, source, recipe)
        stepper.order(0)
        for module in (m for replica in stepper.replicas for m in replica.model.modules()):
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eval()
        loss, right = stepper.step(torch.arange(30))  # the last part is smaller
        taken[micro_batch] = [loss, right, *model.parameters()]
    assert len(stepper.replicas) == 4
    for whole, parts in zip(*taken.values(), strict=True):
        torch.testing.assert_close(parts, whole, rtol=1e-4, atol=1e-6)


def test_statistics_of_micro_batches_are_folded_into_the_running_ones(data):
    recipe = replace(tiny.RECIPE, micro_batch=16)
    model = EfficientNet(tiny.NET)
    source = steps.TrainingPictures(
        torch.from_numpy(data.train.images), torch.from_numpy(data.train.labels), 8, recipe
    )
    stepper = steps.Stepper(model, source, recipe)
    stepper.order(0)
    stepper.step(torch.arange(32))
    seen = [replica.model.stem.norm for replica in stepper.replicas]
    mean = torch.stack([norm.running_mean for norm in seen]).mean(0)
    var = torch.stack([norm.running_var for norm in seen]).mean(0)
    keep = 1 - tiny.NET.norm_momentum
    torch.testing.assert_close(model.stem.norm.running_mean, (1 - keep) * mean)
    torch.testing.assert_close(model.stem.norm.running_var, keep + (1 - keep) * var)
    assert model.stem.norm.num_batches_tracked == 1


@pytest.mark.parametrize("threads", [0, -1, 1025])
def test_a_number_of_threads_out_of_range_is_refused(data, threads):
    with pytest.raises(ValueError, match=f"threads is {threads}"):
        quick_train(tiny.NET, data, "32 pictures", threads=threads, monitor=Silent())


def test_every_tensor_of_a_step_is_on_the_device_of_the_network(data):
    """The meta device computes shapes only, and refuses tensors of another device."""
    recipe = replace(tiny.RECIPE, micro_batch=16)
    images, labels = map(torch.from_numpy, data.train)
    source = steps.TrainingPictures(images, labels, 8, recipe, "meta")
    stepper = steps.Stepper(EfficientNet(tiny.NET).to("meta"), source, recipe)
    stepper.order(0)
    assert all(taken.is_meta for taken in stepper.step(torch.arange(32)))


def test_another_seed_another_result(data):
    other = run(data, tiny.plan(seed=1)).record
    assert result(other)[2:] != result(run(data).record)[2:]


def test_the_callers_random_numbers_and_threads_are_left_alone(data):
    threads = torch.get_num_threads()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(data, tiny.plan(320), threads=2)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


def test_the_network_comes_back_in_evaluation_mode_and_scores_as_recorded(data):
    trained = run(data)
    pictures, labels = training._Run(trained.record.plan, data, None)._prepared(data.test)
    assert not trained.model.training
    assert training.evaluate(trained.model, pictures, labels)[1] == trained.record.test_accuracy


def test_the_test_pictures_are_looked_at_once_and_only_at_the_end(data, monkeypatch):
    seen = []

    def spy(model, pictures, labels, map):
        seen.append(labels.tolist() == data.test.labels.tolist() and len(seen))
        return original(model, pictures, labels, map)

    original = training.evaluate
    # Test labels that differ from the validation labels, to tell the two apart.
    other = data.test._replace(labels=data.test.labels[::-1].copy())
    changed = replace(data, test=other)
    data = changed
    monkeypatch.setattr(training, "evaluate", spy)
    run(changed)
    assert seen == [False, False, False, 3]


def test_a_stop_returns_what_there_is_and_looks_at_no_test_picture(data):
    record = run(data, monitor=StopAt(480)).record
    assert record.status == "stopped"
    assert "480" in record.reason
    assert [epoch.pictures for epoch in record.history] == [320, 480]
    assert record.test_accuracy is None


@pytest.mark.parametrize(
    "switched",
    [pytest.param(name, marks=pytest.mark.slow if name != "both" else ()) for name in SWITCHED],
)
@pytest.mark.parametrize("pictures", [32, 320, 352, 900])
def test_a_stopped_run_resumes_to_the_same_bits(data, tmp_path, pictures, switched):
    checkpoint, plan = tmp_path / "run.pt", SWITCHED[switched]
    run(data, plan, checkpoint=checkpoint, monitor=StopAt(pictures))
    resumed, whole = run(data, plan, checkpoint=checkpoint), run(data, plan)
    assert result(resumed.record) == result(whole.record)
    weights, expected = resumed.model.state_dict(), whole.model.state_dict()
    assert all(torch.equal(weights[name], expected[name]) for name in expected)
    assert list(tmp_path.iterdir()) == [checkpoint]


def test_each_switch_gives_another_result(data):
    results = {result(run(data, plan).record)[3:] for plan in SWITCHED.values()}
    assert len(results) == len(SWITCHED)


def last_weights(model):
    return list(model.parameters())[-1].detach().clone()


def test_the_averaged_network_is_validated_tested_and_handed_back(data, monkeypatch):
    weights = []

    def spy(stepper, *rest):
        taken = original(stepper, *rest)
        weights.append(last_weights(stepper.model))
        return taken

    original = training.Stepper.step
    monkeypatch.setattr(training.Stepper, "step", spy)
    plan = SWITCHED["ema"]
    torch.manual_seed(plan.seed)
    mean = last_weights(EfficientNet(plan.spec))
    trained = run(data, plan)
    for step, now in enumerate(weights, start=1):
        keep = min(0.95, (1 + step) / (10 + step))
        mean = keep * mean + (1 - keep) * now
    torch.testing.assert_close(last_weights(trained.model), mean)
    assert not torch.allclose(mean, weights[-1])
    scored = training._Run(plan, data, None)
    assert training.evaluate(trained.model, *scored.validation) == (
        trained.record.history[-1].val_loss,
        trained.record.history[-1].val_accuracy,
    )
    test = scored._prepared(data.test)
    assert training.evaluate(trained.model, *test)[0] == trained.record.test_loss


def test_an_average_does_not_change_how_the_network_learns(data):
    plain, averaged = (run(data, SWITCHED[name]).record.history for name in ("plain", "ema"))
    assert [e.train_loss for e in plain] == [e.train_loss for e in averaged]
    assert [e.val_loss for e in plain] != [e.val_loss for e in averaged]


def test_training_pictures_go_through_the_policy_and_others_do_not(data, monkeypatch):
    seen = []

    def spy(pictures, generator):
        seen.append(pictures)
        return original(pictures, generator)

    original = policy.augment
    monkeypatch.setattr(policy, "augment", spy)
    run(data, SWITCHED["plain"])
    assert not seen
    run(data, SWITCHED["policy"])
    assert [(p.dtype, tuple(p.shape)) for p in seen] == [(torch.uint8, (32, 3, 8, 8))] * 30


def test_what_is_switched_on_is_in_the_timing_of_a_budget(monkeypatch):
    called = []
    monkeypatch.setattr(policy, "augment", lambda p, _: called.append("policy") or p)
    monkeypatch.setattr(steps.WeightAverage, "update", lambda *_: called.append("ema"))
    for plan in SWITCHED.values():
        steps.seconds_per_picture(plan.spec, plan.recipe, 1, 0.0)
    assert called == ["ema"] * 5 + ["policy"] * 5 + ["policy", "ema"] * 5


def test_a_loss_that_is_not_a_number_ends_the_run_with_a_reason(data):
    recipe = Recipe(batch_size=32, learning_rate=100, warmup=0)
    record = run(data, tiny.plan(32_000, recipe=recipe)).record
    assert record.status == "diverged"
    assert "learning rate" in record.reason
    assert record.test_accuracy is None


def test_seconds_become_pictures_that_repeat_the_run(data):
    record = quick_train(tiny.NET, data, "0.5s", recipe=tiny.RECIPE, threads=1, monitor=Silent())
    assert record.plan.pictures >= 32
    assert result(run(data, record.plan).record) == result(record)


def test_an_epoch_budget_is_whole_epochs(data):
    odd = Recipe(batch_size=50)  # 320 pictures are six batches and a rest that is dropped
    record = quick_train(tiny.NET, data, "2 epochs", recipe=odd, threads=1, monitor=Silent())
    assert [epoch.pictures for epoch in record.history] == [300, 600]


def test_a_budget_in_seconds_is_kept_when_resuming(data, tmp_path, monkeypatch):
    options = {"recipe": tiny.RECIPE, "threads": 1, "checkpoint": tmp_path / "run.pt"}
    first = quick_train(tiny.NET, data, "1s", monitor=StopAt(400), **options)
    monkeypatch.setattr(steps, "seconds_per_picture", lambda *_: 1e-9)  # a far faster machine
    second = quick_train(tiny.NET, data, "1s", monitor=Silent(), **options)
    assert second.plan == first.plan
    assert second.status == "finished"


def test_a_machine_that_becomes_slow_does_not_hold_the_learner_up(data, monkeypatch):
    monkeypatch.setattr(steps, "seconds_per_picture", lambda *_: 1e-7)
    record = quick_train(tiny.NET, data, "1s", recipe=tiny.RECIPE, threads=1, monitor=Silent())
    assert record.status == "stopped"
    assert "out of time (2 s)" in record.reason
    assert record.history
    assert record.test_accuracy is None


def test_learning_rate_rises_then_falls_to_zero():
    recipe = Recipe(learning_rate=0.4, warmup=0.25)
    rates = [learning_rate(recipe, step / 100) for step in range(101)]
    assert rates[0] == 0
    assert max(rates) == rates[25] == pytest.approx(0.4)
    assert rates[:26] == sorted(rates[:26])
    assert rates[25:] == sorted(rates[25:], reverse=True)
    assert rates[100] == pytest.approx(0, abs=1e-12)


def test_wrong_number_of_classes_is_refused(data):
    with pytest.raises(ValueError, match=r"num_classes 7.* 10 classes"):
        run(data, tiny.plan(spec=replace(tiny.NET, num_classes=7)))


def test_other_data_are_refused(data):
    with pytest.raises(ValueError, match=r"fingerprint tiny0.*tiny1"):
        run(tiny.data(1))


def test_a_checkpoint_of_another_run_is_refused_and_kept(data, tmp_path):
    checkpoint = tmp_path / "run.pt"
    run(data, checkpoint=checkpoint)
    before = checkpoint.read_bytes()
    with pytest.raises(ValueError, match="belongs to another run"):
        run(data, tiny.plan(seed=9), checkpoint=checkpoint)
    assert checkpoint.read_bytes() == before


def test_a_file_that_is_no_checkpoint_is_refused_and_kept(data, tmp_path):
    checkpoint = tmp_path / "run.pt"
    checkpoint.write_text("my thesis")
    with pytest.raises(ValueError, match="not a checkpoint"):
        run(data, checkpoint=checkpoint)
    assert checkpoint.read_text() == "my thesis"


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("30s", Budget(seconds=30)),
        ("5m", Budget(seconds=300)),
        ("1.5 h", Budget(seconds=5400)),
        ("4 epochs", Budget(epochs=4)),
        ("1 epoch", Budget(epochs=1)),
        ("100_000 pictures", Budget(pictures=100_000)),
    ],
)
def test_budgets_are_read(text, budget):
    assert Budget.parse(text) == budget


@pytest.mark.parametrize("text", ["", "5", "five minutes", "-3s", "0s", "3 weeks", "1.2.3s"])
def test_bad_budgets_are_named(text):
    with pytest.raises(ValueError, match=r"budget"):
        Budget.parse(text)


CHILD = """
import sys, tiny
from effnet_lab import RunStore
from effnet_lab.training.train import train
plan, path = tiny.plan(9600), sys.argv[1]
print("begins", flush=True)
RunStore(path + "/runs.jsonl").append(train(plan, tiny.data(), checkpoint=path + "/run.pt").record)
"""


@pytest.mark.slow
def test_kill_9_at_random_moments_costs_at_most_the_epoch_under_way(data, tmp_path):
    expected = result(run(data, tiny.plan(9600)).record)
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    epochs = 0
    for seed in range(KILLS):
        child = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        child.stdout.readline()
        time.sleep(random.Random(seed).uniform(0, 0.8))
        child.kill()
        child.communicate()
        state = training._read_checkpoint(tmp_path / "run.pt")  # whole, whenever it was killed
        before, epochs = epochs, len(state["history"]) if state else 0
        assert epochs >= before
    subprocess.run(command, env=environment, check=True, capture_output=True)
    from effnet_lab import RunStore

    assert result(RunStore(tmp_path / "runs.jsonl").records()[-1]) == expected
