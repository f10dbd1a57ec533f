"""A design of one's own, scored by conditions and limits."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ....arch import CIFAR_BASE, NetworkSpec, StageSpec, cost, scaled, stage_repeats
from ....view.result import CheckResult
from ....view.tables import Table
from ... import About, Task, slip
from ...judging import part
from ...plain import Plain, article, plain, same
from ...probing import Inputs
from . import probes
from .device import BASE, CLASSES, PICTURE, SAYS, form, within


def design(
    *, rows: Sequence[Sequence[Any]] = ((1, 1, 12, 1), (4, 2, 20, 2), (4, 2, 36, 2)), **changed: Any
) -> NetworkSpec:
    stages = (StageSpec(expand, 3, *others) for expand, *others in rows)
    return replace(BASE, stages=tuple(stages), **changed)


def judge(inputs: Inputs, answer: Plain) -> CheckResult:
    """Judge the fields of a network."""
    kind, fields = part(answer, "type"), part(answer, "fields")
    if kind != NetworkSpec.__name__ or not isinstance(fields, dict):
        what = article(kind) if isinstance(kind, str) and kind.isidentifier() else "something else"
        return refused("no-spec", f"gives {what}; it should give a NetworkSpec, as replace does.")
    try:
        spec = NetworkSpec.from_dict({"name": "design", **fields})
    except ValueError as error:
        return refused("invalid", f"gives no valid network: {error}.")
    if not same(plain(spec.to_dict()), {"name": "design", **fields}):  # nothing is made up here
        return refused("invalid", "gives no valid network: some of its fields are not there.")
    if (count := sum(stage_repeats(spec))) > 500:  # is not even priced
        return refused("too-many-blocks", f"has {count:,} blocks, which no small device can run.")
    if cost(replace(spec, resolution=PICTURE, num_classes=CLASSES)).layers == cost(BASE).layers:
        says = "has the layers of the base. Design one of your own: other widths, kernels, "
        return refused("the-base", f"{says}expansions or numbers of blocks.")
    return scored(spec)


def refused(slip: str, says: str) -> CheckResult:
    return CheckResult("incorrect", f"design() {says}", slip)


def scored(spec: NetworkSpec) -> CheckResult:
    """Return the points of a design; limits count for a fair one only."""
    fair = all(met for _, _, met, *_ in form(spec))
    asked = [*form(spec), *within(spec, points=5 if fair else 0)]
    rows = [(*texts, "yes" if met else "no", points * met) for _, points, met, *texts in asked]
    table = Table("What was asked for", ("yours", "asked for", "met", "points"), tuple(rows))
    earned = sum(points * met for _, points, met, *_ in asked)
    result = partial(CheckResult, points=earned, max_points=20, details=table)
    unmet = {name: SAYS[name].format(*texts) for name, _, met, *texts in asked if not met}
    if not unmet:
        return result("correct", "The design meets every condition and every limit.")
    # What another picture makes of the costs would only mislead.
    says = [unmet["pictures"]] if "pictures" in unmet else [*unmet.values()]
    if not fair:
        says.append("A limit that is kept gives points as soon as the design is a fair one.")
    return result("incorrect", " ".join(says), next(iter(unmet)))


AS_RIGHT = "another network that keeps every limit, and as right"

TASK = Task(
    right=design,
    cases=lambda random: {"look": random.random()},  # a design is the same whenever it is looked at
    probe=probes.design,
    judge=judge,
    example={},
    about=About("Your design", points=20, difficulty=4, importance=5, minutes=25),
    hints=(
        "Begin with the base and change one thing: replace(base, stages=...) with one row "
        "altered. Look at costs_of(...) after each step: which limit comes first?",
        "MACs are spent where maps are large, in the first stages; kilobytes where channels "
        "are many, in the last stage and the head; milliseconds by each layer. Which of the "
        "three have you left, and where could you spend it?",
        "To double the number of layers is too slow, and to widen everything takes too many "
        "kilobytes. Widen the first stages, or expand more there, or take 5x5 kernels; leave "
        "the last stage and the head as they are.",
    ),
    slips=(
        slip("pictures", num_classes=1000).either(resolution=16),
        slip("blocks", rows=((1, 1, 12, 1), (4, 2, 20, 1), (4, 2, 36, 1))),
        slip("map", rows=((1, 4, 64, 2), (4, 4, 36, 2), (4, 4, 36, 2))),
        slip("spent", lambda: scaled(BASE, width=0.5)),
        slip("over-macs", rows=((1, 1, 16, 1), (4, 2, 20, 2), (4, 2, 32, 2)), head_channels=96),
        slip("over-kilobytes", lambda: scaled(BASE, width=1.15)),
        slip("over-milliseconds", rows=((1, 1, 8, 3), (4, 2, 12, 4), (4, 2, 20, 4))),
        slip("the-base", lambda: replace(BASE, dropout=0.3)).either(lambda: CIFAR_BASE),
        slip("too-many-blocks", rows=((1, 1, 8, 256), (4, 2, 16, 256))),
        slip("no-spec", lambda: [[1, 3, 1, 12, 1]]).either(lambda: design().to_dict()),
    ),
    also_right=(
        "design = lambda: replace(base, stages=(base.stages[0], "
        "replace(base.stages[1], expand=4, kernel=5), base.stages[2]))",
    ),
    wrong=(("design = lambda: NetworkSpec", "gives a type"),),
    equivalent={
        "replace(base, name='wider start', stages=(first, middle, last)) -> "
        "replace(base, stages=(first, middle, last))": "a name is for people",
        **dict.fromkeys(("12 -> 13", "12 -> 11", "20 -> 21", "20 -> 19"), "the same multiple of 4"),
        "replace(first, channels=12) -> replace(first)": AS_RIGHT,
        "replace(middle, channels=20, expand=4) -> replace(middle, expand=4)": AS_RIGHT,
        "replace(middle, channels=20, expand=4) -> replace(middle, channels=20)": AS_RIGHT,
        "4 -> 3": AS_RIGHT,
    },
)
