"""What a network costs, by formula: parameters, multiply-accumulates and activations.

Conventions, which tests hold against what torch counts on the built network:

- **MACs**: one per weight of a convolution or linear layer and output position. Biases,
  normalisation, activations and pooling count nothing. The papers' "FLOPs" are these.
- **params**: everything that is trained, biases and normalisation included; the running
  statistics of normalisation are not parameters.
- **activations**: output elements of convolutions and linear layers, for one picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from .convolution import conv_price
from .scaling import BlockSpec, ConvSpec, Multipliers, ResolvedNetwork, resolve
from .specs import NetworkSpec

Key = TypeVar("Key")

#: Kinds of layers, in the order in which a picture meets them.
KINDS = (
    "stem",
    "expand",
    "depthwise",
    "squeeze_excite",
    "project",
    "bottleneck",
    "norm",
    "head",
    "classifier",
)


class LayerCost(NamedTuple):
    """One layer's row. `name` is the module's name in the built network.

    Sizes are sides in pixels; `stage` counts as the paper's Table 1 does.
    """

    name: str
    kind: str
    stage: int
    in_channels: int
    out_channels: int
    kernel: int
    in_size: int
    out_size: int
    params: int
    macs: int
    activations: int


class Totals(NamedTuple):
    """Sums over some layers, for one picture."""

    params: int
    macs: int
    activations: int


@dataclass(frozen=True, slots=True)
class NetworkCost:
    """The layers of a network with their costs, and their sums."""

    spec: NetworkSpec
    layers: tuple[LayerCost, ...]

    @property
    def params(self) -> int:
        """Trained parameters."""
        return sum(layer.params for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return sum(layer.macs for layer in self.layers)

    @property
    def activations(self) -> int:
        """Output elements of convolutions and linear layers for one picture."""
        return sum(layer.activations for layer in self.layers)

    def by_kind(self) -> dict[str, Totals]:
        """Return sums for each kind of layer, in the order of `KINDS`; empty kinds left out."""
        sums = self._sums(lambda layer: layer.kind)
        return {kind: sums[kind] for kind in KINDS if kind in sums}

    def by_stage(self) -> dict[int, Totals]:
        """Return sums for each stage: 1 is the stem, the last one head and classifier."""
        return self._sums(lambda layer: layer.stage)

    def _sums(self, key: Callable[[LayerCost], Key]) -> dict[Key, Totals]:
        sums: dict[Key, Totals] = {}
        for layer in self.layers:
            old = sums.get(key(layer), Totals(0, 0, 0))
            sums[key(layer)] = Totals(
                old.params + layer.params,
                old.macs + layer.macs,
                old.activations + layer.activations,
            )
        return sums


def cost(network: NetworkSpec | ResolvedNetwork) -> NetworkCost:
    """Price every layer of a network without building it.

    Parameters
    ----------
    network
        A spec, or what `resolve` made of it.

    Examples
    --------
    >>> from effnet_lab.arch import B0, cost
    >>> cost(B0).params, cost(B0).macs
    (5288548, 385814752)
    """
    resolved = network if isinstance(network, ResolvedNetwork) else resolve(network)
    return NetworkCost(resolved.spec, tuple(_layers(resolved)))


def _layers(resolved: ResolvedNetwork) -> list[LayerCost]:
    stem, head = resolved.stem, resolved.head
    last = resolved.blocks[-1].stage + 1
    rows = [*_conv_norm("stem", "stem", 1, *_shape(stem))]
    for block in resolved.blocks:
        rows += _bottleneck(block) if block.kind == "bottleneck" else _mbconv(block)
    rows += _conv_norm("head", "head", last, *_shape(head))
    classes = resolved.spec.num_classes
    rows.append(_with_bias("classifier", "classifier", last, head.out_channels, classes))
    return rows


def _shape(conv: ConvSpec) -> tuple[int, int, int, int, int]:
    """Channels, kernel and sizes: what a convolution's price depends on."""
    return conv.in_channels, conv.out_channels, conv.kernel, conv.in_size, conv.out_size


def _bottleneck(block: BlockSpec) -> list[LayerCost]:
    inputs, middle, out = block.in_channels, block.expanded_channels, block.out_channels
    in_size, out_size = block.in_size, block.out_size
    shapes = {
        "reduce": (inputs, middle, 1, in_size, in_size),
        "spatial": (middle, middle, block.kernel, in_size, out_size),
        "restore": (middle, out, 1, out_size, out_size),
    }
    if not block.has_skip:
        shapes["shortcut"] = (inputs, out, 1, in_size, out_size)
    return [
        row
        for part, shape in shapes.items()
        for row in _conv_norm(f"blocks.{block.number}.{part}", "bottleneck", block.stage, *shape)
    ]


