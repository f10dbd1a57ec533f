"""What each step of a block makes of a picture, seen from outside."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..arch.block import BlockSetting
from .slots import Call, Weight, evaluating, slots_of, watched

#: In the order in which a block makes them. "gates" is `(C, 1, 1)`; the others are `(C, H, W)`.
MAP_NAMES = ("input", "expand", "depthwise", "gates", "squeeze_excite", "project", "sum")


def step_maps(
    module: nn.Module, setting: BlockSetting, x: Tensor
) -> dict[str, NDArray[np.float32]]:
    """Run a block on one picture's features and return what each step gives.

    Parameters
    ----------
    module
        Any block whose convolutions are modules; names inside do not matter.
    setting
        The numbers that it was made of.
    x
        Its input, `(1, C, H, W)`.

    Returns
    -------
    dict
        Those of `MAP_NAMES` that the block has, after normalisation and activation; "project"
        without the input added, "sum" with it, in blocks with a skip.

    Raises
    ------
    ValueError
        If the block's convolutions cannot be told from outside. What the block raises goes on.
    """
    with torch.no_grad(), evaluating(module), watched(module) as calls:
        output = module(x.clone())  # (1, out, H', W')
    parts = _parts(module, setting, calls)
    maps = {"input": x}
    if "expand" in parts:
        maps["expand"] = _without_padding(parts["depthwise"].input, parts["expand"].output)
    before_project = parts["project"].input  # (1, expanded, H', W')
    if "gate" in parts:
        maps["gates"] = _gates(parts["gate"], calls)  # (1, expanded, 1, 1)
        # Nothing stands between the gates' factor and the projection.
        maps["depthwise"] = before_project / maps["gates"].clamp_min(1e-6)
        maps["squeeze_excite"] = before_project
    else:
        maps["depthwise"] = before_project
    maps["project"] = output - x if setting.has_skip else output
    if setting.has_skip:
        maps["sum"] = output
    return {step: maps[step][0].float().numpy() for step in MAP_NAMES if step in maps}


def touched_pixels(function: Callable[[Tensor], Tensor], x: Tensor) -> int:
    """Count the output pixels that change when the input's middle pixel does.

    Parameters
    ----------
    function
        A layer, or several.
    x
        Its input, `(1, C, H, W)`.
    """
    other = x.clone()
    other[..., x.shape[-2] // 2, x.shape[-1] // 2] += 1
    with torch.no_grad():
        changed = function(x) != function(other)  # (1, out, H', W')
    return int(changed.any(1).sum())


def _parts(module: nn.Module, setting: BlockSetting, calls: list[Call]) -> dict[str, Call]:
    """Return the calls of the convolutions by name."""
    names = ["expand"] * (setting.expand != 1) + ["depthwise"]
    names += ["reduce", "gate"] * bool(setting.se_ratio) + ["project"]
    owners = {inner for inner, slot in slots_of(module, calls) if isinstance(slot, Weight)}
    found = [call for call in calls if call.module in owners]
    if len(found) != len(names):
        raise ValueError(
            f"the block calls {len(found)} convolution modules; {len(names)} were expected: "
            f"{', '.join(names)}"
        )
    return dict(zip(names, found, strict=True))


def _gates(gate: Call, calls: list[Call]) -> Tensor:
    """Return the gates `(1, C, 1, 1)`: of a module after the last convolution, or its sigmoid."""
    after = calls[[call.module for call in calls].index(gate.module) + 1]
    seen = after.output.numel() == gate.output.numel()
    gates = after.output if seen else torch.sigmoid(gate.output)
    return gates.reshape(1, -1, 1, 1)


def _without_padding(padded: Tensor, like: Tensor) -> Tensor:
    """Cut off the rim that was added for the depthwise convolution; the odd pixel is at the end."""
    height, width = like.shape[-2:]
    top, left = (padded.shape[-2] - height) // 2, (padded.shape[-1] - width) // 2
    return padded[..., top : top + height, left : left + width]
