"""Assignment 06: what its notebook says is true, and its references do as the course's training."""

import re
from ast import literal_eval
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from effnet_lab import B0, CIFAR_BASE, resolve
from effnet_lab.exercises.assignment import ASSIGNMENTS, find_task
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.records.runs import Recipe
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


def test_model_answer_quotes_the_table(texts):
    rows = re.findall(
        r"(?m)^\| (.*?) \| ([\d.]+) \| ([\d.]+) ± ([\d.]+) \| ([\d.]+) \| ([\d.]+)",
        texts["records"],
    )
    table = {name: [float(number) for number in numbers] for name, *numbers in rows}
    assert len(table) == 5
    answer, task = texts["argue-answer"], texts["argue-task"]
    base = table["base (flip, small shifts)"]
    for number in (base[0], base[1], base[3], base[4]):
        assert f"{number}" in answer
    for name, sign in (("AutoAugment", "+"), ("drop path 0.2", "+")):
        assert f"{sign}{table[name][4] - base[4]:.1f}" in answer
    for number in table["AutoAugment"][:2]:
        assert f"{number}%" in task
    smoothing = table["label smoothing 0.1"]
    assert f"{smoothing[1]} against {base[1]}" in task
    assert f"{smoothing[1] - base[1]:.1f} points" in answer
    assert f"{base[2]} to {smoothing[2]}" in answer
    hot = table["learning rate × 4"]
    assert hot[1] < base[1]
    assert hot[4] < base[4]
