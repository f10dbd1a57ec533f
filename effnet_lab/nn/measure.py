"""Counting and timing the built network, to check the prices against other people's counters.

Why tools disagree about the same network:

- `arch.cost` and `count_macs` count one MAC for each weight of a convolution or linear layer and
  output position, nothing else. They agree exactly.
- `torch.utils.flop_counter` counts 2 for each MAC (a multiplication and an addition) and ignores
  biases; hence the ``// 2``. It sees only what runs: forward alone is compared, because a
  training step costs about three times as much.
- torchinfo's "mult-adds" add every bias, and the two parameters that normalisation has for each
  channel, counted once: exactly ``macs + biases + norm parameters`` (B0: 385,867,108).
- fvcore (used for timm's tables) counts one for each MAC and adds two for each element that
  batch normalisation touches. "0.39 GFLOPs" in the paper are MACs; counted apart, B0 has 0.77.
"""

import statistics
import time

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ..arch import NetworkSpec
from .model import EfficientNet


def build_on_meta(spec: NetworkSpec) -> EfficientNet:
    """Build a network without memory or weights, for counting."""
    with torch.device("meta"):
        return EfficientNet(spec)


def count_params(model: nn.Module) -> int:
    """Return the number of trained parameters."""
    return sum(p.numel() for p in model.parameters())


def count_macs(model: nn.Module, resolution: int) -> int:
    """Count the MACs of one forward pass on one picture with torch's own counter.

    Parameters
    ----------
    model
        Any network of pictures; it may live on the meta device, where counting costs no arithmetic.
    resolution
        Side of the square picture in pixels.
    """
    device = next(model.parameters()).device
    picture = torch.zeros(1, 3, resolution, resolution, device=device)
    training = model.training
    model.eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(picture)
    model.train(training)
    return int(counter.get_total_flops()) // 2


def torchinfo_macs(model: nn.Module, resolution: int) -> int:
    """Return torchinfo's "mult-adds" for one picture; the module's docstring says what differs."""
    import torchinfo  # a lesson's tool, not needed to train

    summary = torchinfo.summary(model, (1, 3, resolution, resolution), verbose=0)
    return int(summary.total_mult_adds)


def latency_ms(model: nn.Module, resolution: int, repeats: int = 20) -> float:
    """Return the median time of one forward pass on one picture, in milliseconds."""
    picture = torch.zeros(1, 3, resolution, resolution)
    training = model.training
    model.eval()
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 3):
            start = time.perf_counter()
            model(picture)
            times.append(time.perf_counter() - start)
    model.train(training)
    return 1000 * statistics.median(times[3:])  # the first ones warm up
