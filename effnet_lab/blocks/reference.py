"""MBConv and its parts on arrays, in double precision, and how they go wrong.

What stands behind `*` are ways to go wrong: a slip is such options with words (`slips`). Feature
maps are `(N, C, H, W)`, and weights dicts of arrays; those of a normalisation are a dict of their
own. The tests hold all of this against `nn`, and against other implementations.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Weights: TypeAlias = Mapping[str, Any]
Activation: TypeAlias = Callable[[Array], Array]
Switch: TypeAlias = Callable[[bool], bool]

EPS, TORCH_EPS = 1e-3, 1e-5

#: Share of a running average that is new, torch's momentum; and that is kept, TensorFlow's.
MOMENTUM = 0.01
KEPT = 1 - MOMENTUM


def wide(value: Any) -> Array:
    """Return an array in double precision."""
    return np.asarray(value, dtype=np.float64)


# ------------------------------------------------------------------ activations


def sigmoid(x: Array) -> Array:
    """Return a number between 0 and 1 for each."""
    return wide(1 / (1 + np.exp(-x)))


def silu(x: Array) -> Array:
    """Return ``x * sigmoid(x)``, EfficientNet's activation."""
    return x * sigmoid(x)


def relu(x: Array) -> Array:
    """Return what is above 0, and 0 for the rest."""
    return np.maximum(x, 0)


def unchanged(x: Array) -> Array:
    """Return what comes: no activation, for instance."""
    return x


# ------------------------------------------------------------------ convolutions


