"""The questions of lesson 01."""

from dataclasses import replace

from ...arch import B0, Convolution, block_convolutions, cost, cost_if_full, resolve, separable
from ..questions import Question, largest, predict, quiz, smallest

_LAYER = Convolution(in_channels=256, out_channels=256, kernel=3, size=14)


def same_shapes() -> Question:
    a, b = _LAYER.macs, sum(step.macs for step in separable(256, 256, kernel=3, size=14))
    return predict(
        "Layer A costs more MACs than layer B. How many times as many?",
        answer=a / b,
        unit="x",
        why=f"A needs {a:,} multiply-accumulates and B {b:,}. This lesson finds out why.",
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
    return _sharper("Parameters", "The kernels are the same; they only visit more places.")


def twice_macs() -> Question:
    why = "Twice as many rows and columns of positions, and each takes as many MACs as before."
    return _sharper("MACs", why)


def twice_activations() -> Question:
    return _sharper("Activations", "One number for each position and output channel.")


def _sharper(count: str, why: str) -> Question:
    """Ask how many times as much layer A has at twice the resolution."""
    name = {"Parameters": "params", "MACs": "macs", "Activations": "activations"}[count]
    answer = getattr(replace(_LAYER, size=28), name) / getattr(_LAYER, name)
    return predict(f"{count}: how many times?", answer=answer, unit="x", why=why)


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
    return predict(
        "What share of B0's MACs is spent in its depthwise convolutions?",
        answer=100 * price.by_kind()["depthwise"].macs / price.macs,
        unit="%",
        why="Most of the work is the mixing of channels, in pointwise convolutions.",
    )


def counts_twice(counts: dict[str, int]) -> Question:
    """Ask about the counts of B0 that the lesson has measured, by who counted."""
    return quiz(
        "Which of the three counts every MAC as two operations?",
        answer=largest(counts),
        choices={
            "our formula": "It counts one for each weight and position.",
            "PyTorch's counter": "A multiplication and an addition apart: exactly twice our count.",
            "torchinfo": "A little above ours: it counts MACs, and adds some parameters to them.",
        },
    )


def memory_of_training(batch: int) -> Question:
    price = cost(B0)
    return predict(
        f"Training on {batch} pictures at once: how many activations for each parameter?",
        answer=batch * price.activations / price.params,
        why="And these are only the outputs of convolutions and linear layers.",
    )


def lowest_intensity() -> Question:
    first = next(block for block in resolve(B0).blocks if block.stage == 3)
    kinds = {kind: x.arithmetic_intensity for kind, x in block_convolutions(first).items()}
    return predict(
        "Which convolution of the block has the lowest arithmetic intensity?",
        answer=smallest(kinds),
        choices=tuple(kinds),
        why="Each number that it fetches is used in one channel only.",
    )


def full_convolutions() -> Question:
    return predict(
        "B0 with full convolutions in place of the depthwise ones: how many times the MACs?",
        answer=cost_if_full(B0).macs / cost(B0).macs,
        unit="x",
        why="The blocks are widest where these convolutions sit, and width counts squared now.",
    )
