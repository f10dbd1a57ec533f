import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance, ImageOps

from effnet_lab.training.operations import FILL, OPERATIONS, apply
from effnet_lab.training.policy import POLICY, Draw, augment, carry_out, draw


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def noise(count=6, size=16, seed=1):
    return torch.randint(
        0, 256, (count, 3, size, size), dtype=torch.uint8, generator=generator(seed)
    )


def scenes(count=6, size=16, seed=2):
    """Smooth pictures with a narrow range of values, unlike noise."""
    coarse = torch.rand(count, 3, 4, 4, generator=generator(seed)) * 150 + 40
    return torch.nn.functional.interpolate(coarse, (size, size), mode="bicubic").byte()


@pytest.fixture(params=["noise", "scenes"])
def pictures(request):
    return {"noise": noise, "scenes": scenes}[request.param]()


def with_pillow(change, pictures):
    """Change pictures one by one as Pillow does."""
    changed = [
        np.asarray(change(Image.fromarray(picture.permute(1, 2, 0).numpy())))
        for picture in pictures
    ]
    return torch.from_numpy(np.stack(changed)).permute(0, 3, 1, 2)


def typical(name):
    """A magnitude at which the operation does something."""
    return OPERATIONS[name].at_level(7)


# Against Pillow, which the policy's authors used


@pytest.mark.parametrize("factor", [0.0, 0.1, 0.46, 1.0, 1.36, 1.9])
@pytest.mark.parametrize(
    ("name", "enhancer"),
    [
        ("brightness", ImageEnhance.Brightness),
        ("colour", ImageEnhance.Color),
        ("contrast", ImageEnhance.Contrast),
        ("sharpness", ImageEnhance.Sharpness),
    ],
)
def test_blends_are_pillows(pictures, name, enhancer, factor):
    expected = with_pillow(lambda picture: enhancer(picture).enhance(factor), pictures)
    assert torch.equal(apply(name, pictures, factor), expected)


def test_inverting_is_pillows(pictures):
    assert torch.equal(apply("invert", pictures), with_pillow(ImageOps.invert, pictures))


@pytest.mark.parametrize("threshold", [0, 1, 77, 128, 255, 256])
def test_solarizing_is_pillows(pictures, threshold):
    expected = with_pillow(lambda picture: ImageOps.solarize(picture, threshold), pictures)
    assert torch.equal(apply("solarize", pictures, threshold), expected)


@pytest.mark.parametrize("bits", range(1, 9))
def test_posterizing_is_pillows(pictures, bits):
    expected = with_pillow(lambda picture: ImageOps.posterize(picture, bits), pictures)
    assert torch.equal(apply("posterize", pictures, bits), expected)


def test_no_bits_are_black():
    assert not apply("posterize", noise(), 0).any()


def test_autocontrast_is_pillows_but_for_its_rounding(pictures):
    expected = with_pillow(ImageOps.autocontrast, pictures)
    difference = (apply("autocontrast", pictures).int() - expected.int()).abs()
    assert int(difference.max()) <= 1


def test_equalizing_is_pillows_where_that_rounds_little():
    large = scenes(3, 256)  # 65,536 pixels make steps of about 256, of which it cuts less than 1
    expected = with_pillow(ImageOps.equalize, large)
    difference = (apply("equalize", large).int() - expected.int()).abs()
    assert int(difference.max()) <= 2
    assert not torch.equal(expected, large)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("name", "magnitude", "matrix"),
    [
        ("shear_x", 0.24, lambda m: (1, m, 0, 0, 1, 0)),
        ("shear_y", 0.24, lambda m: (1, 0, 0, m, 1, 0)),
        ("translate_x", 7 / 32, lambda m: (1, 0, m * 32, 0, 1, 0)),
        ("translate_y", 7 / 32, lambda m: (1, 0, 0, 0, 1, m * 32)),
    ],
)
def test_moves_are_pillows(name, magnitude, matrix, sign):
    pictures = noise(4, 32)
    expected = with_pillow(
        lambda picture: picture.transform(
            (32, 32), Image.Transform.AFFINE, matrix(sign * magnitude), fillcolor=FILL
        ),
        pictures,
    )
    assert torch.equal(apply(name, pictures, sign * magnitude), expected)


@pytest.mark.parametrize("size", [15, 16])
@pytest.mark.parametrize("degrees", [-21, 6, 30, 90, 137, 180])
def test_turning_is_pillows(degrees, size):
    pictures = noise(4, size)
    expected = with_pillow(lambda p: p.rotate(degrees, fillcolor=FILL), pictures)
    assert torch.equal(apply("rotate", pictures, degrees), expected)


