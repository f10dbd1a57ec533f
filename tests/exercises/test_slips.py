"""Slips: how they go wrong, which ones follow from a reference, and cases that tell them apart."""

from random import Random

import pytest

from effnet_lab._slips import pairs, slip
from effnet_lab.exercises.generic_slips import generic_slips
from effnet_lab.exercises.judging import judge_calls, matches
from effnet_lab.exercises.telling import outcomes, telling_cases


def volume(width, height=2, *, power=1, extra=0):
    return width**power * height + extra


CASES = [{"width": 3}, {"width": 5, "height": 4}]
SQUARED = slip("squared", power=2).says("You square {width}.")
MORE = slip("more", extra=1).says(lambda case: f"One more than {case['height']}.")


def first(one):
    return next(one.of(volume, tuple(generic_slips(volume))))


def judged(function, slips=(SQUARED, MORE)):
    bound = [way for one in slips for way in one.of(volume, tuple(generic_slips(volume)))]
    answers = [function(**case) for case in CASES]
    return judge_calls("volume", CASES, answers, volume, bound)


def test_a_slip_is_an_option_of_the_reference_or_a_function():
    assert first(SQUARED).gives(width=3) == 18
    assert first(slip("f", lambda width, height=2: 7)).gives(width=3) == 7
    with pytest.raises(ValueError, match="'typo' has neither options nor a function"):
        first(slip("typo"))


def test_a_generic_slip_may_be_worded_anew():
    worded = first(slip("ignored-height").says("The height counts."))
    assert worded.gives(width=5, height=4) == 10
    assert worded.explain({}) == "The height counts."


def test_messages_tell_the_arguments_of_the_call_with_their_defaults():
    found = judged(lambda width, height=2: width**2 * height)
    assert (found.slip, found.message) == (
        "squared",
        "volume(width=3): expected 6, got 18. You square 3.",
    )
    assert judged(lambda **case: volume(**case) + 1).message.endswith("One more than 2.")


def test_a_slip_may_be_made_in_several_ways():
    again = SQUARED.either(power=3).either(lambda width, height=2: 0)
    for function in (lambda **case: volume(**case, power=3), lambda **case: 0):
        assert judged(function, (again,)).message.endswith("You square 3.")


def test_two_options_at_once_are_two_slips():
    found = judged(lambda width, height=2: width**2 * height + 1)
    assert found.slip == "squared-and-more"
    assert "Two things: (1) You square 3. (2) One more than 2." in found.message
    assert not list(pairs([SQUARED, slip("cubed", power=3)], volume))


GENERIC = {
    "negative": -20,
    "inverse": 0.05,
    "one-too-many": 21,
    "as-text": "20",
    "in-a-list": [20],
    "ignored-height": 10,
    "exchanged-width-height": 20,
    "fixed-width": 12,
    "the-example": 6,
    "not-an-integer": 20.0,
    "thousandfold": 20_000,
    "nothing": None,
}


@pytest.mark.parametrize("name", GENERIC)
def test_generic_slips_follow_from_the_signature_and_the_result(name):
    found = {one.name: one for one in generic_slips(volume, {"width": 3})}
    assert found[name].gives(width=5, height=4) == GENERIC[name]
    assert not any("power" in one or "extra" in one for one in found)


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("turned-round", [1, 2, 3], [3, 2, 1]),
        ("first-only", [1, 2], 1),
        ("summed", [1, 2], 3),
        ("without-last", [1, 2], [1]),
        ("sorted", [2, 1], [1, 2]),
        ("keys-exchanged", {"a": 1, "b": 2}, {"a": 2, "b": 1}),
        ("keys-only", {"a": 1}, ["a"]),
        ("values-only", {"a": 1}, [1]),
        ("rounded-down", 2.5, 2),
        ("percent", 0.5, 50.0),
        ("complement", 0.25, 0.75),
        ("first-of-x", [[1], [2]], [[1]]),
        ("last-of-x", [1, 2], [2]),
    ],
)
def test_results_and_lists_change(name, value, changed):
    found = {one.name: one for one in generic_slips(lambda x: x)}
    assert found[name].gives(x=value) == changed


def test_what_a_slip_cannot_be_made_with_gives_no_outcome():
    found = {one.name: one for one in generic_slips(lambda x: x)}
    assert outcomes(found["percent"].gives, [{"x": "text"}]) is None
    assert outcomes(found["first-only"].gives, [{"x": []}]) is None


def differ(wanted, got):
    return not matches(got, wanted)


def test_cases_are_drawn_until_all_slips_are_told_apart():
    def draw(random):
        return [{"width": random.randint(0, 2), "height": random.randint(0, 2)}]

    slips = [first(SQUARED), slip("plus", lambda width, height: width + height)]
    for seed in range(20):
        (case,) = telling_cases(draw, volume, slips, [], differ, seed)
        given = [volume(**case), *(one.gives(**case) for one in slips)]
        assert len(set(given)) == 3
    assert telling_cases(draw, volume, slips, [], differ, 3) == telling_cases(
        draw, volume, slips, [], differ, 3
    )


def test_chance_makes_no_generic_slip_look_like_another():
    """Of draws in which exchanged sides show, and of some in which they do not, the former win."""

    def shorter(width, height):
        return width - 2 * height

    def draw(random):
        return [{"width": random.choice((3, *[4] * 9)), "height": 3}]

    slips = list(generic_slips(shorter))
    for seed in range(10):
        (case,) = telling_cases(draw, shorter, [], slips, differ, seed)
        assert case["width"] == 4


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (slip("same", lambda width, height=2: width * height), "the right answer and same give"),
        (slip("stops", lambda width: width), "stops stops with an error"),
    ],
)
def test_what_no_draw_tells_is_said(bad, says):
    with pytest.raises(RuntimeError, match=says):
        telling_cases(lambda random: CASES, volume, [bad], [], differ, 0)


def test_draws_depend_on_the_seed_alone():
    state = Random(5).random()
    assert telling_cases(lambda r: [{"width": r.random()}], volume, [], [], differ, 5) == [
        {"width": state}
    ]
