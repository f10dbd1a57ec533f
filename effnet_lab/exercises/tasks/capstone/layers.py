"""A network as the notebook has it, a list of layers; and what a model of its latency knows."""

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np

from ...._slips import Function
from ... import slip

#: Layers have "macs" and "bytes", or "kernel", "in", "out" and "groups"; in the notebook all.
Network = Sequence[Mapping[str, int]]
Networks = Sequence[Network]


def convolution(kernel: int, inputs: int, outputs: int, groups: int) -> dict[str, int]:
    return {"kernel": kernel, "in": inputs, "out": outputs, "groups": groups}


def network(*costs: Sequence[int]) -> list[dict[str, int]]:
    """Return a layer for each number of MACs and of bytes, in units of 10,000."""
    return [dict(macs=10_000 * macs, bytes=10_000 * moved) for macs, moved in costs]


#: What the questions show.
FEW = [
    *(network((400, 60)), network((100, 90), (200, 30))),
    *(network((900, 20), (50, 30), (50, 10)), network((50, 150), (150, 50))),
]


def draw_network(random: Random) -> list[dict[str, int]]:
    """Draw layers that compute much and move little, or the other way round."""
    units = [[random.randint(2, n) * random.choice((1, 5)) for n in (100, 30)] for _ in range(6)]
    return network(*units[: random.randint(2, 6)])


def draw_coefficients(random: Random) -> list[float]:
    """Draw milliseconds for a million MACs, a megabyte and a layer."""
    return [random.randint(low, high) / 100 for low, high in ((20, 60), (90, 190), (10, 30))]


def features(
    networks: Networks,
    of: Function = sum,
    units: Sequence[float] = (1e6, 1e6, 1),
    layers: Function = len,
    order: Sequence[int] = (0, 1, 2),
) -> np.ndarray:
    """Return a row for each network: MMACs, MB and layers; or what slips make of them."""
    macs, moved = ([of(x[key] for x in n) for n in networks] for key in ("macs", "bytes"))
    columns = np.array([macs, moved, [*map(layers, networks)]], dtype=float)
    return (columns.T / units)[:, order]


MEBIBYTES = slip("mebibytes", units=(1e6, 2**20, 1)).says("A megabyte is 10**6 bytes, not 2**20.")
ADD = "The layers run one after another: add them up."
