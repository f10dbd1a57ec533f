"""The proof of a learner's MBConv.

The learner's block and another implementation's get the same random weights; then they must give
the same outputs. Where they do not, the block is compared with its `variants`, one for each of the
known `slips`: the slip that explains everything seen is the one that is named.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .._slips import Slip, slip_that_explains
from ..arch.block import BlockSetting
from ..view.picture import Cell
from ..view.result import CheckResult
from ..view.tables import Table
from .peer import PEER_NAME
from .slips import OUTPUT_SLIPS, SHAPE_SLIPS, fields
from .slots import Slot, signature, watched
from .training_mode import check_training
from .trial import BlockClass, Trial, first_line, quiet, same_outputs, tried
from .variants import block_output, draw_slots

__all__ = ["SETTINGS", "BlockClass", "prove_mbconv"]

SIGNATURE = "MBConv(in_channels, out_channels, expand, kernel, stride, se_ratio, drop_path_rate)"

#: From simple to all at once: with and without expansion, skip, stride and squeeze-excite.
SETTINGS = (
    BlockSetting(8, 12, 6, 3, 1),
    BlockSetting(8, 8, 6, 3, 1),
    BlockSetting(8, 12, 6, 3, 2),
    BlockSetting(8, 8, 6, 5, 2),
    BlockSetting(8, 8, 1, 3, 1),
    BlockSetting(8, 12, 1, 5, 1),
    BlockSetting(8, 8, 6, 3, 1, se_ratio=0.0),
    BlockSetting(12, 12, 4, 5, 1, se_ratio=0.5),
)


def prove_mbconv(
    cls: BlockClass, settings: Sequence[BlockSetting | tuple[float, ...]] | None = None
) -> CheckResult:
    """Prove that a learner's MBConv does what another implementation's does.

    Parameters
    ----------
    cls
        The class; its module takes and gives `(N, C, H, W)`. Names inside do not matter.
    settings
        Blocks to try; by default `SETTINGS`.

    Returns
    -------
    CheckResult
        Correct if, with the same random weights, outputs are the same in evaluation mode in
        every setting, and if stochastic depth and running statistics behave in training mode.
        Otherwise the message names the slip, where it is a known one. Nothing that the learner's
        code raises comes out of here.
    """
    handed_in: object = cls  # by a learner: it may be anything
    if handed_in is None or handed_in is Ellipsis:
        return CheckResult("not attempted", f"There is no block yet: write a class {SIGNATURE}.")
    if isinstance(handed_in, nn.Module) or not callable(handed_in):
        return CheckResult(
            "incorrect", "Hand in the class itself, not a block made of it: prove_mbconv(MBConv)."
        )
    wanted = SETTINGS if settings is None else tuple(BlockSetting(*s) for s in settings)
    with quiet():
        trials = [tried(cls, setting) for setting in wanted]
        found = _judged(trials) or check_training(cls, wanted)
    details = _details(trials)
    if found is not None:
        return replace(found, details=found.details or details)
    return CheckResult(
        "correct",
        f"Your MBConv is right: with the same random weights it gives the outputs of {PEER_NAME}'s "
        f"block in all {len(trials)} settings, and in training it drops and rescales as it should.",
        details=details,
    )


def _details(trials: Sequence[Trial]) -> Table:
    rows: list[tuple[Cell, ...]] = [(str(trial.setting), trial.outcome) for trial in trials]
    return Table(
        f"Your block beside {PEER_NAME}'s, with the same random weights",
        ("block", "your block"),
        tuple(rows),
    )


def _judged(trials: Sequence[Trial]) -> CheckResult | None:
    """Return what is wrong in evaluation mode; None if nothing is."""
    return (
        _not_attempted(trials)
        or _not_made(trials)
        or _other_weights(trials)
        or known_slip(trials)
        or _raised(trials)
        or _no_tensor(trials)
        or _unknown_slip(trials)
    )


def _not_attempted(trials: Sequence[Trial]) -> CheckResult | None:
    if not any(isinstance(trial.error, NotImplementedError) for trial in trials):
        empty = all(
            trial.error is None and not isinstance(trial.output, Tensor) and not trial.slots
            for trial in trials
        )
        if not empty:
            return None
    return CheckResult(
        "not attempted", "Your block has no forward pass yet: it must return a tensor (N, C, H, W)."
    )


def _not_made(trials: Sequence[Trial]) -> CheckResult | None:
    for trial in trials:
        if trial.module is None and trial.error is not None:
            hint = f" It is called as {SIGNATURE}." if isinstance(trial.error, TypeError) else ""
            return _broken(trial, "could not be made", hint)
    return None


def _raised(trials: Sequence[Trial]) -> CheckResult | None:
    for trial in trials:
        if trial.error is not None:
            return _broken(trial, "raised an error")
    return None


def _broken(trial: Trial, what: str, hint: str = "") -> CheckResult:
    place = f" ({trial.place})" if trial.place else ""
    return CheckResult(
        "incorrect",
        f"Your block {what} for {trial.setting}. {type(trial.error).__name__}: "
        f"{first_line(trial.error) if trial.error else ''}{place}.{hint}",
        "error",
        broken=True,
    )


def _no_tensor(trials: Sequence[Trial]) -> CheckResult | None:
    for trial in trials:
        if not isinstance(trial.output, Tensor):
            return CheckResult(
                "incorrect",
                f"Your block's forward gives {trial.output!r:.40}; it must return a tensor "
                "(N, C, H, W). Does it end with return?",
                "no-tensor",
            )
    return None


# ------------------------------------------------------------------ weights


def _other_weights(trials: Sequence[Trial]) -> CheckResult | None:
    if all(trial.same_weights for trial in trials):
        return None
    for way in (way for one in SHAPE_SLIPS for way in one.of(draw_slots)):
        if all(_has_weights_of(trial, way) for trial in trials):
            wrong = next(trial for trial in trials if not trial.same_weights)
            return _named(way, wrong.setting)
    # An error that stopped the block tells more than the weights.
    return _raised(trials) or _compared_weights(trials)


def _has_weights_of(trial: Trial, way: Slip) -> bool:
    variant = draw_slots(trial.setting, **way.options)
    return signature(_slots(trial)) == signature(list(variant.values()))


def _slots(trial: Trial) -> list[Slot]:
    return [slot for _, slot in trial.slots]


def _compared_weights(trials: Sequence[Trial]) -> CheckResult:
    trial = next(trial for trial in trials if not trial.same_weights)
    mine, right = signature(_slots(trial)), signature(list(trial.given.values()))
    lacking = [_described(*part) for part in (right - mine).elements()]
    extra = [_described(*part) for part in (mine - right).elements()]
    parts = [f"lacks {', '.join(lacking)}"] if lacking else []
    parts += [f"has {', '.join(extra)} that should not be there"] if extra else []
    return CheckResult(
        "incorrect",
        f"Your block has other weights than it should for {trial.setting}: it "
        f"{' and '.join(parts)}.",
        "other-weights",
    )


def _described(kind: str, shape: tuple[int, ...], bias: bool) -> str:
    if kind == "Norm":
        return f"a batch normalisation of {shape[0]} channels"
    size = " x ".join(map(str, shape[2:] or (1, 1)))
    inputs = shape[1] if len(shape) > 1 else 1
    return (
        f"a {size} convolution with {shape[0]} outputs of {inputs} inputs each "
        f"{'with' if bias else 'without'} bias"
    )


# ------------------------------------------------------------------ outputs


def known_slip(trials: Sequence[Trial]) -> CheckResult | None:
    """Find the slip, or the two slips, that explain all that was seen."""
    failed = [trial for trial in trials if not trial.right]
    if not failed:
        return None
    # What failed first: most guesses fall there.
    order = sorted(trials, key=lambda trial: trial.right)
    ways = [way for one in OUTPUT_SLIPS for way in one.of(block_output)]
    way = slip_that_explains(ways, block_output, order, _behaves)
    return _named(way, failed[0].setting) if way else None


def _behaves(way: Slip, trial: Trial) -> bool:
    """Whether a block with this slip does what the learner's block did."""
    try:
        output = block_output(trial.given, trial.setting, trial.x, **way.options)
    except ValueError:
        return isinstance(trial.error, (RuntimeError, ValueError))
    return trial.error is None and same_outputs(trial.output, output)


