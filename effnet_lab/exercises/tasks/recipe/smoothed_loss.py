"""The cross-entropy with smoothed labels."""

from collections.abc import Callable
from math import isfinite, log
from random import Random
from typing import Any, TypeAlias

import numpy as np

from ...._slips import Slip
from ... import About, Case, Task, slip
from ...plain import Plain

Array: TypeAlias = "np.ndarray[Any, Any]"


def cases(random: Random) -> list[Case]:
    numpy = np.random.default_rng(random.getrandbits(32))
    shares = [random.randint(5, 40) / 100 for _ in range(3)]
    return [
        outputs(numpy, 1, 3),
        outputs(numpy, 1, 4) | {"smoothing": shares[0]},
        outputs(numpy, 3, 4) | {"smoothing": shares[1]},
        outputs(numpy, 7, 10) | {"smoothing": shares[2]},
        outputs(numpy, 2, 5, [[900.0], [1200.0]]) | {"smoothing": 0.1},
        outputs(numpy, 2, 5, [[1200.0], [-1200.0]]) | {"smoothing": 0.1},
    ]


def outputs(random: Any, pictures: int, classes: int, lift: Any = 0.0) -> dict[str, Any]:
    """Draw what a network puts out for some pictures, and their labels."""
    logits = random.normal(0, 2, (pictures, classes)).round(1) + lift
    return dict(logits=logits, labels=random.integers(0, classes, pictures))


def log_softmax(logits: Array, axis: int = 1) -> Array:
    above = logits - logits.max(axis=axis, keepdims=True)
    return np.asarray(above - np.log(np.exp(above).sum(axis=axis, keepdims=True)))


def smoothed(right: Array, share: float, classes: int) -> Array:
    return (1 - share) * right + share / classes


def smoothed_loss(
    logits: Array,
    labels: Array,
    smoothing: float = 0.0,
    *,
    targets: Callable[[Array, float, int], Array] = smoothed,
    logs: Callable[[Array], Array] = log_softmax,
    average: Callable[[Array], Any] = lambda terms: terms.sum(axis=1).mean(),
) -> float:
    classes = logits.shape[1]
    right = (np.arange(classes) == labels[:, None]).astype(float)
    return float(average(-targets(right, smoothing, classes) * logs(logits)))


def of_smoothed_probabilities(logits: Array, labels: Array, smoothing: float = 0.0) -> float:
    """Smooth what the network says, in place of what it should say."""
    right = np.exp(log_softmax(logits))[np.arange(len(labels)), labels]
    return float(-np.log(smoothed(right, smoothing, logits.shape[1])).mean())


def note(case: Case, got: Plain, slip: Slip | None) -> str:
    if isfinite(got):
        return ""
    return (
        "The exponential of a large logit is too large for a float, and that of a very small one "
        "is 0. Only differences of logits count: take the largest of each row away first."
    )


TASK = Task(
    right=smoothed_loss,
    rel=1e-4,
    absolute=1e-6,
    cases=cases,
    note=note,
    example=dict(
        logits=np.array([[2.0, 0.0, -1.0], [0.5, 3.0, 1.0]]), labels=np.array([0, 1]), smoothing=0.1
    ),
    about=About("A loss with smoothed labels", points=16, difficulty=4, importance=4, minutes=16),
    hints=(
        "Three steps: logarithms of the probabilities, targets of the same shape, and minus "
        "the sum of their products for each picture.",
        "The logarithm of a softmax is the logit less the logarithm of the sum of all "
        "exponentials of its row. Take the largest logit of each row away before that.",
        "Targets: the share smoothing / classes for every class, and 1 - smoothing more for "
        "the right one. np.arange(classes) == labels[:, None] says where that is.",
    ),
    slips=(
        slip("ignored-smoothing").says("You leave the smoothing out: plain cross-entropy."),
        slip("to-the-others", targets=lambda r, s, k: (1 - s) * r + s / (k - 1) * (1 - r)).says(
            "You spread the share over the wrong classes only; the right one gets its part, too."
        ),
        slip("right-without", targets=lambda r, s, k: (1 - s) * r + s / k * (1 - r)).says(
            "Your targets do not add up to 1: the right class gets its part of the share, too."
        ),
        slip("nothing-taken-away", targets=lambda r, s, k: r + s / k).says(
            "Your targets add up to more than 1: what is spread is taken from the right class."
        ),
        slip("not-divided-by-classes", targets=lambda r, s, k: (1 - s) * r + s).says(
            "You give every class the whole share; all of them share it: divide it by their number."
        ),
        slip("nothing-spread", targets=lambda r, s, k: (1 - s) * r).says(
            "You take the share from the right class, and give it to none. It is spread over all."
        ),
        slip("shares-exchanged", targets=lambda r, s, k: s * r + (1 - s) / k).says(
            "You give the right class the share `smoothing`, and spread the rest: exchange them."
        ),
        slip("probabilities-smoothed", of_smoothed_probabilities).says(
            "You smooth what the network says. It is the target that is smoothed."
        ),
        slip("sum-over-pictures", average=np.sum).says("You add up the losses; take their mean."),
        slip("mean-over-classes", average=np.mean).says(
            "You take the mean over classes, too. They are added up; the mean is over pictures."
        ),
        slip("negative").says(
            "The sign is wrong: logarithms of probabilities are negative, a loss is positive."
        ),
        slip("binary-logarithm", lambda **case: smoothed_loss(**case) / log(2)).says(
            "You take logarithms to base 2; a loss is in natural ones."
        ),
        slip("no-softmax", logs=lambda logits: logits).says(
            "Logits are no logarithms of probabilities. Softmax makes them probabilities first."
        ),
        slip("no-logarithm", logs=lambda logits: np.exp(log_softmax(logits))).says(
            "You use the probabilities themselves; the loss takes their logarithms."
        ),
        slip("softmax-over-pictures", logs=lambda logits: log_softmax(logits, axis=0)).says(
            "Your probabilities add up to 1 over pictures. They must do so over classes, in a row."
        ),
    ),
    also_right=(
        "def smoothed_loss(logits, labels, smoothing=0.0):\n"
        "    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)\n"
        "    right = logs[np.arange(len(labels)), labels]\n"
        "    return -np.mean((1 - smoothing) * right + smoothing * logs.mean(axis=1))",
    ),
)
