"""Blocks as they come out with a known slip: what a learner's block is compared with.

A variant is options of `reference.mbconv`, or flags of `draw_slots` for what shows in the weights;
without any it is the block of the paper. If a learner's block has a variant's weights and gives its
outputs in every setting, then that is what the learner did.
"""

from typing import Any, TypeAlias

import torch
from torch import Tensor

from ..arch.block import BlockSetting
from .reference import mbconv
from .slips import squeeze_units
from .slots import Norm, Slot, Weight

Slots: TypeAlias = dict[str, Slot]

#: Name of each part -> shape and bias.
_Shapes: TypeAlias = dict[str, tuple[tuple[int, ...], bool]]

# ------------------------------------------------------------------ weights


def draw_slots(setting: BlockSetting, **flags: bool) -> Slots:
    """Return random weights of a block, statistics included, by the names of its parts.

    Parameters
    ----------
    setting
        The block.
    flags
        How its weights go wrong: options of `slips.SHAPE_SLIPS`.
    """
    return {
        name: _random_norm(shape[0]) if name.endswith("norm") else _random_weight(shape, bias)
        for name, (shape, bias) in _shapes(setting, set(flags)).items()
    }


def _shapes(setting: BlockSetting, flags: set[str]) -> _Shapes:
    """Return the parts in the order of use."""
    narrow, out, kernel = setting.in_channels, setting.out_channels, setting.kernel
    width = out if "expansion_from_output_width" in flags else narrow
    wide = width * setting.expand
    bias = "conv_bias" in flags
    parts: _Shapes = {}
    if setting.expand != 1 or "expansion_at_ratio_1" in flags:
        side = 3 if "expand_3x3" in flags else kernel if "expand_kxk" in flags else 1
        parts |= _conv("expand", (wide, narrow, side, side), bias, flags)
    inputs = wide // narrow if "groups_of_input_width" in flags else 1
    inputs = wide if "missing_groups" in flags else inputs
    parts |= _conv("depthwise", (wide, inputs, kernel, kernel), bias, flags)
    late = "se_after_projection" in flags
    gates = _gate_shapes(setting, flags, out if late else wide)
    parts |= {} if late else gates
    parts |= _conv("project", (out, wide, 1, 1), bias, flags)
    parts |= gates if late else {}
    if "skip_conv" in flags and not setting.has_skip:
        parts["shortcut"] = ((out, narrow, 1, 1), "skip_conv_bias" in flags)
        if "skip_conv_norm" in flags:
            parts["shortcut_norm"] = ((out,), True)
    return parts


def _conv(name: str, shape: tuple[int, ...], bias: bool, flags: set[str]) -> _Shapes:
    norm = {} if f"no_{name}_norm" in flags else {f"{name}_norm": (shape[:1], True)}
    return {name: (shape, bias), **norm}


def _gate_shapes(setting: BlockSetting, flags: set[str], channels: int) -> _Shapes:
    wanted = setting.se_ratio > 0 or "se_at_ratio_0" in flags
    if not wanted or "missing_se" in flags:
        return {}
    of = setting.wide if "se_on_expanded_width" in flags else setting.in_channels
    units, bias = squeeze_units(of, setting.se_ratio), "se_without_bias" not in flags
    return {"reduce": ((units, channels, 1, 1), bias), "gate": ((channels, units, 1, 1), bias)}


def _random_weight(shape: tuple[int, ...], bias: bool) -> Weight:
    fan_in = shape[1] * shape[2] * shape[3]
    weight = torch.randn(shape, dtype=torch.float64) * fan_in**-0.5
    return Weight(weight, torch.randn(shape[0], dtype=torch.float64) if bias else None)


def _random_norm(channels: int) -> Norm:
    """Return scale, shift and statistics; some variances are so small that eps shows."""

    def between(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(channels, dtype=torch.float64)

    return Norm(between(0.5, 1.5), between(-0.5, 0.5), between(-0.5, 0.5), between(0.02, 1.0))


# ------------------------------------------------------------------ outputs


def block_output(slots: Slots, setting: BlockSetting, x: Tensor, **options: Any) -> Tensor:
    """Return what a block makes of `x`, in evaluation mode.

    Parameters
    ----------
    slots
        From `draw_slots`.
    setting, x
        The block and its input `(N, in, H, W)`, in double precision.
    options
        Of `reference.mbconv`.

    Raises
    ------
    ValueError
        If shapes do not fit, which is what some slips come to.
    """
    weights: dict[str, Any] = {}
    for name, slot in slots.items():
        tensors = {key: value.numpy() for key, value in slot._asdict().items() if value is not None}
        if isinstance(slot, Norm):
            weights[name] = tensors
        else:
            weights |= {
                name if key == "weight" else f"{name}_{key}": v for key, v in tensors.items()
            }
    return torch.from_numpy(mbconv(x.numpy(), weights, setting.stride, **options))
