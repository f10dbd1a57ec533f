"""What the tasks of tensors share: how they are drawn, and how close an answer must be."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...plain import Plain
from .probes import tensors

#: Learners work in single precision; inputs are such that no error grows beyond a tenth of this.
REL, ABSOLUTE = 1e-4, 2e-5

Numbers = NDArray[np.float32]


def as_answer(function: Callable[..., Plain]) -> Callable[..., Any]:
    """Return a function of arrays as one of tensors."""

    def answer(**case: Any) -> Any:
        arrays = {key: _arrays(value) for key, value in case.items()}
        value = function(**arrays)
        several = isinstance(value, list) and all(isinstance(one, np.ndarray) for one in value)
        return [_tensor(one) for one in value] if several else _tensor(value)

    return answer


def _arrays(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _arrays(item) for key, item in value.items()}
    return value.numpy() if hasattr(value, "numpy") else value


def _tensor(value: Any) -> Any:
    return tensors(value.copy()).float() if isinstance(value, np.ndarray) else value


class Draw:
    """Draws numbers in single precision.

    Parameters
    ----------
    random
        Where they come from.
    """

    def __init__(self, random: Random) -> None:
        self.random = np.random.default_rng(random.getrandbits(64))

    def numbers(self, *shape: int, spread: float = 1.0) -> Numbers:
        """Draw numbers of both signs that are not close to 0: none is left out by accident."""
        sizes = self.random.uniform(0.3, 1.0, shape) * spread
        return _narrow(sizes * self.random.choice((-1.0, 1.0), shape))

    def pictures(self, *shape: int) -> Numbers:
        """Draw feature maps whose means and spreads differ from channel to channel."""
        spreads = self.random.uniform(0.2, 0.6, (1, shape[1], 1, 1))
        return _narrow(
            self.numbers(*shape[:2], 1, 1) + spreads * self.random.standard_normal(shape)
        )

    def gates(self, channels: int, units: int) -> dict[str, Numbers]:
        """Draw the weights of squeeze-excite."""
        return {
            "reduce": self.numbers(units, channels, 1, 1, spread=2.0),
            "reduce_bias": self.numbers(units),
            "gate": self.numbers(channels, units, 1, 1, spread=2.0),
            "gate_bias": self.numbers(channels),
        }

    def norm(self, channels: int, least: float, most: float) -> dict[str, Numbers]:
        """Draw what belongs to a batch normalisation; variances are between `least` and `most`."""
        return {
            "weight": self.numbers(channels, spread=1.5),
            "bias": self.numbers(channels),
            "mean": self.numbers(channels),
            "var": _narrow(self.random.uniform(least, most, channels)),
        }

    def block(
        self, inputs: int, outputs: int, expand: int, kernel: int, units: int
    ) -> dict[str, Any]:
        """Draw the weights of a block; without `units` it has no squeeze-excite."""
        wide = inputs * expand
        weights: dict[str, Any] = {}
        if expand > 1:
            weights["expand"] = self.numbers(wide, inputs, 1, 1)
            weights["expand_norm"] = self.norm(wide, 0.5, 2.0)
        weights["depthwise"] = self.numbers(wide, 1, kernel, kernel, spread=1 / kernel)
        weights["depthwise_norm"] = self.norm(wide, 0.5, 2.0)
        if units:
            weights |= self.gates(wide, units)
        weights["project"] = self.numbers(outputs, wide, 1, 1)
        weights["project_norm"] = self.norm(outputs, 0.5, 2.0)
        return weights

    def kept(self, count: int) -> NDArray[np.bool_]:
        """Draw which branches are kept: one at least, and not all."""
        kept = np.zeros(count, dtype=bool)
        kept[self.random.permutation(count)[: self.random.integers(1, count)]] = True
        return kept


def _narrow(values: Sequence[float] | NDArray[Any]) -> Numbers:
    return np.asarray(values, dtype=np.float32)