# On values that can be worked out by hand


def test_equalized_values_are_shares_of_darker_pixels():
    values = [10] * 6 + [20] * 6 + [200] * 4  # of 12 pixels that are not the brightest
    picture = torch.tensor(values, dtype=torch.uint8).view(1, 1, 4, 4).expand(1, 3, 4, 4)
    expected = torch.tensor([0] * 6 + [128] * 6 + [255] * 4, dtype=torch.uint8)
    assert torch.equal(apply("equalize", picture)[0, 2].flatten(), expected)


def test_equalizing_works_on_small_pictures_where_pillow_does_nothing():
    dark = scenes(4, 16) // 4
    dark[:, :, 0, :2] = dark.amax((2, 3), keepdim=True)[..., 0]  # two pixels of the brightest
    assert torch.equal(with_pillow(ImageOps.equalize, dark), dark)
    bright = apply("equalize", dark).flatten(2).float()
    torch.testing.assert_close(bright.mean(2), torch.full((4, 3), 127.5), atol=8, rtol=0)
    assert bright.amax(2).unique().tolist() == [255]
    assert bright.amin(2).unique().tolist() == [0]


def test_autocontrast_reaches_from_0_to_255_in_each_channel(pictures):
    stretched = apply("autocontrast", pictures).flatten(2)
    assert stretched.amin(2).unique().tolist() == [0]
    assert stretched.amax(2).unique().tolist() == [255]


@pytest.mark.parametrize("name", ["autocontrast", "equalize"])
def test_a_channel_of_one_value_stays(name):
    even = torch.full((2, 3, 8, 8), 77, dtype=torch.uint8)
    even[1] = 255
    assert torch.equal(apply(name, even), even)


def test_a_translation_moves_and_fills():
    pictures = noise(2, 8)
    moved = apply("translate_x", pictures, 0.25)
    assert torch.equal(moved[..., :6], pictures[..., 2:])
    assert moved[0, :, 3, 7].tolist() == list(FILL)


def test_a_quarter_turn_is_a_quarter_turn():
    pictures = noise()
    assert torch.equal(apply("rotate", pictures, 90), torch.rot90(pictures, 1, (2, 3)))


def test_a_cut_out_is_a_square_that_the_edge_may_cut():
    black = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    inner = apply("cutout", black, 0.5, place=(0.5, 0.25))[0, 0] > 0
    assert inner.nonzero().tolist() == [[r, c] for r in range(2, 6) for c in range(4)]
    corner = apply("cutout", black, 0.5, place=(0.0, 0.99))[0] > 0
    assert corner[0].nonzero().tolist() == [[r, c] for r in range(2) for c in range(5, 8)]
    assert corner.all(0).equal(corner.any(0))


def test_sharpness_smooths_a_point_over_its_neighbours():
    point = torch.zeros(1, 3, 5, 5, dtype=torch.uint8)
    point[..., 2, 2] = 130
    smooth = apply("sharpness", point, 0.0)[0, 0]
    assert smooth[1:4, 1:4].tolist() == [[10, 10, 10], [10, 50, 10], [10, 10, 10]]
    assert int(smooth.sum()) == 130


# All operations


@pytest.mark.parametrize(
    "name", [name for name, op in OPERATIONS.items() if op.neutral is not None]
)
def test_the_neutral_magnitude_changes_nothing(pictures, name):
    assert torch.equal(apply(name, pictures, OPERATIONS[name].neutral), pictures)


@pytest.mark.parametrize("name", OPERATIONS)
def test_form_stays_and_the_pictures_given_are_left_alone(pictures, name):
    before = pictures.clone()
    changed = apply(name, pictures, typical(name))
    assert (changed.shape, changed.dtype) == (pictures.shape, torch.uint8)
    assert torch.equal(pictures, before)
    assert not torch.equal(changed, before)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_picture_of_a_batch_has_its_own_magnitude(pictures, name):
    levels = [0, 2, 4, 6, 8, 10]
    magnitudes = torch.tensor([OPERATIONS[name].at_level(level) for level in levels])
    together = apply(name, pictures, magnitudes)
    for one, picture, magnitude in zip(together, pictures, magnitudes, strict=True):
        assert torch.equal(one, apply(name, picture[None], magnitude.item())[0])


