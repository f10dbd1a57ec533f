"""The weights of any block, found without knowing what its author called them.

A block's weights are a sequence of slots: one for each convolution (or linear layer), one for each
batch normalisation. Two blocks of the same design have the same slots in the same order, so weights
go from one to the other whatever the attributes are called.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor, nn


class Weight(NamedTuple):
    """Weights of a convolution or linear layer; `bias` is None without one."""

    weight: Tensor
    bias: Tensor | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """`(out, in, k, k)`, or `(out, in)` if 1x1: then a linear layer does the same."""
        shape = tuple(self.weight.shape)
        return shape[:2] if all(side == 1 for side in shape[2:]) else shape


class Norm(NamedTuple):
    """Scale, shift and running statistics of a normalisation."""

    weight: Tensor
    bias: Tensor
    mean: Tensor
    var: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """`(channels,)`: one scale, shift, mean and variance each."""
        return tuple(self.weight.shape)


Slot: TypeAlias = Weight | Norm

#: What weights a block has: how many of each kind and shape, with or without bias.
Signature: TypeAlias = Counter[tuple[str, tuple[int, ...], bool]]


class Call(NamedTuple):
    """One call of a module without children, in a forward pass."""

    module: nn.Module
    input: Tensor
    output: Tensor


@contextmanager
def watched(module: nn.Module) -> Iterator[list[Call]]:
    """Collect the calls of all innermost modules while the context is open, in order."""
    calls: list[Call] = []

    def note(inner: nn.Module, inputs: tuple[object, ...], output: object) -> None:
        if inputs and isinstance(inputs[0], Tensor) and isinstance(output, Tensor):
            # Copies: a later layer may write in place.
            calls.append(Call(inner, inputs[0].detach().clone(), output.detach().clone()))

    innermost = [inner for inner in module.modules() if not list(inner.children())]
    hooks = [inner.register_forward_hook(note) for inner in innermost]
    try:
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put a module into evaluation mode while the context is open, then each part back."""
    modes = {inner: inner.training for inner in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for inner, mode in modes.items():
            inner.training = mode


def slots_of(module: nn.Module, calls: Sequence[Call] = ()) -> list[tuple[nn.Module, Slot]]:
    """Return a block's slots with the modules that own them.

    Parameters
    ----------
    module
        Any block, whatever it calls its parts.
    calls
        From `watched`: slots come in the order of calls; those of modules that were not called
        follow in the order of registration.
    """
    order = list(dict.fromkeys(call.module for call in calls))
    order += [inner for inner in module.modules() if inner not in set(order)]
    return [(inner, slot) for inner in order for slot in _own_slots(inner)]


def _own_slots(module: nn.Module) -> Iterator[Slot]:
    own = dict(module.named_parameters(recurse=False))
    mean, var = (getattr(module, f"running_{name}", None) for name in ("mean", "var"))
    if isinstance(mean, Tensor) and isinstance(var, Tensor):
        one, zero = torch.ones_like(mean), torch.zeros_like(mean)
        yield Norm(own.get("weight", one), own.get("bias", zero), mean, var)
        return
    if len(own) <= 2 and "weight" in own:
        yield Weight(own["weight"], own.get("bias"))
        return
    # Parameters that a block keeps itself: each matrix or kernel, with the vector after it.
    waiting: Tensor | None = None
    for parameter in own.values():
        if parameter.dim() > 1:
            if waiting is not None:
                yield Weight(waiting)
            waiting = parameter
        elif waiting is not None:
            yield Weight(waiting, parameter)
            waiting = None
    if waiting is not None:
        yield Weight(waiting)


def signature(slots: Sequence[Slot]) -> Signature:
    """Return what weights there are, in no order."""
    return Counter(
        (type(slot).__name__, slot.shape, isinstance(slot, Weight) and slot.bias is not None)
        for slot in slots
    )


def copy_slots(source: Sequence[Slot], target: Sequence[Slot]) -> list[int]:
    """Copy weights into the slots of another block, in order among those of one kind and shape.

    Returns
    -------
    list[int]
        For each slot of `source`, the place of its partner in `target`.

    Raises
    ------
    ValueError
        If the two do not have the same weights.
    """
    if signature(source) != signature(target):
        raise ValueError("the blocks do not have the same weights")
    free = list(range(len(target)))
    partners = []
    for slot in source:
        place = next(n for n in free if _alike(slot, target[n]))
        free.remove(place)
        partners.append(place)
        with torch.no_grad():
            for new, old in zip(slot, target[place], strict=True):
                if new is not None and old is not None:
                    old.copy_(new.reshape(old.shape))
    return partners


def _alike(one: Slot, other: Slot) -> bool:
    return signature([one]) == signature([other])
