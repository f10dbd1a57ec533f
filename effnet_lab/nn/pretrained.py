"""EfficientNet-Lite0 with its official weights, and what it says about a photograph."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..arch import LITE0
from ..arch.facts import FACTS
from .model import EfficientNet
from .weights import lite0_checkpoint, load_checkpoint, load_weights

#: The ImageNet classes that come up for portraits in uniform or gown, by their number.
CLASS_NAMES = {
    400: "academic gown",
    457: "bow tie",
    652: "military uniform",
    667: "mortarboard",
    834: "suit",
    887: "vestment",
    906: "Windsor tie",
}


def pretrained_lite0() -> EfficientNet:
    """Return Lite0 with the weights that its authors trained on ImageNet, in eval mode.

    Raises
    ------
    FileNotFoundError
        If the package that holds the weights is not installed; the message names it.
    """
    return load_weights(EfficientNet(LITE0), load_checkpoint(lite0_checkpoint())).eval()


def lite0_input(picture: NDArray[np.uint8]) -> Tensor:
    """Turn a picture into what Lite0 was trained on: pixels minus 127, divided by 128.

    Parameters
    ----------
    picture
        `(3, H, W)` or `(N, 3, H, W)`, from 0 to 255.

    Returns
    -------
    Tensor
        `(N, 3, H, W)`, with N = 1 for a single picture.

    Raises
    ------
    ValueError
        If the shape or the type is another.

    Notes
    -----
    Source: tensorflow/tpu, efficientnet_lite_builder.py. The ImageNet mean and standard deviation
    that other EfficientNets need are wrong here.
    """
    shape, kind = np.shape(picture), np.asarray(picture).dtype
    if len(shape) not in (3, 4) or shape[-3] != 3 or kind != np.uint8:
        raise ValueError(
            f"picture has shape {shape} and type {kind}; it must be (3, H, W) or (N, 3, H, W) "
            "and uint8"
        )
    pixels = torch.from_numpy(np.ascontiguousarray(picture)).float()
    mean, std = FACTS["lite-mean"].value, FACTS["lite-std"].value
    return ((pixels - mean) / std).reshape(-1, *shape[-3:])


def class_probabilities(model: EfficientNet, picture: NDArray[np.uint8]) -> dict[str, float]:
    """Return the probabilities that a network with 1,000 ImageNet classes gives those we name.

    Parameters
    ----------
    model
        From `pretrained_lite0`.
    picture
        `(3, H, W)`, from 0 to 255.

    Returns
    -------
    dict
        Class name -> probability, most probable first; what all other classes get is missing
        from the sum.
    """
    with torch.inference_mode():
        probabilities = model(lite0_input(picture))[0].softmax(0)
    named = {name: float(probabilities[number]) for number, name in CLASS_NAMES.items()}
    return dict(sorted(named.items(), key=lambda item: -item[1]))


def probabilities_by_resolution(
    model: EfficientNet, pictures: Mapping[int, NDArray[np.uint8]]
) -> dict[int, dict[str, float]]:
    """Ask a network about the same picture at several resolutions.

    Parameters
    ----------
    model
        From `pretrained_lite0`.
    pictures
        Resolution -> picture `(3, resolution, resolution)`.
    """
    return {side: class_probabilities(model, picture) for side, picture in pictures.items()}