def test_levels_mean_what_the_authors_code_makes_of_them():
    made = {
        name: [operation.at_level(level) for level in (0, 5, 9)]
        for name, operation in OPERATIONS.items()
    }
    assert made["shear_x"] == made["shear_y"] == pytest.approx([0, 0.15, 0.27])
    assert made["translate_x"] == made["translate_y"] == [0, 5 / 32, 9 / 32]
    assert made["rotate"] == [0, 15, 27]
    assert made["cutout"] == [0, 10 / 32, 18 / 32]
    assert made["solarize"] == [256, 128, 26]
    assert made["posterize"] == [4, 2, 1]
    for name in ("brightness", "colour", "contrast", "sharpness"):
        assert made[name] == pytest.approx([0.1, 1.0, 1.72])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: apply("blur", noise()), r"operation is 'blur'; .*rotate"),
        (lambda: apply("posterize", noise(), 9), r"magnitude of posterize is 9; .*from 0 to 8"),
        (lambda: apply("rotate", noise(), float("nan")), "magnitude of rotate is nan"),
        (lambda: apply("invert", noise().float()), r"float32 \(6, 3, 16, 16\); .*uint8"),
        (lambda: apply("invert", noise()[0]), r"uint8 \(3, 16, 16\); .*\(N, 3, S, S\)"),
        (lambda: augment(noise()[:, :1], generator()), r"uint8 \(6, 1, 16, 16\)"),
        (lambda: augment(noise()[..., :8], generator()), r"uint8 \(6, 3, 16, 8\)"),
    ],
)
def test_bad_values_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# The policy


def test_the_policy_is_the_published_one_in_its_form():
    steps = [step for sub in POLICY for step in sub]
    assert len(POLICY) == 95
    assert POLICY[0] == (("invert", 0.1, 7), ("contrast", 0.2, 6))
    assert POLICY[-1] == (("equalize", 0.6, 9), ("equalize", 0.4, 4))
    assert {step.name for step in steps} == set(OPERATIONS)
    assert all(0 <= step.probability <= 1 and 0 <= step.level <= 10 for step in steps)


def test_the_same_generator_gives_the_same_pictures():
    pictures = noise(64)
    one, two, other = (augment(pictures, generator(seed)) for seed in (3, 3, 4))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_the_pictures_given_are_left_alone_whatever_their_memory():
    pictures = noise(64)
    before = pictures.clone()
    last = pictures.contiguous(memory_format=torch.channels_last)
    assert torch.equal(augment(pictures, generator()), augment(last, generator()))
    assert torch.equal(pictures, before)
    assert torch.equal(last, before)


@pytest.mark.parametrize("size", [16, 32])
def test_a_batch_is_changed_as_its_pictures_one_by_one(size):
    pictures = scenes(100, size)
    drawn = draw(100, generator(5))
    together = carry_out(pictures, drawn)
    for i, expected in enumerate(together):
        alone = carry_out(pictures[i : i + 1], Draw(*(part[i : i + 1] for part in drawn)))
        assert torch.equal(alone[0], expected)


@pytest.mark.parametrize("index", range(len(POLICY)))
def test_a_sub_policy_is_its_operations_one_after_the_other(index):
    picture = scenes(1)
    places = torch.tensor([[[0.2, 0.7], [0.6, 0.4]]])
    yes, sign = torch.ones(1, 2, dtype=torch.bool), torch.tensor([[-1.0, 1.0]])
    changed = carry_out(picture, Draw(torch.tensor([index]), yes, sign, places))
    expected = picture
    for step, way, place in zip(POLICY[index], (-1, 1), places[0].tolist(), strict=True):
        operation = OPERATIONS[step.name]
        magnitude = operation.at_level(step.level) * (way if operation.either_way else 1)
        expected = apply(step.name, expected, magnitude, tuple(place))
    assert torch.equal(changed, expected)


def test_nothing_happens_when_chance_says_so():
    pictures = noise(95)
    never = draw(95, generator())._replace(happens=torch.zeros(95, 2, dtype=torch.bool))
    assert torch.equal(carry_out(pictures, never), pictures)


def test_chance_follows_the_policy():
    count = 200_000
    drawn = draw(count, generator(6))
    each = torch.bincount(drawn.subpolicy, minlength=95) / count
    torch.testing.assert_close(each, torch.full((95,), 1 / 95), atol=0.0015, rtol=0)
    for index, sub in enumerate(POLICY):
        share = drawn.happens[drawn.subpolicy == index].float().mean(0)
        assert share.tolist() == pytest.approx([step.probability for step in sub], abs=0.06)
    assert drawn.sign.mean(0).tolist() == pytest.approx([0, 0], abs=0.01)
    assert drawn.place.flatten(1).mean(0).tolist() == pytest.approx([0.5] * 4, abs=0.01)
