import numpy as np
import pytest

import tiny
from effnet_lab.view.plots.sheets import sample_pictures, tiled


def test_each_row_holds_the_first_pictures_of_its_class():
    data = tiny.data()
    sheet = tiled(data.train.images, data.train.labels, rows=10, per_row=3)
    assert sheet.shape == (10 * 34, 3 * 34, 4)
    for label in range(10):
        for place in range(3):
            tile = sheet[label * 34 + 1 : label * 34 + 33, place * 34 + 1 : place * 34 + 33]
            index = np.flatnonzero(data.train.labels == label)[place]
            assert np.array_equal(tile[..., :3], data.train.images[index].transpose(1, 2, 0))
            assert (tile[..., 3] == 255).all()


def test_the_picture_says_what_it_shows_and_counts():
    data = tiny.data()
    picture = sample_pictures(*data.train, data.classes)
    assert "one row for each class: a, b, c" in picture.alt
    assert picture.rows == tuple((name, 32) for name in "abcdefghij")
    assert "<image" in picture.to_html()


def test_no_pictures_are_refused():
    with pytest.raises(ValueError, match="0 pictures and 0 labels"):
        sample_pictures(np.zeros((0, 3, 32, 32), np.uint8), np.zeros(0, np.int64), "ab")
