"""One real photograph that every installation has, at any resolution; no torch."""

import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image

from .._validate import require_int

#: What it shows, for those who do not see it.
PHOTOGRAPH_ALT = (
    "Grace Hopper, a computer scientist and rear admiral, in naval uniform before a flag"
)


def photograph(resolution: int = 224) -> NDArray[np.uint8]:
    """Return matplotlib's sample photograph, its whole central square.

    Parameters
    ----------
    resolution
        Side in pixels, bicubic from the original's 512.

    Returns
    -------
    array
        `(3, resolution, resolution)`, red, green and blue from 0 to 255.

    Raises
    ------
    ValueError
        If `resolution` is outside 1 to 1024.

    Notes
    -----
    Source: ``grace_hopper.jpg`` of matplotlib's sample data; official photograph of the US Navy,
    public domain.
    """
    require_int("resolution", resolution, 1, 1024)
    with Image.open(f"{get_data_path()}/sample_data/grace_hopper.jpg") as picture:
        side = min(picture.size)
        left, top = ((length - side) // 2 for length in picture.size)
        square = picture.convert("RGB").crop((left, top, left + side, top + side))
    small = square.resize((resolution, resolution), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(small).transpose(2, 0, 1))
