import numpy as np
import pytest

from effnet_lab.training import toy


@pytest.fixture(scope="module")
def loaded():
    return toy.load_toy()


def test_the_set_is_the_same_everywhere(loaded):
    assert loaded.fingerprint == "c180fa90a7a5faf8"


def test_sizes_and_balance(loaded):
    for images, labels, count in (
        (loaded.train.images, loaded.train.labels, 8000),
        (loaded.val.images, loaded.val.labels, 2000),
        (loaded.test.images, loaded.test.labels, 2000),
    ):
        assert images.shape == (count, 3, 32, 32)
        assert images.dtype == np.uint8
        assert np.bincount(labels).tolist() == [count // 10] * 10


def test_another_seed_draws_other_pictures_of_the_same_classes():
    (one, labels), (two, same_labels) = toy.draw(40), toy.draw(40, seed=1)
    assert np.array_equal(labels, same_labels)
    assert not any(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_no_picture_is_drawn_twice(loaded):
    everything = np.concatenate([loaded.train.images, loaded.val.images, loaded.test.images])
    assert len(np.unique(everything.reshape(len(everything), -1)[:, ::7], axis=0)) == 12_000


def test_colour_does_not_give_the_class_away(loaded):
    """The nearest mean colour, or mean spread of colour, guesses hardly better than chance."""

    def features(images):
        flat = images.reshape(len(images), 3, -1) / 255
        return np.concatenate([flat.mean(2), flat.std(2)], axis=1)

    train, test = features(loaded.train.images), features(loaded.test.images)
    centres = np.stack([train[loaded.train.labels == label].mean(0) for label in range(10)])
    guesses = ((test[:, None] - centres) ** 2).sum(2).argmin(1)
    assert (guesses == loaded.test.labels).mean() < 0.2


def test_texture_blurs_when_pictures_shrink(loaded):
    """Stripes and checks differ much at 32 pixels and little at 16: resolution matters."""

    def fine_contrast(images):
        grey = images.mean(1)
        return np.abs(grey[:, :, 1:] - grey[:, :, :-1])[:, 8:24, 8:24].mean()

    small = loaded.train.images.reshape(-1, 3, 16, 2, 16, 2).mean((3, 5))
    shrunk = np.repeat(np.repeat(small, 2, 2), 2, 3)
    assert fine_contrast(shrunk) < 0.5 * fine_contrast(loaded.train.images)
