"""Augmentation of whole batches: every operation works on all pictures of a batch at once.

Pictures are `uint8` `(N, 3, S, S)` until the last step, `normalise`. Randomness comes from an
explicit generator, so that the same seed gives the same pictures.
"""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from ..records.runs import Recipe
from . import policy

#: `map`, or the same with several calls at once: the results come in the order of the arguments.
Map = Callable[..., Any]


class TrainingPictures:
    """Training pictures at the size of a network, and what a recipe does to them.

    Parameters
    ----------
    pictures, labels
        `uint8` `(N, 3, S, S)` and `(N,)`.
    size
        Side that the network wants, in pixels.
    recipe
        Its augmentation.
    device
        Where the pictures are kept. Randomness is drawn on the CPU everywhere, so that the same
        seed means the same on every device.
    map
        Works on parts of the pictures; see `steps.map_over`.
    """

    def __init__(
        self,
        pictures: Tensor,
        labels: Tensor,
        size: int,
        recipe: Recipe,
        device: torch.device | str = "cpu",
        map: Map = map,
    ) -> None:
        self.size, self.recipe, self.device, self.map = size, recipe, device, map
        sized = resize(pictures, size, map)
        mean, std = channel_statistics(sized)
        self.mean, self.std = mean.to(device), std.to(device)
        padded, self.margin = pad(sized, recipe.shift)
        self.padded, self.labels = padded.to(device), labels.to(device)

    def batch(self, chosen: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        """Return chosen pictures, augmented and normalised, `(B, 3, size, size)`; and labels."""
        pictures = random_crops(self.padded, chosen, self.margin, generator)
        if self.recipe.flip:
            pictures = random_flip(pictures, generator)
        if self.recipe.policy == "autoaugment":
            pictures = policy.augment(pictures.cpu(), generator).to(self.device)
        return normalise(pictures, self.mean, self.std), self.labels[chosen.to(self.device)]

    def prepared(self, pictures: Tensor) -> Tensor:
        """Return other pictures as the network wants them: sized and normalised, not augmented."""
        sized = resize(pictures, self.size, self.map).to(self.device)
        return normalise(sized, self.mean, self.std)


def resize(pictures: Tensor, size: int, map: Map = map) -> Tensor:
    """Resize `uint8` pictures `(N, 3, S, S)` to `(N, 3, size, size)`, averaging where it shrinks.

    Parameters
    ----------
    pictures
        Any number of pictures.
    size
        New side in pixels.
    map
        Works on parts of the pictures; see `steps.map_over`.
    """
    if size == pictures.shape[-1]:
        return pictures

    def resized(part: Tensor) -> Tensor:
        floats = F.interpolate(part.float(), (size, size), mode="bilinear", antialias=True)
        return floats.round().clamp(0, 255).byte()

    # In parts, because floats take four times the memory.
    return torch.cat(list(map(resized, pictures.split(2000))))


def pad(pictures: Tensor, shift: float) -> tuple[Tensor, int]:
    """Return pictures with a black border wide enough to shift by `shift` of their side, and it.

    Done once for the whole set, so that `random_crops` only has to choose where to cut.
    """
    margin = round(pictures.shape[-1] * shift)
    padded = F.pad(pictures, (margin,) * 4)
    return padded.contiguous(memory_format=torch.channels_last), margin


def random_crops(padded: Tensor, chosen: Tensor, margin: int, generator: Generator) -> Tensor:
    """Cut one window from each chosen picture, at a random place.

    Parameters
    ----------
    padded
        `(N, 3, S + 2 margin, S + 2 margin)`, in channels-last memory.
    chosen
        Indices of the pictures of the batch, `(B,)`.
    margin
        The border that `pad` added.
    generator
        Source of randomness.

    Returns
    -------
    Tensor
        `(B, 3, S, S)`.
    """
    chosen = chosen.to(padded.device)
    if margin == 0:
        return padded[chosen]
    size = padded.shape[-1] - 2 * margin
    # All windows of all pictures, (N, places, places, S, S, 3): a view, nothing is copied. Channels
    # come last, so that choosing copies whole rows of a picture at a time.
    windows = padded.permute(0, 2, 3, 1).unfold(1, size, 1).unfold(2, size, 1)
    windows = windows.permute(0, 1, 2, 4, 5, 3)
    places = torch.randint(2 * margin + 1, (2, len(chosen)), generator=generator)
    down, right = places.to(padded.device)
    return windows[chosen, down, right].permute(0, 3, 1, 2)


def random_flip(pictures: Tensor, generator: Generator) -> Tensor:
    """Mirror each picture left to right with probability one half."""
    mirrored = torch.rand(len(pictures), 1, 1, 1, generator=generator) < 0.5
    return torch.where(mirrored.to(pictures.device), pictures.flip(-1), pictures)


def channel_statistics(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each channel of `uint8` pictures, `(1, 3, 1, 1)`."""
    # Sums of integers are exact, so the result does not depend on the order of pictures.
    values = torch.arange(256, dtype=torch.float64)
    counts = torch.stack([torch.bincount(c.flatten(), minlength=256) for c in pictures.unbind(1)])
    weights = counts.double() / counts.sum(1, keepdim=True)
    mean = weights @ values
    std = ((weights @ values**2) - mean**2).sqrt()
    return mean.float().view(1, 3, 1, 1), std.float().view(1, 3, 1, 1)


def normalise(pictures: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Map `uint8` pictures to floats of mean 0 and deviation 1 per channel, channels-last."""
    floats = pictures.contiguous(memory_format=torch.channels_last).float()
    return floats.sub_(mean).div_(std)
