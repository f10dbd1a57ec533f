import doctest
import json
import math
import re
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effnet_lab.lessons import questions
from effnet_lab.lessons.question_card import QuestionCard, ask
from effnet_lab.lessons.questions import (
    Question,
    format_amount,
    how_far,
    parse_number,
    predict,
    quiz,
)

WHY = "Because layers are rounded up."
EXPLAINED = {
    "width": "Both sides of a layer grow.",
    "depth": "Only the number of layers grows.",
    "resolution": "No weight is added.",
}


@pytest.fixture(autouse=True)
def path(tmp_path, monkeypatch):
    """Where guesses are kept: nowhere near the learner's."""
    monkeypatch.setenv("EFFNET_LAB_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "guesses.json"


def number_card(**changes) -> QuestionCard:
    given = {"answer": 1.78, "unit": "x", "why": WHY} | changes
    return QuestionCard("macs-of-depth", predict("How many times?", **given))


def quiz_card() -> QuestionCard:
    question = quiz("Which is quadratic?", answer="width", choices=EXPLAINED)
    return QuestionCard("quadratic", question)


def test_examples():
    assert doctest.testmod(questions).failed == 0


# Numbers that people write


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("4", "", 4),
        ("4x", "x", 4),
        ("4 ×", "x", 4),
        ("4 times", "x", 4),
        ("4.0 %", "%", 4),
        ("9 percent", "%", 9),
        ("1,200", "", 1200),
        ("1 200 000", "", 1.2e6),
        ("1_200", "", 1200),
        ("1.2M", "", 1.2e6),
        ("1.2 M MACs", "MACs", 1.2e6),
        ("5.3 million parameters", "parameters", 5.3e6),
        ("2 G", "", 2e9),
        ("1.2K", "", 1200),
        ("about 5", "", 5),
        ("~5", "", 5),
        ("1/4", "", 0.25),
        (".5", "", 0.5),
        ("5.", "", 5),
        ("1e6", "", 1e6),
        ("−3", "", -3),
        ("+3", "", 3),
        ("  7  ", "pixels", 7),
    ],
)
def test_numbers_are_read_as_people_write_them(text, unit, value):
    assert math.isclose(parse_number(text, unit), value)


