"""Signs: how a slip is told where draws are the learner's own.

A search draws at random, in an order of its own, so there is nothing to compare it with. Here a
slip's row comes with what shows it in what was made; a judge tries the rows in order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from ...._slips import Slip
from ....view.result import CheckResult
from ....view.tables import Table
from ... import Case
from ...judging import judge_changed
from ...plain import Plain, same
from ...probing import Inputs, call_text, value_text
from ...telling import STOPS

#: All that is known of a search, or of the children of one parent: its case, what the probe tells
#: of it, its `call`, the `count` of networks that were made, and a search's `history`.
Trial: TypeAlias = Mapping[str, Any]

#: What is found in a trial: nothing, or what a message tells of, which begins with what is `said`.
Facts: TypeAlias = Mapping[str, Any] | bool | None

#: Returns the trial in which a slip is seen, with the facts; None if it is not seen.
Seen: TypeAlias = Callable[[Slip, Sequence[Trial]], Trial | None]


@dataclass(frozen=True)
class Sign(Slip):
    """A slip, and what shows it."""

    seen: Seen = lambda slip, trials: None


def sign(name: str, seen: Seen, /, **options: Any) -> Sign:
    """Return a slip that goes wrong by options of the reference, and what shows it."""
    return Sign(name, options=options, seen=seen)


def signs(seen: Seen, *slips: Slip) -> tuple[Sign, ...]:
    """Return slips that are all seen in the same way."""
    return tuple(Sign(**vars(one), seen=seen) for one in slips)


def anywhere(test: Callable[[Trial], Facts]) -> Seen:
    """Return what is seen as soon as a test finds something in one trial."""
    return lambda slip, trials: next(
        (t if found is True else {**t, **found} for t in trials if (found := test(t))), None
    )


def judge_signs(function: str, rows: Sequence[Sign], inputs: Inputs, answer: Plain) -> CheckResult:
    """Judge what a learner's function made: the first slip that is seen is named."""
    try:
        return _judged(function, rows, inputs["cases"], answer)
    except STOPS:
        return CheckResult("incorrect", f"{function} gave no answers that could be read.", "odd")


def _judged(
    function: str, rows: Sequence[Sign], cases: Sequence[Case], answer: Plain
) -> CheckResult:
    trials = [_trial(function, {**c, **run}) for c, run in zip(cases, answer, strict=True)]
    for one in rows:
        if seen := one.seen(one, trials):
            message = f"{seen.get('said', '')} {one.explain(seen)}".strip()
            return CheckResult("incorrect", message, one.name, details=_table(seen))
    count = sum(trial["count"] for trial in trials)
    right = f"{function} is right: all {count:,} networks that it made were looked at."
    calls, changed = [t["call"] for t in trials], [t["changed"] for t in trials]
    return judge_changed(calls, changed, "work on a copy") or CheckResult("correct", right)


def _trial(function: str, known: Trial) -> Trial:
    shown = ("parent", "population", "tournament", "samples")
    call = call_text(function, **{name: known[name] for name in shown if name in known})
    counts = known.get("counts", [1] * len(known["made"]))
    made = [one for one, n in zip(known["made"], counts, strict=True) for _ in range(n)]
    if len(made) != known.get("children", len(made)):
        raise ValueError("children are missing")
    history = list(zip(made, known.get("rewards", ()), strict=False))
    more = dict(call=f"{call[:-1]}, ...)", made=made, count=len(made), history=history)
    return {**known, **more}


def _table(trial: Trial) -> Table | None:
    rows = [(n, f"{r:.3f}", value_text(one)) for n, (one, r) in enumerate(trial["history"], 1)]
    caption = f"What was evaluated by {trial['call']}"
    return Table(caption, ("network", "reward", "architecture"), tuple(rows[:40])) if rows else None


# ------------------------------------------------------------------ slips of all three tasks


def _strange(trial: Trial) -> Facts:
    for got in trial["made"]:
        if not isinstance(got, dict) or got.keys() != trial["space"].keys():
            why = "An architecture is a dict with one choice for each slot of the space: it must "
            return dict(got=value_text(got), why=f"{why}have all slots, and no others.")
        for slot, few in trial["space"].items():
            if not any(same(got[slot], choice) for choice in few):
                why = (
                    f"{value_text(got[slot])} is no choice of {slot}. Each slot has its own choices"
                )
                return dict(got=value_text(got), why=f"{why}, here {few}: draw one of them.")
    return None


def _unless(name: str) -> Seen:
    return anywhere(lambda t: t[name] is not True)


STRANGE = sign("no-architecture", anywhere(_strange), made=lambda one, space: [*one.values()])
STRANGE = STRANGE.either(made=lambda one, space: space).says("{call} makes {got}. {why}")

GENERATOR = (
    sign("rng-not-used", _unless("used"), generator=lambda rng: Random()).says(
        "{call} never uses the generator `rng` that it is given. Draw with rng.choice and its "
        "like, not with the module random: then a search can be repeated exactly."
    ),
    sign("not-repeatable", _unless("repeats"), generator=lambda r: r.random() and Random()).says(
        "{call} was called twice with generators in the same state, and the results differ. Every "
        "draw must come from `rng`, none from the module random or from numpy."
    ),
)