def _mbconv(block: BlockSpec) -> list[LayerCost]:
    name, stage = f"blocks.{block.number}", block.stage
    narrow, wide, out = block.in_channels, block.expanded_channels, block.out_channels
    in_size, out_size = block.in_size, block.out_size
    rows: list[LayerCost] = []
    # Expand: 1x1, at the size of the input.
    if block.has_expand:
        rows += _conv_norm(f"{name}.expand", "expand", stage, narrow, wide, 1, in_size, in_size)
    # Depthwise: k x k in each channel by itself; the stride is here.
    rows += _conv_norm(
        f"{name}.depthwise", "depthwise", stage, wide, wide, block.kernel, in_size, out_size, wide
    )
    # Squeeze-excite: two 1x1 convolutions on one pooled pixel.
    if squeeze := block.squeeze_channels:
        gate = f"{name}.squeeze_excite"
        rows.append(_with_bias(f"{gate}.reduce", "squeeze_excite", stage, wide, squeeze))
        rows.append(_with_bias(f"{gate}.expand", "squeeze_excite", stage, squeeze, wide))
    # Project: 1x1, at the size of the output.
    rows += _conv_norm(f"{name}.project", "project", stage, wide, out, 1, out_size, out_size)
    return rows


def _conv_norm(
    name: str,
    kind: str,
    stage: int,
    inputs: int,
    out: int,
    kernel: int,
    in_size: int,
    out_size: int,
    groups: int = 1,
) -> tuple[LayerCost, LayerCost]:
    """Price a convolution without bias, and the scale and shift of the normalisation after it."""
    price = conv_price(inputs, out, kernel, out_size, groups)
    return (
        LayerCost(f"{name}.conv", kind, stage, inputs, out, kernel, in_size, out_size, *price),
        LayerCost(f"{name}.norm", "norm", stage, out, out, 1, out_size, out_size, 2 * out, 0, 0),
    )


def _with_bias(name: str, kind: str, stage: int, inputs: int, out: int) -> LayerCost:
    """Price a linear layer, or a 1x1 convolution of one pixel: weights, and a bias an output."""
    weights = inputs * out
    return LayerCost(name, kind, stage, inputs, out, 1, 1, 1, weights + out, weights, out)


def cost_if_full(network: NetworkSpec | ResolvedNetwork) -> NetworkCost:
    """Price a network as if each depthwise convolution were a full one, over all channels.

    The rows keep their names and kinds, so that they can be compared with those of `cost`.

    Examples
    --------
    >>> from effnet_lab.arch import B0
    >>> cost_if_full(B0).activations == cost(B0).activations
    True
    """
    price = cost(network)
    return NetworkCost(price.spec, tuple(map(_if_full, price.layers)))


def _if_full(layer: LayerCost) -> LayerCost:
    if layer.kind != "depthwise":
        return layer
    params, macs, _ = conv_price(
        layer.in_channels, layer.out_channels, layer.kernel, layer.out_size
    )
    return layer._replace(params=params, macs=macs)


def multipliers(spec: NetworkSpec, baseline: NetworkSpec) -> tuple[Multipliers, Multipliers]:
    """Return what scaling `baseline` to `spec` asks for, and what rounding makes of it.

    Returns
    -------
    ideal, actual
        `ideal` holds the multipliers and their product ``depth * width**2 * resolution**2``;
        `actual` the ratios of the stages' channels added up, of the number of blocks, of the
        resolution, and of the priced MACs.
    """
    width = spec.width_mult / baseline.width_mult
    depth = spec.depth_mult / baseline.depth_mult
    resolution = spec.resolution / baseline.resolution
    ideal = Multipliers(width, depth, resolution, depth * width**2 * resolution**2)
    new, old = resolve(spec), resolve(baseline)
    actual = Multipliers(
        _stage_channels(new) / _stage_channels(old),
        len(new.blocks) / len(old.blocks),
        resolution,
        cost(new).macs / cost(old).macs,
    )
    return ideal, actual


def _stage_channels(resolved: ResolvedNetwork) -> int:
    return sum({block.stage: block.out_channels for block in resolved.blocks}.values())
