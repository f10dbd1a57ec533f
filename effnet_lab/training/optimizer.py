"""The optimiser of a recipe, and its learning rate: another optimiser would go here."""

import math

import torch
from torch import nn

from ..records.runs import Recipe


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    """SGD that decays the weights of convolutions and the classifier, nothing else."""
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    return torch.optim.SGD(
        [
            {"params": weights, "weight_decay": recipe.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ],
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        nesterov=recipe.momentum > 0,
        fused=not weights[0].is_meta,
    )


def learning_rate(recipe: Recipe, progress: float) -> float:
    """Return the one-cycle learning rate at `progress` from 0 to 1.

    It rises linearly over the warm-up, then falls along half a cosine to zero.
    """
    if progress < recipe.warmup:
        return recipe.learning_rate * progress / recipe.warmup
    fall = (progress - recipe.warmup) / max(1 - recipe.warmup, 1e-9)
    return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * fall))
