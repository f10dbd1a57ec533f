import pytest
import torch

from effnet_lab.training import augment


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def pictures():
    return torch.randint(0, 256, (40, 3, 8, 8), dtype=torch.uint8, generator=generator(1))


def test_each_crop_is_a_window_of_its_own_picture(pictures):
    padded, margin = augment.pad(pictures, 0.25)
    assert margin == 2
    chosen = torch.tensor([3, 3, 7, 39])
    crops = augment.random_crops(padded, chosen, margin, generator())
    assert crops.shape == (4, 3, 8, 8)
    for crop, index in zip(crops, chosen, strict=True):
        windows = [
            padded[index, :, down : down + 8, right : right + 8]
            for down in range(5)
            for right in range(5)
        ]
        assert sum(torch.equal(crop, window) for window in windows) == 1


def test_crops_reach_every_place(pictures):
    padded, margin = augment.pad(torch.arange(64, dtype=torch.uint8).view(1, 1, 8, 8) + 1, 0.125)
    crops = augment.random_crops(padded, torch.zeros(500, dtype=torch.long), margin, generator())
    assert len(crops.flatten(1).unique(dim=0)) == 9


def test_no_shift_is_the_picture_itself(pictures):
    padded, margin = augment.pad(pictures, 0)
    chosen = torch.tensor([5, 2])
    crops = augment.random_crops(padded, chosen, margin, generator())
    assert torch.equal(crops, pictures[chosen])


def test_about_half_of_the_pictures_are_mirrored(pictures):
    flipped = augment.random_flip(pictures.repeat(25, 1, 1, 1), generator())
    original = pictures.repeat(25, 1, 1, 1)
    same = (flipped == original).flatten(1).all(1)
    mirrored = (flipped == original.flip(-1)).flatten(1).all(1)
    assert torch.equal(same, ~mirrored)
    assert 400 < int(mirrored.sum()) < 600


def test_the_same_generator_gives_the_same_pictures(pictures):
    padded, margin = augment.pad(pictures, 0.25)
    chosen = torch.arange(40)
    one, two, other = (
        augment.random_flip(augment.random_crops(padded, chosen, margin, g), g)
        for g in (generator(3), generator(3), generator(4))
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_normalised_pictures_have_mean_0_and_deviation_1(pictures):
    mean, std = augment.channel_statistics(pictures)
    floats = augment.normalise(pictures, mean, std)
    assert floats.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(floats.mean((0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    deviation = floats.std((0, 2, 3), correction=0)
    torch.testing.assert_close(deviation, torch.ones(3), atol=1e-5, rtol=0)


def test_statistics_do_not_depend_on_the_order(pictures):
    one = augment.channel_statistics(pictures)
    two = augment.channel_statistics(pictures.flip(0))
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_resize_averages_and_keeps_even_pictures_even():
    even = torch.full((3, 3, 32, 32), 77, dtype=torch.uint8)
    assert torch.equal(augment.resize(even, 18), torch.full((3, 3, 18, 18), 77, dtype=torch.uint8))
    fine = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    fine[..., ::2] = 200  # stripes of one pixel become grey, not stripes
    inner = augment.resize(fine, 16)[..., 2:-2, 2:-2]
    assert int(inner.min()) >= 90
    assert int(inner.max()) <= 110


def test_resize_to_the_same_size_is_the_picture_itself(pictures):
    assert augment.resize(pictures, 8) is pictures
