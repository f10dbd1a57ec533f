"""The average of a network's weights over the steps of its training."""

import copy

import torch

from ..nn import EfficientNet


class WeightAverage:
    """An exponential moving average of a network, itself a network to evaluate.

    What is averaged is what EfficientNet's authors average (tensorflow/tpu,
    models/official/efficientnet/main.py): all weights, and the running mean and variance of batch
    normalisation; counters are copied. They use a decay of 0.9999. As there, the decay warms up:
    after step n it is `min(decay, (1 + n) / (10 + n))`, so that the random weights of the start
    are soon forgotten. In a short training that limit is what counts: after 1,000 steps it still
    is 0.991.

    Parameters
    ----------
    model
        The network that is trained; the average starts as its copy.
    decay
        What a step keeps of the average, at most; above 0 and below 1.
    """

    def __init__(self, model: EfficientNet, decay: float) -> None:
        self.decay = decay
        self.model = copy.deepcopy(model).eval()

    @torch.no_grad()
    def update(self, model: EfficientNet, step: int) -> None:
        """Take in the network as it is after `step` steps, counted from 1."""
        keep = min(self.decay, (1 + step) / (10 + step))
        now = model.state_dict()
        for name, mean in self.model.state_dict().items():
            if mean.is_floating_point():
                mean.lerp_(now[name], 1 - keep)
            else:
                mean.copy_(now[name])
