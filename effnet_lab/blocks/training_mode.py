"""What a block does in training only: running statistics, and stochastic depth.

In training mode a block with a skip gives ``x + k * y`` for each picture, where ``y`` is its branch
and ``k`` is 0 (dropped) or 1 / survival (kept). `y` is known from the other implementation, so `k`
can be read off the learner's outputs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..arch.block import BlockSetting
from ..view.result import CheckResult
from .peer import peer_block
from .reference import MOMENTUM
from .slots import Norm, copy_slots, slots_of, watched
from .trial import SIZE, BlockClass, first_line, made, place_of, same_outputs
from .variants import draw_slots

#: Not a half, so that the rate and the survival probability cannot be taken for each other.
RATE = 0.4

#: Batches and pictures in each; all batches alike by chance: once in 200,000.
_BATCHES, _PICTURES = 24, 16

_NOT_A_FACTOR = 1e-6


class _Pair(NamedTuple):
    """The learner's block and the other implementation's, with the same random weights."""

    mine: nn.Module
    peer: nn.Module


def check_training(cls: BlockClass, settings: Sequence[BlockSetting]) -> CheckResult | None:
    """Return what is wrong in training mode with a block that is right otherwise, or None.

    Parameters
    ----------
    cls
        The learner's class.
    settings
        The first with a skip and the first without one are tried.
    """
    with_skip = [s._replace(drop_path_rate=RATE) for s in settings if s.has_skip][:1]
    without = [s._replace(drop_path_rate=RATE) for s in settings if not s.has_skip][:1]
    checks = [(_check_without_dropping, s) for s in (with_skip + without)[:1]]
    checks += [(check, s) for s in with_skip for check in (_check_evaluation, _check_dropping)]
    checks += [(_check_block_without_skip, s) for s in without]
    try:
        return next((found for check, s in checks if (found := check(cls, s))), None)
    except (Exception, SystemExit) as error:
        place = place_of(error)
        return CheckResult(
            "incorrect",
            f"Your block raised an error in training mode, with drop_path_rate = {RATE:g}. "
            f"{type(error).__name__}: {first_line(error)}{f' ({place})' if place else ''}.",
            "error",
            broken=True,
        )


def _pair(cls: BlockClass, setting: BlockSetting) -> _Pair:
    mine, peer = made(cls, setting), peer_block(setting)
    given = list(draw_slots(setting).values())
    mine.eval()
    with watched(mine) as calls:
        mine(_pictures(setting))
    copy_slots(given, [slot for _, slot in slots_of(mine, calls)])
    copy_slots(given, [slot for _, slot in slots_of(peer)])
    return _Pair(mine.train(), peer.train())


def _pictures(setting: BlockSetting) -> Tensor:
    return torch.randn(_PICTURES, setting.in_channels, SIZE, SIZE, dtype=torch.float64)


# ------------------------------------------------------------------ normalisation


def _check_without_dropping(cls: BlockClass, setting: BlockSetting) -> CheckResult | None:
    """At rate 0, training mode differs by the statistics of the batch alone."""
    mine, peer = _pair(cls, setting._replace(drop_path_rate=0.0))
    before = [norm.mean.clone() for norm in _norms(peer, setting)]
    x = _pictures(setting)
    if not same_outputs(mine(x.clone()), peer(x.clone())):
        return CheckResult(
            "incorrect",
            "In training mode your block gives other outputs, even with drop_path_rate = 0. "
            "Nothing but batch normalisation (which then uses the batch's own statistics) and "
            "stochastic depth may depend on the mode.",
            "other-in-training",
        )
    for start, my_norm, peer_norm in zip(
        before, _norms(mine, setting), _norms(peer, setting), strict=True
    ):
        step = ((peer_norm.mean - start) / MOMENTUM).flatten()
        momentum = ((my_norm.mean - start).flatten() @ step / (step @ step)).item()
        if abs(momentum - MOMENTUM) > _NOT_A_FACTOR:
            return _other_momentum(momentum)
    return None


def _norms(module: nn.Module, setting: BlockSetting) -> list[Norm]:
    with watched(module) as calls:
        training = module.training
        module.eval()(_pictures(setting))
        module.train(training)
    return [slot for _, slot in slots_of(module, calls) if isinstance(slot, Norm)]


def _other_momentum(momentum: float) -> CheckResult:
    why = {
        0.99: " TensorFlow's 0.99 is the share of the old statistics that is kept; torch's "
        "momentum is the share of the new: 1 - 0.99.",
        0.1: " 0.1 is torch's own.",
    }.get(round(momentum, 6), "")
    return CheckResult(
        "incorrect",
        f"Batch normalisation: your momentum is {momentum:.4g}; it must be {MOMENTUM:g} in "
        f"torch's sense.{why}",
        "norm-momentum",
    )


# ------------------------------------------------------------------ stochastic depth


def _check_evaluation(cls: BlockClass, setting: BlockSetting) -> CheckResult | None:
    mine, peer = _pair(cls, setting)
    x = _pictures(setting)
    outputs, expected = [mine.eval()(x.clone()) for _ in range(4)], peer.eval()(x.clone())
    if all(same_outputs(output, expected) for output in outputs):
        return None
    factors = torch.cat([_factors(output, x, expected) for output in outputs])
    if _spread(factors) > _NOT_A_FACTOR:
        return CheckResult(
            "incorrect",
            "Stochastic depth at test time: your block drops in evaluation mode too. Where "
            "self.training is False, return the branch as it is.",
            "drop-path-at-test-time",
        )
    return CheckResult(
        "incorrect",
        f"Stochastic depth: in evaluation mode your branch is multiplied by {factors[0]:.3g}. "
        "The rescaling belongs to training: there, divide what is kept by the survival "
        "probability 1 - rate; then nothing is left to do at test time.",
        "drop-path-rescaled-at-test-time",
    )


def _check_dropping(cls: BlockClass, setting: BlockSetting) -> CheckResult | None:
    mine, peer = _pair(cls, setting)
    batches, whole = [], []
    for _ in range(_BATCHES):
        x = _pictures(setting)
        output, expected = mine(x.clone()), peer(x.clone())
        if not _fits(output, x, expected):
            whole.append(_fits(output, torch.zeros_like(x), expected))
        batches.append(_factors(output, x, expected))
    if whole:
        return _not_the_branch(all(whole))
    return _judged_factors(torch.stack(batches))


def _factors(output: Tensor, x: Tensor, expected: Tensor) -> Tensor:
    """Return for each picture the `k` of ``x + k * y``, where ``x + y`` is expected."""
    branch, kept = (expected - x).flatten(1), (output - x).flatten(1)  # (N, C * H * W)
    return (kept * branch).sum(1) / (branch * branch).sum(1)


def _fits(output: Tensor, x: Tensor, expected: Tensor) -> bool:
    """Whether the output is ``x + k * y`` with one `k` for each picture."""
    k = _factors(output, x, expected)[:, None, None, None]  # (N, 1, 1, 1)
    return bool(((x + k * (expected - x) - output).abs().max() < _NOT_A_FACTOR).item())


def _not_the_branch(whole: bool) -> CheckResult:
    if whole:
        return CheckResult(
            "incorrect",
            "Stochastic depth: your block drops the sum, input included. Drop the branch alone, "
            "before the add: x + drop_path(y). A dropped block then hands on its input.",
            "drop-path-of-the-sum",
        )
    return CheckResult(
        "incorrect",
        "Stochastic depth drops the whole branch of a picture, or none of it. Yours changes "
        "single values, channels or weights (that would be dropout, or drop connect): draw one "
        "number for each picture, of shape (N, 1, 1, 1).",
        "drop-path-of-parts",
    )


def _judged_factors(factors: Tensor) -> CheckResult | None:
    """Judge the `k` of all batches, `(batches, pictures)`."""
    dropped = factors.abs() < _NOT_A_FACTOR  # (batches, pictures)
    share, survival = dropped.double().mean().item(), 1 - RATE
    if not dropped.any():
        return _message(
            "drop-path-missing",
            f"in training with rate {RATE:g} your block never drops its branch. With that "
            "probability, the branch of a picture must become zero.",
        )
    if all(_spread(batch) < _NOT_A_FACTOR for batch in factors):
        return _message(
            "drop-path-per-batch",
            "your block drops for a whole batch at once. Draw for each picture by itself: a "
            "random tensor of shape (N, 1, 1, 1).",
        )
    kept = factors[~dropped]
    if abs(share - RATE) > 0.1:
        swapped = abs(share - survival) < 0.1
        return _message(
            "drop-path-rate",
            f"at rate {RATE:g} your block drops {share:.0%} of the branches"
            + (": rate and survival probability (1 - rate) are swapped." if swapped else "."),
        )
    if _spread(kept) > _NOT_A_FACTOR or abs(kept[0].item() * survival - 1) > _NOT_A_FACTOR:
        return _other_rescaling(kept)
    return None


def _other_rescaling(kept: Tensor) -> CheckResult:
    survival, factor = 1 - RATE, kept[0].item()
    right = (
        f"Divide the branches that are kept by the survival probability 1 - rate (at rate "
        f"{RATE:g}: times {1 / survival:.3g}), so that the mean stays what it is at test time."
    )
    if abs(factor - 1) < _NOT_A_FACTOR:
        return _message("drop-path-without-rescale", f"the rescaling is missing. {right}")
    return _message("drop-path-rescale", f"you multiply what is kept by {factor:.3g}. {right}")


def _check_block_without_skip(cls: BlockClass, setting: BlockSetting) -> CheckResult | None:
    mine, peer = _pair(cls, setting)
    x = _pictures(setting)
    if all(same_outputs(mine(x.clone()), peer(x.clone())) for _ in range(4)):
        return None
    return _message(
        "drop-path-without-skip",
        "your block drops its branch where there is no skip, so that nothing is left of the "
        "picture. Without a skip there is no stochastic depth.",
    )


def _message(slip: str, text: str) -> CheckResult:
    return CheckResult("incorrect", f"Stochastic depth: {text}", slip)


def _spread(values: Tensor) -> float:
    return (values.max() - values.min()).item()
