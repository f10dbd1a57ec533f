"""The questions of lesson 01."""

from dataclasses import replace

from ...arch import B0, Convolution, block_convolutions, cost, cost_if_full, resolve, separable
from ..questions import Question, predict, quiz, smallest

_LAYER = Convolution(in_channels=256, out_channels=256, kernel=3, size=14)


def same_shapes() -> Question:
    a = 3 * 3 * 256
    first, second = (step.macs / step.activations for step in separable(256, 256, 3, size=14))
    return predict(
        "Layer A costs more MACs than layer B. How many times as many?",
        answer=_LAYER.macs / sum(step.macs for step in separable(256, 256, kernel=3, size=14)),
        unit="x",
        why=f"For each number of its output A takes 3 · 3 · 256 = {a:,} MACs, and B 3 · 3 + 256 = "
        f"{first + second:g}: {a:,} / {first + second:g} = {a / (first + second):.2f}.",
    )


def same_parameters() -> Question:
    changes = {
        "a larger kernel": Convolution(2, 3, kernel=5, size=5),
        "stride 2": Convolution(2, 3, kernel=3, size=5, stride=2),
        "one more output channel": Convolution(2, 4, kernel=3, size=5),
    }
    params = Convolution(2, 3, kernel=3, size=5).params
    [same] = [name for name, layer in changes.items() if layer.params == params]
    return quiz(
        "Which change leaves the number of parameters as it is?",
        answer=same,
        choices={
            "a larger kernel": "Every kernel gets more weights, and every position more products.",
            "stride 2": "The same weights are used at fewer positions: fewer MACs, fewer "
            "activations.",
            "one more output channel": "It needs a kernel of its own for each input channel.",
        },
    )


def twice_params() -> Question:
    why = "3 · 3 · 256 · 256 = {0:,} before, and {1:,} after: the same kernels visit more places."
    return _sharper("Parameters", why)


def twice_macs() -> Question:
    why = "From {2:,} · 14 · 14 = {0:,} to {2:,} · 28 · 28 = {1:,}: each weight at 2 · 2 = 4 times "
    return _sharper("MACs", why + "as many places.")


def twice_activations() -> Question:
    why = "From 256 · 14 · 14 = {0:,} to 256 · 28 · 28 = {1:,}: one for each place and channel."
    return _sharper("Activations", why)


def _sharper(count: str, why: str) -> Question:
    """Ask how many times as much layer A has at twice the resolution."""
    name = {"Parameters": "params", "MACs": "macs", "Activations": "activations"}[count]
    before, after = (getattr(layer, name) for layer in (_LAYER, replace(_LAYER, size=28)))
    told = why.format(before, after, _LAYER.params)
    return predict(f"{count}: how many times?", answer=after / before, unit="x", why=told)


def linear_in_width() -> Question:
    def grown(kernel: int, depthwise: bool = False) -> float:
        few, many = (
            Convolution(n, n, kernel, size=14, groups=n if depthwise else 1).macs for n in (64, 128)
        )
        return many / few

    kinds = {"standard": grown(3), "pointwise": grown(1), "depthwise": grown(3, depthwise=True)}
    return quiz(
        "Twice the channels, in and out. Which kind's MACs only double?",
        answer=smallest(kinds),
        choices={
            "standard": "Each of twice as many outputs sums over twice as many inputs.",
            "pointwise": "Its window is small, but each output still sums over all inputs.",
            "depthwise": "Twice as many kernels, each of which sees a single channel, as before.",
        },
    )


def depthwise_share() -> Question:
    price = cost(B0)
    middle = next(x for x in resolve(B0).blocks if x.stage == 6 and x.has_skip)
    ends, window = middle.in_channels, middle.kernel**2
    part = price.by_kind()["depthwise"].macs
    return predict(
        f"One of B0's blocks has {ends} channels at both ends and a {middle.kernel} × "
        f"{middle.kernel} window. How many MACs does each of its three convolutions take for each "
        "channel between the ends, at each position? So what share of all of B0's MACs is spent "
        "in its depthwise convolutions?",
        answer=100 * part / price.macs,
        unit="%",
        why=f"There {ends} + {window} + {ends}, so {window} / {window + 2 * ends} = "
        f"{window / (window + 2 * ends):.1%} of that block; in all of B0 {part:,} of "
        f"{price.macs:,} MACs. Most of the work is the mixing of channels, in pointwise "
        "convolutions.",
    )


def pytorch_count() -> Question:
    macs = cost(B0).macs
    return predict(
        "PyTorch's counter counts a multiplication and an addition apart. What does it print for "
        "the same B0?",
        answer=2 * macs,
        why=f"Two for each MAC: 2 · {macs:,} = {2 * macs:,}.",
    )


def memory_of_training(batch: int) -> Question:
    price = cost(B0)
    kept = batch * price.activations
    return predict(
        f"For one picture, B0's convolutions and linear layers put out {price.activations:,} "
        f"numbers; it has {price.params:,} parameters. Training on {batch} pictures at once: how "
        "many activations are kept for each parameter?",
        answer=kept / price.params,
        why=f"{batch} · {price.activations:,} = {kept:,}; divided by {price.params:,} it is "
        f"{kept / price.params:.1f}. And other layers have outputs, too.",
    )


def lowest_intensity() -> Question:
    first = next(block for block in resolve(B0).blocks if block.stage == 3)
    layers = block_convolutions(first)
    kinds = {kind: layer.arithmetic_intensity for kind, layer in layers.items()}
    low = layers[smallest(kinds)]
    inputs = low.in_channels * low.size**2
    others = ", ".join(f"{kind} {value:.1f}" for kind, value in kinds.items() if value > 1)
    return predict(
        "Which convolution of the block has the lowest arithmetic intensity?",
        answer=smallest(kinds),
        choices=tuple(kinds),
        why=f"It has 2 · {low.macs:,} FLOPs for 4 · ({inputs:,} inputs + {low.params:,} weights + "
        f"{low.activations:,} outputs) bytes: {low.arithmetic_intensity:.1f}; {others}. A number "
        "fetched is used in one channel only, in the others for many outputs.",
    )


def full_convolutions() -> Question:
    before, after = cost(B0), cost_if_full(B0)
    windows, full = before.by_kind()["depthwise"].macs, after.by_kind()["depthwise"].macs
    wide = [block.expanded_channels for block in resolve(B0).blocks]
    return predict(
        f"The depthwise convolutions have {windows / before.macs:.0%} of B0's MACs, and work on "
        f"{min(wide)} to {max(wide):,} channels. With full ones in their place, how many times "
        "the MACs would B0 have?",
        answer=after.macs / before.macs,
        unit="x",
        why=f"On C channels a full one has C times the MACs of a depthwise one. Together they get "
        f"{full / windows:.0f} times as many: {1 - windows / before.macs:.3f} + "
        f"{windows / before.macs:.4f} · {full / windows:.0f} = {after.macs / before.macs:.1f}.",
    )
