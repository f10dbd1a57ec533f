"""Published figures about EfficientNet, each with its source.

Nothing here is computed, and nothing that code can compute is here: coefficients live in `specs`,
costs come from `cost`. Conventions: accuracies are ImageNet percentages as printed; `params` and
`macs` are whole numbers, with the digits that the source prints; the papers' "FLOPs" are MACs.
"""

from dataclasses import dataclass
from typing import NamedTuple

# ------------------------------------------------------------------ single numbers


class Fact(NamedTuple):
    """One published number.

    `text` is how prose writes it. `source` is a key of `sources.SOURCES`.
    """

    name: str
    value: float
    text: str
    source: str
    note: str = ""


def _by_name(*facts: Fact) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts}


#: Numbers that prose quotes, by name.
FACTS: dict[str, Fact] = _by_name(
    # The scaling rule.
    Fact("alpha", 1.2, "α = 1.2", "paper", "depth; found at phi = 1 on B0"),
    Fact("beta", 1.1, "β = 1.1", "paper", "width"),
    Fact("gamma", 1.15, "γ = 1.15", "paper", "resolution"),
    Fact("constraint", 2, "α·β²·γ² ≈ 2", "paper"),
    Fact("best-gain", 2.5, "up to 2.5%", "paper", "compound over one dimension, Figure 8"),
    Fact("saturation", 80, "near 80%", "paper", "where Figure 3's single-dimension curves flatten"),
    Fact("smaller-than-gpipe", 8.4, "8.4x smaller", "paper", "B7 against GPipe only"),
    Fact("faster-than-gpipe", 6.1, "6.1x faster", "paper", "B7 against GPipe on one CPU core"),
    Fact("figure-4-first", 224, "d = 1.0, r = 1.0: 18 layers, 224 pixels", "paper"),
    Fact("figure-4-last", 299, "d = 2.0, r = 1.3: 36 layers, 299 pixels", "paper"),
    # The search for B0.
    Fact("search-target", 400e6, "T = 400M", "paper", "multiply-adds"),
    Fact("search-weight", -0.07, "w = −0.07", "paper"),
    Fact("mnasnet-models", 8000, "about 8,000 models", "mnasnet"),
    Fact("mnasnet-days", 4.5, "4.5 days", "mnasnet"),
    Fact("mnasnet-tpus", 64, "64 TPUv2", "mnasnet"),
    Fact("mnasnet-epochs", 5, "5 epochs", "mnasnet", "of ImageNet for each model"),
    # The block.
    Fact("se-ratio", 0.25, "0.25", "tpu-builder", "of the block's input channels"),
    Fact("senet-reduction", 16, "16", "senet", "squeeze width: channels / 16"),
    Fact("mobilenetv2-expansion", 6, "6", "mobilenetv2"),
    Fact("mobilenetv2-params", 3_400_000, "3.4M", "mobilenetv2"),
    Fact("mobilenetv2-macs", 300_000_000, "300M", "mobilenetv2"),
    Fact("channel-divisor", 8, "multiples of 8", "tpu-builder"),
    Fact("rounding-loss", 10, "10%", "tpu-model", "rounding never loses more of the channels"),
    # Training.
    Fact("epochs", 350, "350 epochs", "tpu-main", "not in the paper"),
    Fact("learning-rate", 0.256, "0.256", "paper"),
    Fact("learning-rate-per-256", 0.016, "0.016", "tpu-main", "for each 256 pictures of a batch"),
    Fact("learning-rate-decay", 0.97, "0.97", "paper", "every 2.4 epochs"),
    Fact("decay-epochs", 2.4, "2.4 epochs", "paper"),
    Fact("warm-up-epochs", 5, "5 epochs", "tpu-main", "not in the paper"),
    Fact("rmsprop-decay", 0.9, "0.9", "paper"),
    Fact("rmsprop-momentum", 0.9, "0.9", "paper"),
    Fact("rmsprop-epsilon", 0.001, "0.001", "tpu-utils", "not in the paper"),
    Fact("weight-decay", 1e-5, "1e-5", "paper"),
    Fact("norm-momentum", 0.99, "0.99", "paper", "0.01 in PyTorch's sense"),
    Fact("norm-epsilon", 1e-3, "1e-3", "tpu-builder"),
    Fact("weight-average", 0.9999, "0.9999", "tpu-main", "not in the paper"),
    Fact("label-smoothing", 0.1, "0.1", "tpu-main", "not in the paper"),
    Fact("survival", 0.8, "0.8", "paper", "stochastic depth: of the last block, nearly"),
    Fact("dropout-b0", 0.2, "0.2", "paper"),
    Fact("dropout-b7", 0.5, "0.5", "paper"),
    Fact("held-out", 25_000, "25,000 pictures", "paper", "of the training set, to stop early"),
    Fact("crop-fraction", 0.875, "0.875", "tpu-preprocessing", "central crop when testing"),
    # Tested at another resolution than trained at: efficientnet_b0.ra4_e3600_r224_in1k.
    Fact("b0-tested-at-224", 78.6, "78.6% right when tested at 224", "timm", "78.568"),
    Fact("b0-tested-at-256", 79.4, "79.4% at 256", "timm", "79.364"),
    Fact("imagenet-validation-pictures", 50_000, "50,000 validation pictures", "timm"),
    # EfficientNet-Lite0.
    Fact("lite0-top1", 75.1, "75.1%", "tpu-lite"),
    Fact("lite0-params", 4_700_000, "4.7M", "tpu-lite"),
    Fact("lite0-macs", 407_000_000, "407M", "tpu-lite", "counts more than convolutions"),
    Fact("lite-mean", 127, "127", "tpu-lite", "subtracted from pixels of 0 to 255"),
    Fact("lite-std", 128, "128", "tpu-lite", "pixels are divided by it"),
    # Other.
    Fact("imagenet-classes", 1000, "1,000 classes", "paper"),
    Fact("resnet-50-reduction", 11, "11", "paper", "ResNet-50 over B0, Table 2's MACs"),
    Fact("transfer-cifar10-b0", 98.1, "98.1%", "paper", "pretrained, fine-tuned on large pictures"),
    Fact("transfer-cifar10-b7", 98.9, "98.9%", "paper", "pretrained, fine-tuned on large pictures"),
    Fact("cifar-pictures", 60_000, "60,000", "cifar"),
    Fact("cifar-training-pictures", 50_000, "50,000", "cifar"),
    Fact("cifar-test-pictures", 10_000, "10,000", "cifar"),
    Fact("cifar-archive", 170e6, "about 170 MB", "cifar", "bytes of the binary version"),
    Fact("cifar-side", 32, "32 pixels", "cifar"),
    Fact("cifar-classes", 10, "ten classes", "cifar"),
    Fact("user-phi-b1", 0.5, "0.5", "tpu-390", "a user's fit, not the authors' value"),
)


