"""The questions of lesson 06."""

import numpy as np
import torch

from ...arch.facts import FACTS
from ...records.runs import RunRecord, recorded
from ...records.statistics import results
from ...training import policy
from ..evidence import Study, said
from ..questions import Question, largest, predict, quiz, smallest


def _means(study: str) -> dict[str, float]:
    """Return the mean test accuracy of each recipe, in percent."""
    return {result.spec.name: 100 * result.mean for result in results(recorded(study))}


def _base() -> RunRecord:
    return next(run for run in recorded("recipes") if run.family == "base")


def spread() -> Question:
    means = _means("recipes")
    best, worst = largest(means), smallest(means)
    rates = [run.plan.recipe.learning_rate for run in recorded("recipes")]
    slower = _base().plan.recipe.learning_rate / min(rates)
    return predict(
        f"Our own recipe gets {means[_base().spec.name]:.1f}% of the test pictures right, guessing "
        f"10%. Of {len(means)} recipes some augment more or less, one learns in steps {slower:.0f} "
        "times smaller. How many points lie between the best and the worst?",
        answer=means[best] - means[worst],
        unit="points",
        why=f"{means[best]:.1f}% ({best}) - {means[worst]:.1f}% ({worst}), means over seeds, make "
        f"{means[best] - means[worst]:.1f} points.",
    )


def first_epoch() -> Question:
    first = {run.spec.name: run for run in recorded("recipes") if run.plan.seed == 0}
    runs = {"cold": first["learning rate 0.02"], "ours": _base(), "hot": first["learning rate 3"]}
    losses = {name: run.history[0].train_loss for name, run in runs.items()}
    return quiz(
        "After the first epoch, which of the three has the smallest training loss?",
        answer=smallest(losses),
        choices={
            "cold": f"Loss {losses['cold']:.2f}. Its steps are too small to get far in one epoch.",
            "ours": f"Loss {losses['ours']:.2f}. Its steps are large, and yet lead downhill.",
            "hot": f"Loss {losses['hot']:.2f}. Its steps are so large that they overshoot.",
        },
    )


def left_alone() -> Question:
    pairs = [(one.probability, two.probability) for one, two in policy.POLICY]
    left = 100 * sum((1 - p) * (1 - q) for p, q in pairs) / len(pairs)
    p, q = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return predict(
        f"There are {len(pairs)} sub-policies. On average, the first operation happens in a share "
        f"of {p:.2f}, the second of {q:.2f}. In about what share of the draws does neither happen?",
        answer=left,
        unit="%",
        why=f"About (1 - {p:.2f}) x (1 - {q:.2f}) = {(1 - p) * (1 - q):.0%}; worked out for each "
        f"by itself, then averaged, {left:.1f}%. So the network still sees many pictures as they "
        "are.",
    )


def official_decay() -> Question:
    plan, decay = _base().plan, FACTS["weight-average"].value
    steps = plan.pictures // plan.recipe.batch_size
    return quiz(
        f"The official code has a decay of {decay}. What would it do, if every step of a training "
        "as short as ours had it?",
        answer="keep much of the start",
        choices={
            "keep much of the start": f"Each step keeps {decay}; {steps:,} steps keep {decay} to "
            f"the power of {steps:,}, {decay**steps:.0%}: so much would still be random weights.",
            "make no difference": "The copy is what is tested, and the decay decides what is in "
            "it.",
            "average better": "It reaches back further than the training: what it finds is the "
            "start.",
        },
    )


def epoch_steps(pictures: int, batch: int) -> Question:
    whole = pictures // batch
    return predict(
        f"{pictures:,} training pictures in batches of {batch}: how many steps does one `epoch` "
        "take?",
        answer=whole,
        unit="steps",
        why=f"{pictures:,} / {batch} = {pictures / batch:.2f}, and only whole batches are taken: "
        f"{whole}. The {pictures - whole * batch} pictures left over have their chance in the "
        "order of the next epoch.",
    )


def zero_grad() -> Question:
    with torch.enable_grad():
        weight = torch.ones(1, requires_grad=True)
        for _ in range(2):
            (3 * weight).sum().backward()  # the gradient of 3w is 3
    assert weight.grad is not None
    left = weight.grad.item()
    return quiz(
        "Each step calls `backward` once. Without `zero_grad`, whose gradients would move the "
        "weights?",
        answer="this step's" if left == 3 else "those of all steps so far",
        choices={
            "this step's": f"`backward` adds to what is there: twice 3w leaves {left:g}.",
            "those of all steps so far": f"`backward` adds: twice 3w leaves {left:g}.",
        },
    )


def augmentation_few() -> Question:
    without, ours = "no augmentation", _base().spec.name
    here, there = (Study(name).gain(without, ours) for name in ("recipes", "recipes_few"))
    return predict(
        "With all pictures, leaving out flips and shifts changes the accuracy by "
        f"{100 * here.value:+.1f} points. And with a tenth of them? (A loss has a minus.)",
        answer=100 * there.value,
        unit="points",
        why=f"{there.first.mean:.1%} without them, {there.second.mean:.1%} with them: "
        f"{said([there])}. There each picture comes ten times as often.",
    )


def luck(found: np.ndarray, truth: float) -> Question:
    """Ask about accuracies in percent of equally good recipes: a row a repetition."""
    repetitions, tried = found.shape
    above, give_or_take = found.max(axis=1).mean() - 100 * truth, found.std()
    return predict(
        f"{tried} such recipes are tried. How many points above {truth:.0%} is the best?",
        answer=above,
        unit="points",
        why=f"It is {above / give_or_take:.2f} times {give_or_take:.2f} points above: one of "
        f"{tried} lies about so far out. (A mean over {repetitions:,} repetitions.)",
    )
