"""Where the figures of `facts` were published."""

from typing import NamedTuple


class Source(NamedTuple):
    """Where a figure was published."""

    citation: str
    url: str


def _arxiv(number: str) -> str:
    return f"https://arxiv.org/abs/{number}"


def _github(repository: str, path: str, revision: str) -> str:
    return f"https://github.com/{repository}/blob/{revision}/{path}"


def _issue(repository: str, number: int) -> str:
    return f"https://github.com/{repository}/issues/{number}"


_TPU, _TPU_AT = "tensorflow/tpu", "7dc921f8"
_TIMM, _TIMM_AT = "huggingface/pytorch-image-models", "aa4b5850"
_OFFICIAL = "models/official/efficientnet"

#: Key -> citation. A revision stands where a file may change.
SOURCES: dict[str, Source] = {
    "paper": Source(
        "M. Tan and Q. V. Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural "
        "Networks, arXiv 1905.11946v5, 11 September 2020",
        _arxiv("1905.11946v5"),
    ),
    "paper-2019": Source(
        "M. Tan and Q. V. Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural "
        "Networks, ICML 2019 (PMLR 97) and the first arXiv versions, from 28 May 2019",
        _arxiv("1905.11946v1"),
    ),
    "tpu-readme": Source(
        f"{_TPU}, official EfficientNet code, README.md, revision {_TPU_AT}",
        _github(_TPU, f"{_OFFICIAL}/README.md", _TPU_AT),
    ),
    "tpu-builder": Source(
        f"{_TPU}, official EfficientNet code, efficientnet_builder.py, revision {_TPU_AT}",
        _github(_TPU, f"{_OFFICIAL}/efficientnet_builder.py", _TPU_AT),
    ),
    "tpu-model": Source(
        f"{_TPU}, official EfficientNet code, efficientnet_model.py, revision {_TPU_AT}",
        _github(_TPU, f"{_OFFICIAL}/efficientnet_model.py", _TPU_AT),
    ),
    "tpu-main": Source(
        f"{_TPU}, official EfficientNet code, main.py, revision {_TPU_AT}",
        _github(_TPU, f"{_OFFICIAL}/main.py", _TPU_AT),
    ),
    "tpu-utils": Source(
        f"{_TPU}, official EfficientNet code, utils.py, revision {_TPU_AT}",
        _github(_TPU, f"{_OFFICIAL}/utils.py", _TPU_AT),
    ),
    "tpu-preprocessing": Source(
        f"{_TPU}, official EfficientNet code, preprocessing.py, revision {_TPU_AT}",
        _github(_TPU, f"{_OFFICIAL}/preprocessing.py", _TPU_AT),
    ),
    "tpu-lite": Source(
        f"{_TPU}, EfficientNet-lite, README.md, revision {_TPU_AT}, and "
        "efficientnet_lite_builder.py, revision 22d5cab9",
        _github(_TPU, f"{_OFFICIAL}/lite/README.md", _TPU_AT),
    ),
    "tpu-381": Source(f"{_TPU}, issue 381: the author on the drop-connect rate", _issue(_TPU, 381)),
    "tpu-383": Source(
        f"{_TPU}, issue 383: the author on the strides of Table 1", _issue(_TPU, 383)
    ),
    "tpu-390": Source(f"{_TPU}, issue 390: a user's fit of phi", _issue(_TPU, 390)),
    "tpu-476": Source(f"{_TPU}, issue 476: training on CIFAR-100", _issue(_TPU, 476)),
    "timm": Source(
        f"{_TIMM} (timm), results/results-imagenet.csv, revision {_TIMM_AT}",
        _github(_TIMM, "results/results-imagenet.csv", _TIMM_AT),
    ),
    "timm-gpu": Source(
        f"{_TIMM} (timm), results/benchmark-infer-amp-nhwc-pt210-cu121-rtx3090.csv, "
        f"revision {_TIMM_AT}",
        _github(_TIMM, "results/benchmark-infer-amp-nhwc-pt210-cu121-rtx3090.csv", _TIMM_AT),
    ),
    "timm-docs": Source(
        f"{_TIMM} (timm), hfdocs/source/models/tf-efficientnet.mdx, revision {_TIMM_AT}",
        _github(_TIMM, "hfdocs/source/models/tf-efficientnet.mdx", _TIMM_AT),
    ),
    "torchvision": Source(
        "pytorch/vision, torchvision/models/efficientnet.py, revision 07a929e8",
        _github("pytorch/vision", "torchvision/models/efficientnet.py", "07a929e8"),
    ),
    "torch-counter": Source(
        "PyTorch, torch.utils.flop_counter",
        "https://github.com/pytorch/pytorch/blob/main/torch/utils/flop_counter.py",
    ),
    "fvcore": Source(
        "facebookresearch/fvcore, fvcore/nn/flop_count.py and jit_handles.py, revision 3378afe0",
        _github("facebookresearch/fvcore", "fvcore/nn/flop_count.py", "3378afe0"),
    ),
    "mmclassification": Source(
        "MMClassification documentation, EfficientNet",
        "https://mmclassification.readthedocs.io/en/master/papers/efficientnet.html",
    ),
    "lukemelas": Source(
        "lukemelas/EfficientNet-PyTorch, efficientnet_pytorch/model.py, revision 7e8b0d31",
        _github("lukemelas/EfficientNet-PyTorch", "efficientnet_pytorch/model.py", "7e8b0d31"),
    ),
    "keras-io": Source(
        "keras-team/keras-io, image classification via fine-tuning with EfficientNet, "
        "revision 07734684",
        "https://keras.io/examples/vision/image_classification_efficientnet_fine_tuning/",
    ),
    "kuangliu": Source(
        "kuangliu/pytorch-cifar, models/efficientnet.py and mobilenetv2.py, revision 49b7aa97",
        _github("kuangliu/pytorch-cifar", "models/efficientnet.py", "49b7aa97"),
    ),
    "pycls": Source(
        "facebookresearch/pycls, MODEL_ZOO.md, revision 1caf15bb (by the authors of RegNet)",
        _github("facebookresearch/pycls", "MODEL_ZOO.md", "1caf15bb"),
    ),
    "mobilenetv2": Source(
        "M. Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018, "
        "arXiv 1801.04381",
        _arxiv("1801.04381"),
    ),
    "senet": Source(
        "J. Hu, L. Shen and G. Sun, Squeeze-and-Excitation Networks, CVPR 2018, arXiv 1709.01507",
        _arxiv("1709.01507"),
    ),
    "mnasnet": Source(
        "M. Tan et al., MnasNet: Platform-Aware Neural Architecture Search for Mobile, CVPR 2019, "
        "arXiv 1807.11626",
        _arxiv("1807.11626"),
    ),
    "stochastic-depth": Source(
        "G. Huang et al., Deep Networks with Stochastic Depth, ECCV 2016, arXiv 1603.09382",
        _arxiv("1603.09382"),
    ),
    "autoaugment": Source(
        "E. D. Cubuk et al., AutoAugment: Learning Augmentation Policies from Data, CVPR 2019, "
        "arXiv 1805.09501",
        _arxiv("1805.09501"),
    ),
    "efficientnetv2": Source(
        "M. Tan and Q. V. Le, EfficientNetV2: Smaller Models and Faster Training, ICML 2021, "
        "arXiv 2104.00298",
        _arxiv("2104.00298"),
    ),
    "regnet": Source(
        "I. Radosavovic et al., Designing Network Design Spaces, CVPR 2020, arXiv 2003.13678",
        _arxiv("2003.13678"),
    ),
    "cifar": Source(
        "A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
    ),
}
