"""The device: what a network costs on it, and what a design for it must fulfil.

Nothing is timed, as a busy machine would change the grade: milliseconds are those of the fit.
"""

from ....arch import CIFAR_BASE, NetworkSpec, cost, resolve, scaled
from ....arch.convolution import BYTES
from ...probing import texts_apart
from .fit_latency import fit_latency
from .layers import convolution
from .predict_latency import predict_latency
from .weight_kilobytes import weight_kilobytes

#: Width, depth and resolution, in multiples of `CIFAR_BASE`; and milliseconds, measured by
#: `nn.measure.latency_ms` with one thread: the least of many medians, as whatever else runs on a
#: machine can only make it slower. The notebook shows the same table.
MEASURED = (
    *((1, 1, 1, 1.73), (1, 1, 2, 2.07), (1, 1, 4, 3.29), (0.5, 1, 2, 1.88)),
    *((2, 1, 2, 2.45), (2, 1, 3, 3.40), (4, 1, 2, 3.50), (6, 1, 2, 6.42)),
    *((1, 2, 2, 3.85), (2, 2, 2, 4.70), (1, 3, 1, 4.79), (0.5, 4, 2, 7.08)),
)


def layers_of(spec: NetworkSpec) -> list[dict[str, int]]:
    """Return the convolutions and linear layers of a network, as the notebook does."""
    layers = []
    for row in filter(lambda row: row.kind != "norm", cost(spec).layers):
        groups = row.in_channels if row.kind == "depthwise" else 1
        shape = convolution(row.kernel, row.in_channels, row.out_channels, groups)
        moved = row.in_channels * row.in_size**2 + row.macs // row.out_size**2 + row.activations
        layers.append({"macs": row.macs, "bytes": BYTES * moved, **shape})
    return layers


COEFFICIENTS = fit_latency(
    [layers_of(scaled(CIFAR_BASE, *row[:3])) for row in MEASURED], [row[3] for row in MEASURED]
)


def costs_of(spec: NetworkSpec) -> dict[str, float]:
    """Return what a network costs on the device."""
    layers = layers_of(spec)
    return {
        "macs": cost(spec).macs,
        "kilobytes": weight_kilobytes(layers),
        "milliseconds": predict_latency([layers], COEFFICIENTS)[0],
    }


PICTURE, CLASSES = 32, 10
BASE = scaled(CIFAR_BASE, resolution=PICTURE / CIFAR_BASE.resolution, name="base")

#: What the device allows, in multiples of what the base needs on pictures of the full size.
SHARES = {"macs": 1.5, "kilobytes": 1.25, "milliseconds": 1.25}
LIMITS = {name: SHARES[name] * needed for name, needed in costs_of(BASE).items()}
UNITS = {"macs": (1e6, "M MACs"), "kilobytes": (1, "kB"), "milliseconds": (1, "ms")}

#: Of a design at least: as many blocks as the base, its share of the MACs, side of its last map.
LEAST_BLOCKS, LEAST_SPENT, LEAST_MAP = len(resolve(BASE).blocks), 0.8, 2

#: What a design must fulfil: its name, points, whether it is met, what is and what should be.
Condition = tuple[str, int, bool, str, str]

#: What is said of one that is not met.
SAYS = {
    "pictures": "It is made for {0}; asked for are {1}.",
    "blocks": "It has {0}; there must be {1}.",
    "map": "Its strides leave {0}, where there is nothing to see of places; keep {1}.",
    "spent": "It spends only {0} that it may. A network far below its budget learns less than "
    "it could: spend {1}.",
    "over-macs": "It needs {0} {1}. Where maps are large, each channel is dear: look at what "
    "each layer costs.",
    "over-kilobytes": "It needs {0} {1}. Most weights are where there are many channels: "
    "look at the last stage and at the head.",
    "over-milliseconds": "It needs {0} {1}. Each layer takes some time, however small it "
    "is: a deep, narrow network is slow even with few MACs.",
}


def form(spec: NetworkSpec) -> list[Condition]:
    """Return what makes a design a fair one."""
    blocks, spent = resolve(spec).blocks, cost(spec).macs / LIMITS["macs"]
    mbconv, side = sum(block.kind == "mbconv" for block in blocks), blocks[-1].out_size
    pairs = (spec.resolution, spec.num_classes), (PICTURE, CLASSES)
    shape, wanted = (f"{size} × {size} pixels, {classes:,} classes" for size, classes in pairs)
    bounds = (LEAST_BLOCKS, f"{LEAST_MAP} × {LEAST_MAP}", f"{LEAST_SPENT:.0%}")
    least = [f"{bound} at least" for bound in bounds]
    share, _ = texts_apart(100 * spent, 100 * LEAST_SPENT, digits=3)
    return [
        ("pictures", 1, shape == wanted, shape, wanted),
        ("blocks", 1, mbconv >= LEAST_BLOCKS, f"{mbconv} MBConv blocks", least[0]),
        ("map", 1, side >= LEAST_MAP, f"a last feature map of {side} × {side}", least[1]),
        ("spent", 2, spent >= LEAST_SPENT, f"{share}% of the MACs", least[2]),
    ]


def within(spec: NetworkSpec, points: int) -> list[Condition]:
    """Return the limits of the device."""
    conditions = []
    for name, spent in costs_of(spec).items():
        most, (unit, of) = LIMITS[name], UNITS[name]
        yours, limit = texts_apart(spent / unit, most / unit, digits=4)
        off, _ = texts_apart(100 * abs(spent / most - 1), 0.0, digits=3)
        yours = f"{yours} {of}, {off}% {'over' if spent > most else 'below'}"
        conditions.append(
            (f"over-{name}", points, spent <= most, yours, f"the limit of {limit} {of}")
        )
    return conditions