# ------------------------------------------------------------------ tables of the paper


class Released(NamedTuple):
    """A row of Table 2 for one EfficientNet, with the accuracies of 2019 beside those of v5."""

    model: str
    top1: float
    top5: float
    top1_2019: float
    top5_2019: float
    params: int
    macs: int
    source: str = "paper"


def _released(
    model: str, v5: tuple[float, float], v2019: tuple[float, float], params: float, macs: float
) -> Released:
    """Build a row from what Table 2 prints: millions of parameters, billions of "FLOPs"."""
    return Released(model, *v5, *v2019, round(params * 1e6), round(macs * 1e9))


#: B0-B7 by name.
IMAGENET: dict[str, Released] = {
    row.model: row
    for row in (
        _released("b0", (77.1, 93.3), (76.3, 93.2), 5.3, 0.39),
        _released("b1", (79.1, 94.4), (78.8, 94.4), 7.8, 0.70),
        _released("b2", (80.1, 94.9), (79.8, 94.9), 9.2, 1.0),
        _released("b3", (81.6, 95.7), (81.1, 95.5), 12, 1.8),
        _released("b4", (82.9, 96.4), (82.6, 96.3), 19, 4.2),
        _released("b5", (83.6, 96.7), (83.3, 96.7), 30, 9.9),
        _released("b6", (84.0, 96.8), (84.0, 96.9), 43, 19),
        _released("b7", (84.3, 97.0), (84.4, 97.1), 66, 37),
    )
}


