import numpy as np
import pytest

from effnet_lab.training.photograph import PHOTOGRAPH_ALT, photograph


@pytest.mark.parametrize("resolution", [1, 96, 224, 320])
def test_a_square_of_the_resolution_asked_for(resolution):
    picture = photograph(resolution)
    assert picture.shape == (3, resolution, resolution)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous


def test_it_is_the_same_every_time_and_its_own_copy():
    first = photograph(32)
    first[:] = 0
    assert photograph(32).max() > 200
    assert np.array_equal(photograph(32), photograph(32))


def test_resolutions_show_the_same_scene():
    """Averaged to eight by eight, a large and a small picture agree."""
    large, small = (
        photograph(side).reshape(3, 8, side // 8, 8, side // 8).mean((2, 4)) for side in (256, 64)
    )
    assert np.abs(large - small).max() < 4


def test_it_is_the_whole_width_of_a_portrait():
    """A blue wall in the upper right corner, a dark uniform at the bottom."""
    red, _, blue = photograph(64).astype(float)
    assert blue[:24, 50:].mean() > 1.5 * red[:24, 50:].mean()
    assert red[50:, 8:24].mean() < 60


@pytest.mark.parametrize("resolution", [0, 1025, 224.0, True])
def test_other_sizes_are_refused(resolution):
    with pytest.raises(ValueError, match=r"resolution is .* from 1 to 1,024"):
        photograph(resolution)


def test_it_is_described():
    assert len(PHOTOGRAPH_ALT) > 20