def lacking_zeros(size: int, kernel: int, stride: int) -> int:
    """Return how far the last window reaches beyond a row; negative if it ends before."""
    return (-(-size // stride) - 1) * stride + kernel - size


def halves(zeros: int) -> list[int]:
    """Return the two halves of a number; the second is the larger one if it is odd."""
    return [zeros // 2, zeros - zeros // 2]


def same_padding(
    size: int,
    kernel: int,
    stride: int = 1,
    *,
    lacks: Callable[[int, int, int], int] = lacking_zeros,
    least: int | None = 0,
    split: Callable[[int], Any] = halves,
) -> Any:
    """Return how many zeros go before a row of pixels, and how many after it."""
    zeros = lacks(size, kernel, stride)
    return split(zeros if least is None else max(least, zeros))


def pointwise(x: Array, weight: Any, bias: Any = None) -> Array:
    """Convolve with a kernel of one pixel; the weight is `(out, in, 1, 1)`."""
    count, _, height, width = x.shape
    y = wide(weight)[:, :, 0, 0] @ x.reshape(*x.shape[:2], -1)
    y = y if bias is None else y + wide(bias)[:, None]
    return wide(y.reshape(count, -1, height, width))


def depthwise(x: Array, weight: Any, stride: int, pads: Sequence[Sequence[int]]) -> Array:
    """Filter each channel; `pads` are the zeros above and below, then left and right."""
    kernel, ((above, below), (left, right)) = np.shape(weight)[-1], pads
    count, channels, height, width = x.shape
    padded = np.zeros((count, channels, above + height + below, left + width + right))
    padded[:, :, above : above + height, left : left + width] = x
    rows, columns = ((side - kernel) // stride * stride + 1 for side in padded.shape[2:])
    y = np.zeros(padded[:, :, :rows:stride, :columns:stride].shape)
    for row, column in np.ndindex(kernel, kernel):
        seen = padded[:, :, row : row + rows : stride, column : column + columns : stride]
        y += seen * wide(weight)[:, :, row, column, None]
    return y


# ------------------------------------------------------------------ parts


def mean(x: Array) -> Array:
    """Return the mean of each channel, `(N, C, 1, 1)`."""
    return wide(x.mean((2, 3), keepdims=True))


def squeeze_excite(
    x: Any,
    weights: Weights,
    *,
    pool: Activation = mean,
    inner: Activation = silu,
    outer: Activation = sigmoid,
    first_bias: bool = True,
    second_bias: bool = True,
    result: Callable[[Array, Array], Array] = lambda x, gates: x * gates,
    trace: dict[str, Array] | None = None,
) -> Array:
    """Multiply each channel of each picture by its gate."""
    x = wide(x)
    biases = [weights["reduce_bias"] if first_bias else None]
    biases += [weights["gate_bias"] if second_bias else None]
    pooled = pool(x)
    units = inner(pointwise(pooled, weights["reduce"], biases[0]))
    if trace is not None:
        trace |= {"reduce": pooled, "gate": units}
    return result(x, outer(pointwise(units, weights["gate"], biases[1])))


_PIXELS = (0, 2, 3)


def batch_norm(
    x: Any,
    norm: Weights,
    training: bool = False,
    *,
    eps: float = EPS,
    root: Callable[[Array, float], Array] = lambda var, eps: np.sqrt(var + eps),
    weight: bool = True,
    bias: bool = True,
    of_batch: Switch = bool,
    axes: tuple[int, ...] = _PIXELS,
    ddof: int = 0,
    updated: bool = False,
    moves: Switch = bool,
    kept: float = KEPT,
    average_axes: tuple[int, ...] = _PIXELS,
    average_ddof: int | None = None,
) -> list[Array]:
    """Normalise; return the output and the running averages after it.

    The first options decide how numbers are normalised, `of_batch` to `updated` by which mean and
    variance, and the rest how the running averages move.
    """
    x, old = wide(x), [wide(norm["mean"]), wide(norm["var"])]
    running = old
    if moves(training):
        new = _moments(x, average_axes, ddof if average_ddof is None else average_ddof)
        running = [kept * a + (1 - kept) * b.ravel() for a, b in zip(old, new, strict=True)]
    mean, var = map(_channels, running if updated and training else old)
    if of_batch(training) and not updated:
        mean, var = _moments(x, axes, ddof)
    y = (x - mean) / root(var, eps)
    y = y * _channels(wide(norm["weight"])) if weight else y
    return [y + _channels(wide(norm["bias"])) if bias else y, *running]


def always(training: bool) -> bool:
    """Return True: for what belongs to training only."""
    return True


def never(training: bool) -> bool:
    """Return False: for what belongs to training."""
    return False


def _moments(x: Array, axes: tuple[int, ...], ddof: int) -> list[Array]:
    """Return mean and variance; `ddof` is how many numbers fewer the variance is divided by."""
    return [wide(x.mean(axes, keepdims=True)), wide(x.var(axes, ddof=ddof, keepdims=True))]


def _channels(vector: Array) -> Array:
    return vector[None, :, None, None]


def along(axis: int) -> Callable[[Array, Array], Array]:
    """Return a mask whose truth values run along an axis of the feature maps."""
    shape = [-1 if place == axis else 1 for place in range(4)]
    return lambda y, kept: y * np.reshape(wide(kept), shape)


BY_PICTURE = along(0)


def drop_path(
    y: Any,
    kept: Any,
    rate: float,
    training: bool,
    *,
    mask: Callable[[Array, Any], Array] = BY_PICTURE,
    drops: Switch = bool,
    factor: Callable[[Any, float], float] = lambda kept, rate: 1 / (1 - rate),
    scales: Switch = bool,
    at_test_time: Callable[[float], float] = lambda rate: 1.0,
) -> Array:
    """Drop the branches that are not kept, and rescale the others; in training only."""
    y, kept = wide(y), np.asarray(kept)
    y = mask(y, kept) if drops(training) else y
    y = y * factor(kept, rate) if scales(training) else y
    return y if training else wide(y * at_test_time(rate))


# ------------------------------------------------------------------ the whole block


def mbconv(
    x: Any,
    weights: Weights,
    stride: int = 1,
    training: bool = False,
    kept: Any = None,
    rate: float = 0.0,
    **options: Any,
) -> Array:
    """Return a block's output.

    Parameters
    ----------
    x, weights, stride, training
        Input, weights and how they are used; parts without weights are left out.
    kept, rate
        As for `drop_path`.
    options
        How it goes wrong: `act`, `eps` and `gates` (options of `squeeze_excite`) in place of the
        right ones, `trace` to be filled with the input of each part, and flags: see where
        `_Block` asks for them.
    """
    return _Block(weights, stride, training, **options)(wide(x), kept, rate)


class _Block:
    def __init__(
        self,
        weights: Weights,
        stride: int,
        training: bool,
        *,
        act: Activation = silu,
        eps: float = EPS,
        gates: Mapping[str, Any] | None = None,
        trace: dict[str, Array] | None = None,
        **flags: bool,
    ) -> None:
        self.weights, self.stride, self.training = weights, stride, training
        self.act, self.eps, self.gates, self.flags = act, eps, gates or {}, flags
        self.trace = {} if trace is None else trace
        self.place = next((flag for flag in flags if flag.startswith("se_before_")), "in place")

    def __call__(self, x: Array, kept: NDArray[np.bool_] | None, rate: float) -> Array:
        y = x
        if "expand" in self.weights:
            y = self.norm_act("expand", self.conv("expand", y))
        y = self.gated(y, "se_before_depthwise")
        y = self.norm_act("depthwise", self.filtered(y), "se_before_activation")
        y = self.gated(y, "in place")
        y = self.conv("project", y)
        return self.finished(x, y, kept, rate)

    def conv(self, name: str, y: Array) -> Array:
        self.trace[name] = y
        step = self.stride if f"stride_in_{name}" in self.flags else 1
        return pointwise(y[:, :, ::step, ::step], self.weights[name])

    def filtered(self, y: Array) -> Array:
        self.trace["depthwise"] = y
        stride = 1 if "no_stride" in self.flags else self.stride
        kernel = np.shape(self.weights["depthwise"])[-1]
        return depthwise(y, self.weights["depthwise"], stride, self.pads(y.shape[-1], kernel))

    def pads(self, size: int, kernel: int) -> list[list[int]]:
        """Return the zeros above and below, then left and right."""
        stride = 1 if "symmetric_padding" in self.flags else self.stride
        before, after = same_padding(size, kernel, stride)
        if "padding_by_axis" in self.flags:
            return [[after, after], [before, before]]
        if "fixed_padding_1" in self.flags:
            before = after = 1
        return [[0, 0] if "no_padding" in self.flags else [before, after]] * 2

    def norm_act(self, name: str, y: Array, place: str = "") -> Array:
        """Normalise and activate; `place` is one for squeeze-excite between the two."""
        if f"activation_before_{name}_norm" in self.flags:
            return self.norm(name, self.act(y))
        y = self.gated(self.norm(name, y), place)
        return y if f"linear_{name}" in self.flags else self.act(y)

    def norm(self, name: str, y: Array) -> Array:
        self.trace[f"{name}_norm"] = y
        if f"no_{name}_norm" in self.flags:
            return y
        training = self.training and "norms_as_at_test_time" not in self.flags
        training = training or "norms_as_in_training" in self.flags
        norm = self.weights[f"{name}_norm"]
        return batch_norm(y, norm, training, eps=self.eps, moves=never)[0]

    def gated(self, y: Array, place: str) -> Array:
        """Apply squeeze-excite if this is its place, right or wrong."""
        unused = "reduce" not in self.weights or "no_gates" in self.flags
        if unused or place != self.place:
            return y
        return squeeze_excite(y, self.weights, **self.gates, trace=self.trace)

    def finished(self, x: Array, y: Array, kept: Any, rate: float) -> Array:
        """Normalise the projection, drop paths and add the input; or as flags have it."""
        late, skip = "norm_after_add" in self.flags, self.skip(x, y)
        y = y if late else self.norm("project", y)
        y = self.act_after("projection", y)
        drops = kept is not None and self.drops(self.has_skip(x, y))
        rate = 0.0 if "no_rescaling" in self.flags else rate
        branch = drops and "drops_the_sum" not in self.flags
        y = drop_path(y, kept, rate, True) if branch else y
        y = y if skip is None else skip + y
        y = drop_path(y, kept, rate, True) if drops and not branch else y
        y = self.norm("project", y) if late else y
        y = y if skip is None else self.act_after("add", y)
        return self.act_after("block", y)

    def act_after(self, place: str, y: Array) -> Array:
        """Activate where nothing should be, if there is a flag for it."""
        if f"relu_after_{place}" in self.flags:
            return relu(y)
        return self.act(y) if f"activation_after_{place}" in self.flags else y

    def has_skip(self, x: Array, y: Array) -> bool:
        return self.stride == 1 and x.shape[1] == y.shape[1]

    def skip(self, x: Array, y: Array) -> Array | None:
        """Return what is added to the projection, if anything is."""
        if self.has_skip(x, y):
            return None if "no_skip" in self.flags else x
        same, still = x.shape[1] == y.shape[1], self.stride == 1
        for flag, smaller in _SHRINK.items():
            if flag in self.flags and same:
                return smaller(x)
        adds = {"skip_everywhere": True, "skip_if_same": same, "skip_if_still": still}
        return x if any(adds.get(flag) for flag in self.flags) else None

    def drops(self, skips: bool) -> bool:
        if "never_drops" in self.flags:
            return False
        return (skips or "drops_without_skip" in self.flags) and (
            self.training or "drops_at_test_time" in self.flags
        )


def _by_fours(x: Array) -> Array:
    """Return `(N, C, H / 2, W / 2, 4)`: the pixels of each square of 2 × 2."""
    corners = [x[:, :, row::2, column::2] for row in (0, 1) for column in (0, 1)]
    return np.stack(corners, axis=-1)


_SHRINK: Mapping[str, Activation] = {
    "skip_sliced": lambda x: x[:, :, ::2, ::2],
    "skip_mean_pooled": lambda x: wide(_by_fours(x).mean(-1)),
    "skip_max_pooled": lambda x: wide(_by_fours(x).max(-1)),
}