class Network(NamedTuple):
    """A row of Table 2 for another network; it stands beside the EfficientNet `beside`."""

    model: str
    beside: str
    top1: float
    top5: float
    params: int
    macs: int | None
    source: str = "paper"


def _network(
    model: str, beside: str, top1: float, top5: float, params: int, macs: float | None
) -> Network:
    return Network(
        model, beside, top1, top5, params * 10**6, None if macs is None else round(macs * 1e9)
    )


#: The other networks of Table 2, in its order.
TABLE_2: tuple[Network, ...] = (
    _network("ResNet-50", "b0", 76.0, 93.0, 26, 4.1),
    _network("DenseNet-169", "b0", 76.2, 93.2, 14, 3.5),
    _network("ResNet-152", "b1", 77.8, 93.8, 60, 11),
    _network("DenseNet-264", "b1", 77.9, 93.9, 34, 6.0),
    _network("Inception-v3", "b1", 78.8, 94.4, 24, 5.7),
    _network("Xception", "b1", 79.0, 94.5, 23, 8.4),
    _network("Inception-v4", "b2", 80.0, 95.0, 48, 13),
    _network("Inception-ResNet-v2", "b2", 80.1, 95.1, 56, 13),
    _network("ResNeXt-101", "b3", 80.9, 95.6, 84, 32),
    _network("PolyNet", "b3", 81.3, 95.8, 92, 35),
    _network("SENet", "b4", 82.7, 96.2, 146, 42),
    _network("NASNet-A", "b4", 82.7, 96.2, 89, 24),
    _network("AmoebaNet-A", "b4", 82.8, 96.1, 87, 23),
    _network("PNASNet", "b4", 82.9, 96.2, 86, 23),
    _network("AmoebaNet-C", "b5", 83.5, 96.5, 155, 41),
    _network("GPipe", "b7", 84.3, 97.0, 557, None),
)


class ScalingRow(NamedTuple):
    """One way of scaling a baseline: multipliers, MACs and top-1 accuracy as printed.

    `family` is the direction; where the paper gives no multipliers they are None.
    """

    baseline: str
    family: str
    width: float | None
    depth: float | None
    resolution: float | None
    macs: int
    top1: float
    source: str = "paper"


def _scaling_rows(
    baseline: str, *rows: tuple[str, tuple[float, float, float] | None, float, float]
) -> tuple[ScalingRow, ...]:
    found = []
    for family, factors, macs, top1 in rows:
        width, depth, resolution = factors or (None, None, None)
        found.append(
            ScalingRow(baseline, family, width, depth, resolution, round(macs * 1e9), top1)
        )
    return tuple(found)


#: Table 3: MobileNets and ResNet-50, scaled. Multipliers are (width, depth, resolution).
TABLE_3: tuple[ScalingRow, ...] = (
    *_scaling_rows(
        "MobileNetV1",
        ("base", (1, 1, 1), 0.6, 70.6),
        ("width", (2, 1, 1), 2.2, 74.2),
        ("resolution", (1, 1, 2), 2.2, 72.7),
        ("compound", (1.2, 1.4, 1.3), 2.3, 75.6),
    ),
    *_scaling_rows(
        "MobileNetV2",
        ("base", (1, 1, 1), 0.3, 72.0),
        ("depth", (1, 4, 1), 1.2, 76.8),
        ("width", (2, 1, 1), 1.1, 76.4),
        ("resolution", (1, 1, 2), 1.2, 74.8),
        ("compound", None, 1.3, 77.4),
    ),
    *_scaling_rows(
        "ResNet-50",
        ("base", (1, 1, 1), 4.1, 76.0),
        ("depth", (1, 4, 1), 16.2, 78.1),
        ("width", (2, 1, 1), 14.7, 77.7),
        ("resolution", (1, 1, 2), 16.4, 77.5),
        ("compound", None, 16.7, 78.8),
    ),
)