@pytest.mark.parametrize(
    ("text", "unit", "message"),
    [
        ("", "", "nothing is written yet"),
        ("   ", "", "nothing is written yet"),
        ("many", "", "'many' is no number"),
        ("1,5", "", "'1,5' has a comma .* decimal point"),
        ("1,2000", "", "has a comma"),
        ("4%", "x", "'%' in '4%' is not understood: the answer is in x"),
        ("4 cats", "", "'cats' in '4 cats' is not understood: the answer has no unit"),
        ("1.2.3", "", "is not understood"),
        ("1/0", "", "divides by zero"),
        ("e5", "", "is no number"),
        ("9" * 400, "", "'9{40}\\.\\.\\.' is too large"),
        ("<b>4</b>", "", "is no number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_text(text, unit, message):
    with pytest.raises(ValueError, match=message):
        parse_number(text, unit)


@given(st.text(max_size=30), st.sampled_from(["", "x", "%", "MACs"]))
def test_any_text_gives_a_finite_number_or_a_reason(text, unit):
    with suppress(ValueError):
        assert math.isfinite(parse_number(text, unit))


@given(
    st.floats(1e-3, 1e11, allow_nan=False),
    st.sampled_from(["", "x", "%", "MACs", "parameters"]),
)
def test_an_amount_as_we_write_it_can_be_read_again(value, unit):
    assert math.isclose(parse_number(format_amount(value, unit), unit), value, rel_tol=6e-3)


@pytest.mark.parametrize(
    ("guess", "answer", "words"),
    [
        (4, 4, "exactly that"),
        (4.01, 4, "less than 1% too high"),
        (3.6, 4, "10% too low"),
        (8, 4, "a factor of 2.00 too high"),
        (1, 4, "a factor of 4.00 too low"),
        (0, 4, "too low"),
        (-1, 4, "too low"),
        (5, 0, "too high"),
    ],
)
def test_a_guess_is_judged_by_its_ratio(guess, answer, words):
    assert how_far(guess, answer) == words


# Predictions


def test_nothing_that_is_sent_tells_the_answer_before_the_commit():
    for card in (number_card(), quiz_card(), predict_choice()):
        sent = str({name: card.get_state()[name] for name in ("card", "reply")})
        for secret in ("1.78", WHY, *EXPLAINED.values()):
            assert secret not in sent


def predict_choice() -> QuestionCard:
    text = "Which adds no parameters?"
    question = predict(text, answer="resolution", choices=EXPLAINED, why=WHY)
    return QuestionCard("no-parameters", question)


def test_a_guess_stands_beside_the_truth_with_the_reason():
    card = number_card()
    card.commit("4x")
    said = card.reply["html"]
    assert "You said 4.00 x. It is 1.78 x: a factor of 2.25 too high." in said
    assert WHY in said
    assert "wrong" not in said.lower()
    assert card.reply["final"]


def test_a_prediction_stays_as_it_was_committed():
    card = number_card()
    card.commit("4")
    before = dict(card.reply)
    card.commit("1.78")
    assert card.reply == before


def test_a_bad_guess_gets_a_message_and_loses_nothing():
    card = number_card()
    card.commit("4%")
    assert card.reply["problem"] == "'%' in '4%' is not understood: the answer is in x."
    assert not card.reply["final"]
    assert card.reply["html"] == ""
    card.commit("4")
    assert card.reply["problem"] == ""
    assert card.reply["final"]


def test_the_same_mistake_twice_is_told_twice():
    card = number_card()
    seen = []
    card.observe(lambda change: seen.append(change.new["problem"]), "reply")
    card.commit("four")
    card.commit("four")
    assert len(seen) == 2


def test_a_guess_is_kept_and_shown_again(path):
    """Running the cell again does not ask again, nor does a new kernel."""
    number_card().commit("4x")
    again = number_card()
    assert again.reply["final"]
    assert again.reply["chosen"] == "4x"
    assert "It is 1.78 x" in again.reply["html"]
    kept = {"macs-of-depth": {"How many times?": ["4x"]}}
    assert json.loads(path.read_text()) == {"version": 1, "guesses": kept}


def test_what_was_tried_in_a_quiz_is_shown_again():
    card = quiz_card()
    card.commit(2)
    card.commit(1)
    card.commit(2)
    again = quiz_card()
    assert not again.reply["final"]
    assert EXPLAINED["resolution"] in again.reply["html"]
    assert EXPLAINED["depth"] in again.reply["html"]
    assert EXPLAINED["width"] not in again.reply["html"]


def test_a_choice_that_is_gone_is_asked_again():
    predict_choice().commit(1)
    others = {"height": "", "resolution": ""}
    question = predict("Which adds no parameters?", answer="resolution", choices=others)
    assert not QuestionCard("no-parameters", question).reply["final"]


def test_a_guess_that_could_not_be_read_is_not_kept(path):
    number_card().commit("four")
    assert not path.exists()


def test_the_old_guess_is_set_beside_the_new_truth_and_another_text_is_another_question():
    number_card().commit("4")
    assert "It is 2.00 x" in number_card(answer=2).reply["html"]
    assert not QuestionCard("macs-of-depth", predict("And now?", answer=2)).reply["final"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"guesses": {"macs-of-depth": 3}}'])
def test_a_file_that_cannot_be_read_is_put_aside(path, text):
    path.write_text(text)
    card = number_card()
    assert not card.reply["final"]
    [aside] = path.parent.glob("guesses.*.json")
    assert aside.read_text() == text
    card.commit("4")
    assert number_card().reply["final"]


def test_a_guess_that_cannot_be_kept_is_answered_and_said(path):
    path.mkdir()
    card = number_card()
    card.commit("4")
    assert "It is 1.78 x" in card.reply["html"]
    assert card.reply["problem"].startswith("Your guess is not kept for the next time: ")


def test_a_prediction_among_choices():
    card = predict_choice()
    card.commit(0)
    assert "You said &#x27;width&#x27;. It is &#x27;resolution&#x27;." in card.reply["html"]
    assert card.reply["final"]
    other = QuestionCard("b", predict("Which?", answer="resolution", choices=EXPLAINED))
    other.commit(2)
    assert "and so it is" in other.reply["html"]


@pytest.mark.parametrize("committed", [3, -1, "width", True, 1.0, [0]])
def test_a_choice_that_there_is_not_is_refused(committed):
    card = predict_choice()
    card.commit(committed)
    assert re.search(r"must be a number from 0 to 2", card.reply["problem"])


def test_committing_nothing_says_so():
    card = predict_choice()
    card.commit(None)
    assert card.reply["problem"] == "Nothing is chosen yet: choose one."
    number = number_card()
    number.commit(None)
    assert "Nothing is written yet" in number.reply["problem"]


# Quizzes


def test_each_choice_has_its_explanation_and_can_be_tried_again():
    card = quiz_card()
    card.commit(1)
    assert "Not yet" in card.reply["html"]
    assert EXPLAINED["depth"] in card.reply["html"]
    assert EXPLAINED["width"] not in card.reply["html"]
    assert not card.reply["final"]
    card.commit(0)
    assert "Correct" in card.reply["html"]
    assert EXPLAINED["width"] in card.reply["html"]
    assert EXPLAINED["depth"] in card.reply["html"]  # what was tried stays
    assert EXPLAINED["resolution"] not in card.reply["html"]


def test_committing_nothing_keeps_what_was_shown():
    card = quiz_card()
    card.commit(1)
    card.commit(None)
    assert EXPLAINED["depth"] in card.reply["html"]
    assert "Nothing is chosen" in card.reply["problem"]


def test_an_answer_may_be_of_numpy():
    assert predict("How many?", answer=np.int64(4)).answer == 4


# Questions by their names


def test_a_question_is_asked_by_its_name():
    card = ask("one_dimension.doubled", "width", "parameters")
    assert card.question.text == "Twice the width: how many times the parameters?"
    assert card.name == "one_dimension.doubled"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("b7_macs", "must begin with one of b0, compound, .* and a dot"),
        ("compound.b8", "'compound.b8' is no question; those of compound are .*b7_macs"),
        ("compound.predict", "is no question"),
        ("compound._NAMES", "is no question"),
    ],
)
def test_a_question_that_there_is_not_is_refused(name, message):
    with pytest.raises(ValueError, match=message):
        ask(name)


# Cards


def test_the_form_is_labelled():
    page = number_card().card
    assert 'role="group"' in page
    assert 'aria-label="Predict: How many times?"' in page
    assert "<fieldset><legend>" in page
    assert 'aria-label="Your guess, in x"' in page
    assert 'aria-live="polite"' in page
    assert page.count("<button") == 1
    choices = quiz_card().card
    assert choices.count('<label><input type="radio"') == 3


def test_texts_are_escaped():
    question = quiz("Is a<b?", answer="a<b", choices={"a<b": "x<y", "b<a": "y<x"})
    card = QuestionCard("a", question)
    card.commit(1)
    for page in (card.card, card.reply["html"], card.question.static_html()):
        assert not re.search(r"[abxy]<[abxy]", page)


def test_a_page_on_which_nothing_runs_shows_the_question_and_folds_the_answer():
    card = quiz_card()
    data, *_ = card._repr_mimebundle_()
    page = data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data
    shown, folded = page.split("<details", 1)
    assert "Which is quadratic?" in shown
    assert all(f"<li>{choice}</li>" in shown for choice in EXPLAINED)
    assert not any(why in shown for why in EXPLAINED.values())
    assert all(why in folded for why in EXPLAINED.values())
    assert data["text/plain"].startswith("[? Quiz] Which is quadratic?\n  ( ) width")


def test_the_static_card_of_a_number_has_unit_and_reason():
    folded = number_card().question.static_html().split("<details", 1)[1]
    assert "1.78 x" in folded
    assert WHY in folded


# What may not be


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: quiz("Which?", answer="phi", choices=EXPLAINED),
            r"answer of 'Which.' is 'phi'; it must be one of 'width', 'depth', 'resolution'",
        ),
        (lambda: quiz("Which?", answer="x", choices={"x": "why"}), "at least 2"),
        (lambda: quiz("Which?", answer="x", choices={}), "no choices"),
        (
            lambda: quiz("Which?", answer="x", choices={"x": "why", "y": " "}),
            "choice 'y' of 'Which.' has no explanation",
        ),
        (lambda: predict(" ", answer=4), "no text"),
        (lambda: predict("How many?", answer=math.inf), "is inf; .* finite number"),
        (lambda: predict("How many?", answer="4"), "is '4'; .* finite number"),
        (lambda: predict("How many?", answer=True), "is True; .* finite number"),
        (lambda: predict("Which?", answer="phi", choices=("x", "y")), "is 'phi'"),
    ],
)
def test_a_question_that_cannot_be_right_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_question_is_a_value():
    assert Question("How many?", 4) == Question("How many?", 4)


def test_the_widget_library_comes_with_questions_only():
    code = """
import sys, effnet_lab, effnet_lab.exercises
assert "anywidget" not in sys.modules
import effnet_lab.lessons.question_card
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
