"""The questions of lesson 07."""

from ...arch import CIFAR_BASE, multipliers
from ...arch.facts import IMAGENET, ONE_RECIPE, TABLE_2
from ...records.runs import recorded
from ...view.plots.accuracy import pareto_front
from ..evidence import Study, said
from ..questions import Question, predict, quiz

_FAMILIES = ("width", "depth", "resolution", "compound")

#: Short trainings of the baseline at 16 pixels, and at 24.
_STARTS = ("quick", "from24")


_FOUR_TIMES = tuple(f"{name} x4" for name in _FAMILIES)


def best_over_worst() -> Question:
    study = Study("scaling")
    found = study.range(_FOUR_TIMES)
    gain = 100 * (found.first.mean - study[CIFAR_BASE.name].mean)
    return predict(
        f"At about four times the MACs, the best of the four ways gains {gain:.1f} points over the "
        "baseline. From memory of lesson 05: how many is it ahead of the worst of the four?",
        answer=100 * found.value,
        unit="points",
        why=f"{said([found])}. So it matters much how the same arithmetic is spent.",
    )


def off_the_front() -> Question:
    points = {"A": (1, 50), "B": (2, 60), "C": (3, 58)}  # millions of MACs, percent
    front = pareto_front(list(points.values()))
    told = "; ".join(f"{name}: {macs} M MACs, {acc}%" for name, (macs, acc) in points.items())
    return quiz(
        f"{told}. Which is not on the front?",
        answer=next(name for place, name in enumerate(points) if place not in front),
        choices={
            "A": "Nothing is cheaper, so nothing beats it, poor as it is.",
            "B": "It costs more than A, and is better.",
            "C": "B costs less and is better. Nobody needs C.",
        },
    )


def furthest_off() -> Question:
    study = Study("scaling")
    share = {}  # dimension -> actual MACs over ideal MACs
    for family in _FAMILIES[:3]:
        ideal, actual = multipliers(study[f"{family} x4"].spec, CIFAR_BASE)
        share[family] = actual.macs / ideal.macs
    return predict(
        "Four times the MACs: for which dimension is the actual cost furthest from the ideal?",
        answer=max(share, key=lambda name: max(share[name], 1 / share[name])),
        choices=tuple(share),
        why="; ".join(f"{name} x4: {times:.2f} x the ideal" for name, times in share.items()),
    )


def cost_that_varies() -> Question:
    base = [run for run in recorded("quick") if run.family == "base"]
    costs: dict[str, set[float]] = {
        "MACs": {run.cost.macs for run in base},
        "parameters": {run.cost.params for run in base},
        "activations": {run.cost.activations for run in base},
        "seconds of training": {run.seconds for run in base},
    }
    return quiz(
        "Train the same network again, with another seed. Which of its costs is another one?",
        answer=max(costs, key=lambda name: len(costs[name])),
        choices={
            "MACs": "They are counted from the network alone.",
            "parameters": "They are counted from the network alone.",
            "activations": "They are counted from the network and the picture's size.",
            "seconds of training": "They depend on the machine, and on what else it was doing.",
        },
    )


def sharper_resolution() -> Question:
    coarse, sharp = (
        Study(name).gain("resolution x4", CIFAR_BASE.name, _FOUR_TIMES) for name in _STARTS
    )
    return predict(
        f"From 16 pixels, resolution x4 gained {100 * coarse.value:+.1f} points. And from 24?",
        answer=100 * sharp.value,
        unit="points",
        why=f"From 16 pixels: {said([coarse])}. From 24: {said([sharp])}.",
    )


def parts_missed() -> Question:
    study = Study("architectures")
    changed = study.comparison.against(study[CIFAR_BASE.name])
    missed = [found for found in changed if found.told_apart and found.value < 0]
    return predict(
        f"For how many of the {len(changed)} changes do the runs show a loss, beyond noise?",
        answer=len(missed),
        why=f"{said(changed)}.",
    )


def one_recipe() -> Question:
    ours, theirs = "EfficientNet-B4", "ResNet-50"
    printed = {f"EfficientNet-{row.model.upper()}": row.top1 for row in IMAGENET.values()}
    printed |= {row.model: row.top1 for row in TABLE_2}
    same = {row.model: round(100 - row.top1_error, 1) for row in ONE_RECIPE}
    return predict(
        f"In Table 2, {ours} is {printed[ours] - printed[theirs]:.1f} points above {theirs}. "
        "How many are left when both are trained by the same simple recipe?",
        answer=same[ours] - same[theirs],
        unit="points",
        why=f"By the simple recipe {ours} has {same[ours]:.1f}%, {theirs} {same[theirs]:.1f}%: "
        f"{same[ours]:.1f} - {same[theirs]:.1f} = {same[ours] - same[theirs]:.1f}.",
    )