#: Table 7: B0, scaled. Version 5 changed the baseline's accuracy only; see `TABLE_7_BASE_2019`.
TABLE_7: tuple[ScalingRow, ...] = _scaling_rows(
    "b0",
    ("base", (1, 1, 1), 0.4, 77.3),
    ("depth", (1, 4, 1), 1.8, 79.0),
    ("width", (2, 1, 1), 1.8, 78.9),
    ("resolution", (1, 1, 2), 1.9, 79.1),
    ("compound", (1.2, 1.4, 1.3), 1.8, 81.1),
)

#: The baseline of Table 7 as printed in 2019.
TABLE_7_BASE_2019 = Fact("table-7-base-2019", 76.3, "76.3%", "paper-2019")


class Speed(NamedTuple):
    """Table 4: seconds for one picture on one core of an Intel Xeon E5-2690, mean of 20 runs."""

    model: str
    top1: float
    seconds: float
    source: str = "paper"


TABLE_4: tuple[Speed, ...] = (
    Speed("ResNet-152", 77.8, 0.554),
    Speed("EfficientNet-B1", 78.8, 0.098),
    Speed("GPipe", 84.3, 19.0),
    Speed("EfficientNet-B7", 84.4, 3.1),
)


# ------------------------------------------------------------------ counts and speeds of others


class Count(NamedTuple):
    """What somebody prints for B0 at 224 pixels, in units of 10^9, and what was counted."""

    who: str
    printed: str
    counts: str
    source: str


COUNTS_B0: tuple[Count, ...] = (
    Count("the paper", "0.39", "multiply-adds, and calls them FLOPs or FLOPS", "paper"),
    Count(
        "timm's tables",
        "0.40",
        "one for each multiply-add, two more for each element that normalisation touches",
        "timm-gpu",
    ),
    Count("timm's model pages", "0.49", "they do not say", "timm-docs"),
    Count("PyTorch's counter", "0.77", "a multiplication and an addition apart", "torch-counter"),
    Count(
        "who doubles the paper's figure",
        "0.78",
        "a multiplication and an addition apart, from a rounded number",
        "paper",
    ),
    Count(
        "MMClassification's pages",
        "0.02",
        "what its counter recognised, which is not much",
        "mmclassification",
    ),
)


class Benchmark(NamedTuple):
    """A row of timm's benchmark: `gmacs` as timm counts, pictures a second on an RTX 3090."""

    model: str
    resolution: int
    gmacs: float
    activations_m: float
    params_m: float
    pictures_per_second: float
    source: str = "timm-gpu"


BENCHMARKS: tuple[Benchmark, ...] = (
    Benchmark("efficientnet_b0", 224, 0.40, 6.75, 5.29, 8085.72),
    Benchmark("efficientnet_lite0", 224, 0.40, 6.74, 4.65, 9466.40),
    Benchmark("regnety_004", 224, 0.41, 3.89, 4.34, 12651.50),
    Benchmark("resnet18", 224, 1.82, 2.48, 11.69, 11101.70),
    Benchmark("resnet50", 224, 4.11, 11.11, 25.56, 3687.18),
    Benchmark("tf_efficientnet_b4", 380, 4.49, 49.49, 19.34, 836.31),
    Benchmark("regnety_040", 224, 4.00, 12.29, 20.65, 3565.62),
)


class OneRecipe(NamedTuple):
    """A row of the RegNet authors' comparison: everything trained by one simple recipe."""

    model: str
    gmacs: float
    params_m: float
    activations_m: float
    milliseconds: float
    top1_error: float
    source: str = "pycls"