def _named(way: Slip, setting: BlockSetting) -> CheckResult:
    return CheckResult("incorrect", way.explain(fields(setting)), way.name)


_PARTS = {
    "expand": "the expansion",
    "expand_norm": "the normalisation of the expansion",
    "depthwise": "the depthwise convolution",
    "depthwise_norm": "the normalisation of the depthwise convolution",
    "reduce": "the first convolution of squeeze-excite",
    "gate": "the second convolution of squeeze-excite",
    "project": "the projection",
    "project_norm": "the normalisation of the projection",
}


def _unknown_slip(trials: Sequence[Trial]) -> CheckResult | None:
    failed = next((trial for trial in trials if not trial.right), None)
    if failed is None:
        return None
    passed = [str(trial.setting) for trial in trials if trial.right]
    others = f" {len(passed)} of {len(trials)} settings agree." if passed else ""
    return CheckResult(
        "incorrect",
        f"Your block has the right weights and gives other outputs for {failed.setting} "
        f"({failed.outcome}).{_first_difference(failed)}{others}",
        "other-outputs",
    )


def _first_difference(trial: Trial) -> str:
    """Say which part is the first to get something else than it should, where that can be seen."""
    trace: dict[str, NDArray[np.float64]] = {}
    block_output(trial.given, trial.setting, trial.x, trace=trace)
    assert trial.module is not None
    with watched(trial.module) as calls:
        trial.module(trial.x.clone())
    inputs = {call.module: call.input for call in calls}
    before = "the block's input"
    for name, place in zip(trial.given, trial.partners, strict=True):
        seen, expected = inputs.get(trial.slots[place][0]), torch.from_numpy(trace[name])
        # A depthwise convolution may get its picture padded already.
        if seen is not None and (name != "depthwise" or seen.shape == expected.shape):
            if seen.numel() != expected.numel() or not same_outputs(
                seen.reshape(expected.shape), expected
            ):
                return f" What enters {_PARTS[name]} is different already: look after {before}."
            before = _PARTS[name]
    return f" The parts get what they should up to {before}: look at what comes after it."
