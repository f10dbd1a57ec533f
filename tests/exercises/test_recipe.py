"""Assignment 06: what its notebook says is true, and its references do as the course's training."""

import re
from ast import literal_eval
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from effnet_lab import B0, CIFAR_BASE, resolve
from effnet_lab.exercises.assignment import ASSIGNMENTS, find_task
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.tasks.recipe import argue
from effnet_lab.exercises.tasks.recipe.recorded_recipes import Row, Training
from effnet_lab.records.runs import Recipe, recorded
from effnet_lab.training import augment
from effnet_lab.training.optimizer import learning_rate

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def bench():
    return Workbench(ASSIGNMENTS["recipe"], ROOT)


@pytest.fixture(scope="module")
def texts(bench):
    return {name: cell.source for cell in bench.cells for name in cell.names}


def drawn(name):
    """Return the reference of a task, and the cases of a draw."""
    task = find_task(f"recipe.{name}")
    return task.right, task.inputs(3)["cases"]


def test_schedule_is_that_of_the_training():
    right, cases = drawn("learning_rate")
    for case in cases:
        ours = Recipe(learning_rate=case["peak"], warmup=case.get("warmup", 0.2))
        wanted = learning_rate(ours, case["step"] / case["steps"])
        assert right(**case) == pytest.approx(wanted, abs=1e-12)


def test_crops_are_those_of_the_training():
    right, cases = drawn("augment")
    square, margin = np.ascontiguousarray(cases[-1]["pictures"][..., :4, :4]), cases[-1]["margin"]
    padded, _ = augment.pad(torch.from_numpy(square), margin / 4)
    generator = torch.Generator().manual_seed(1)
    wanted = augment.random_crops(padded, torch.arange(len(square)), margin, generator)
    places = torch.Generator().manual_seed(1)
    down, right_ = torch.randint(2 * margin + 1, (2, len(square)), generator=places).numpy()
    got = right(square, np.zeros(len(square), dtype=bool), down, right_, margin)
    assert np.array_equal(got, wanted.numpy())


def test_normalisation_is_that_of_the_training():
    right, cases = drawn("normalise")
    for case in cases[1:]:  # the first has no three channels
        pictures, train = (torch.from_numpy(case[name]) for name in ("pictures", "train"))
        wanted = augment.normalise(pictures, *augment.channel_statistics(train))
        assert np.allclose(right(**case), wanted.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("spec", [B0, replace(CIFAR_BASE, drop_path_rate=0.2)])
def test_drop_rates_are_those_of_the_networks(spec):
    blocks, (right, _) = resolve(spec).blocks, drawn("drop_rates")
    # Blocks without a skip have a rate, too, which nothing reads.
    used = [block.drop_path_rate if block.has_skip else 0.0 for block in blocks]
    assert right([block.has_skip for block in blocks], spec.drop_path_rate) == pytest.approx(used)


def test_loss_is_that_of_torch():
    right, cases = drawn("smoothed_loss")
    for case in cases:
        logits, labels = (torch.from_numpy(case[name]) for name in ("logits", "labels"))
        wanted = F.cross_entropy(logits, labels, label_smoothing=case.get("smoothing", 0.0))
        assert right(**case) == pytest.approx(wanted.item(), rel=1e-9)


def test_examples_that_are_no_numbers_are_true(bench, texts):
    found = [
        example
        for source in texts.values()
        for example in re.findall(
            r"`(\w+\([^`]*)` is (\[[^`.]*\]|\[[^`]*?\]|\{[^`]*\})[.,]", source
        )
    ]
    assert len(found) == 4
    for call, said in found:
        wanted, got = literal_eval(said), eval(call, dict(bench.solved))
        assert got == wanted or np.allclose(got, wanted, rtol=1e-12), call


@pytest.fixture(scope="module")
def studies():
    """The two recorded trainings: accuracies in percent by recipe and seed, and epochs."""
    found = {}
    for name in ("recipes", "recipes_few"):
        runs = found[name] = {}
        for run in recorded(name):
            train, val = run.history[-1].train_accuracy, run.val_accuracy
            row = runs.setdefault(run.labels.get("ingredient", "base"), [])
            row.append((100 * train, 100 * val, len(run.history)))
    return found


def test_the_table_is_that_of_the_recorded_runs(texts, studies):
    shown = re.findall(
        r"(?m)^\| (\w.*?) \| ([\d.]+) \| ([\d.]+) \| .*? \| ([\d.]+) \| ([\d.]+) \|",
        texts["records"],
    )
    assert (
        {name for name, *_ in shown} == studies["recipes"].keys() == studies["recipes_few"].keys()
    )
    for name, *numbers in shown:
        means = [np.mean(studies[one][name], axis=0)[:2] for one in ("recipes", "recipes_few")]
        assert np.ravel(means) == pytest.approx([float(n) for n in numbers], abs=0.0501)
    for one in studies.values():
        assert f"{one['base'][0][2]} epochs" in texts["records"]


def test_what_is_asked_can_be_answered_from_the_records(studies):
    """If other runs say something else, the question has to ask for something else, too."""
    (train, val, _), (own, others, _) = (
        np.mean(studies[one]["no augmentation"], axis=0) for one in ("recipes", "recipes_few")
    )
    assert abs(train - val) < 5 < 20 < own - others
    train, val, _ = np.mean(studies["recipes"]["AutoAugment"], axis=0)
    assert val > train + 2


@pytest.mark.parametrize(
    ("gain", "says", "claim"),
    [
        (3.0, "+3.0 ± 1.0, a gain", "the interval lies above zero"),
        (-3.0, "−3.0 ± 1.0, a loss", "the interval lies below zero"),
        (0.5, "+0.5 ± 1.0, within noise", "the interval contains zero"),
    ],
)
def test_the_model_answer_says_what_the_runs_say(gain, says, claim):
    """Whatever they say: the recorded runs may be replaced by others."""
    found = SimpleNamespace(value=gain / 100, margin=0.01, told_apart=abs(gain) > 1)
    names = ("no augmentation", "AutoAugment", "label smoothing", "drop path", "learning rate 3")
    rows = {name: Row(50, 60 + gain, found) for name in names}
    made = argue.texts(*[Training({"base": Row(50, 60), **rows}, 4, 3)] * 2)
    answers = re.split(r"(?m)^\d\. ", made["argue-answer"])[1:]
    assert f"{60 + gain:.1f} against 60.0" in made["argue-task"]
    assert answers[1].count(says) == 2
    assert claim in answers[3]
    assert answers[4].count(says) == 7