ONE_RECIPE: tuple[OneRecipe, ...] = (
    OneRecipe("EfficientNet-B0", 0.4, 5.3, 6.7, 34, 24.9),
    OneRecipe("EfficientNet-B4", 4.2, 19.0, 48.5, 240, 21.2),
    OneRecipe("EfficientNet-B5", 9.9, 30.0, 98.9, 504, 21.5),
    OneRecipe("RegNetY-400MF", 0.4, 4.3, 3.9, 19, 25.9),
    OneRecipe("RegNetY-4.0GF", 4.0, 20.6, 12.3, 68, 20.6),
    OneRecipe("RegNetY-8.0GF", 8.0, 39.2, 18.0, 113, 20.1),
    OneRecipe("ResNet-50", 4.1, 22.6, 11.1, 53, 23.2),
)


# ------------------------------------------------------------------ where sources disagree


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sources that do not say the same.

    Parameters
    ----------
    topic
        What it is about.
    one, other
        What each says.
    one_source, other_source
        Keys of `sources.SOURCES`.
    quantities
        Names such as "b2.params" for which the paper's figure is not what our count rounds to.
    """

    topic: str
    one: str
    one_source: str
    other: str
    other_source: str
    quantities: tuple[str, ...] = ()


DISAGREEMENTS: tuple[Disagreement, ...] = (
    Disagreement(
        "Input side of stage 6 in Table 1",
        "28 × 28 in the versions of 2019",
        "paper-2019",
        "14 × 14 in the code, and in Table 1 of v5; the author confirmed the code",
        "tpu-383",
    ),
    Disagreement(
        "Drop-connect rate",
        "0.3 in the text of 2019",
        "paper-2019",
        "0.2 in the code; the author confirmed it, and v5 prints a survival of 0.8",
        "tpu-381",
    ),
    Disagreement(
        "Accuracy of B0 to B7",
        "76.3% for B0, 84.4% for B7 in 2019",
        "paper-2019",
        "77.1% for B0, 84.3% for B7 in v5: trained anew, with pictures held out to stop early",
        "paper",
    ),
    Disagreement(
        "Accuracy of B0 within v5",
        "77.1% in Table 2",
        "paper",
        "77.3% in Table 7; the code's README has 76.7% without AutoAugment",
        "tpu-readme",
    ),
    Disagreement(
        "AutoAugment",
        "used, by the text of 2019",
        "paper-2019",
        "the accuracies of 2019 are those of plain preprocessing, by the code's README",
        "tpu-readme",
    ),
    Disagreement(
        "Parameters of B2",
        "9.2M in Table 2",
        "paper",
        "9,109,994 in the official network and in every other",
        "torchvision",
        ("b2.params",),
    ),
    Disagreement(
        "MACs of B1, B2, B4, B5 and B7",
        "0.70, 1.0, 4.2, 9.9 and 37 G in Table 2",
        "paper",
        "0.687, 0.994, 4.39, 10.3 and 37.7 G for the released coefficients",
        "tpu-builder",
        ("b1.macs", "b2.macs", "b4.macs", "b5.macs", "b7.macs"),
    ),
    Disagreement(
        "MACs in Table 7",
        "1.8, 1.8 and 1.9 G for d = 4, w = 2 and r = 2",
        "paper",
        "1.58, 1.45 and 1.54 G for these multipliers on the released B0",
        "tpu-builder",
        ("table-7.depth.macs", "table-7.width.macs", "table-7.resolution.macs"),
    ),
    Disagreement(
        "Width, depth and resolution of B1 to B7",
        "powers of α, β and γ by one φ",
        "paper",
        "round numbers that no φ gives; the paper does not list them",
        "tpu-builder",
    ),
    Disagreement(
        "α·β²·γ²",
        "about 2",
        "paper",
        "1.92 for the coefficients that the paper found",
        "paper",
    ),
    Disagreement(
        "What drop connect is",
        "drop connect, by the code's name",
        "tpu-utils",
        "stochastic depth: it drops whole branches, not connections",
        "stochastic-depth",
    ),
    Disagreement(
        "Accuracies within v5",
        "79.1% for B1 and 84.3% for B7 in Table 2",
        "paper",
        "78.8% and 84.4% in Table 4, which kept the figures of 2019",
        "paper",
    ),
)
