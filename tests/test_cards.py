import doctest
import re
from html.parser import HTMLParser

import pytest

from effnet_lab.view import cards
from effnet_lab.view.cards import STATUSES, card_html, card_text, fold_html


class Balance(HTMLParser):
    """Collects tags that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def balanced(text: str) -> bool:
    parser = Balance()
    parser.feed(text)
    return not parser.open and not parser.wrong


def test_examples():
    assert doctest.testmod(cards).failed == 0


@pytest.mark.parametrize("status", STATUSES)
def test_a_card_says_its_state_by_icon_and_word(status):
    page = card_html(status, "One sentence.", "<p>body</p>", "<p>more</p>")
    look = STATUSES[status]
    assert look.icon in page
    assert f"<strong>{look.word}</strong>" in page
    assert balanced(page)


def test_no_two_states_share_their_word():
    words = [look.word for look in STATUSES.values()]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("status", STATUSES)
def test_colours_come_from_the_page(status):
    page = card_html(status, "One sentence.")
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb", page)
    for variable in re.findall(r"var\(([^)]*)\)", page):
        assert variable.startswith("--jp-")
        assert "," in variable  # a fallback outside Jupyter


def test_the_title_is_text_and_the_body_is_html():
    page = card_html("quiz", "Is 1 < 2 & 3?", "<em>yes</em>")
    assert "Is 1 &lt; 2 &amp; 3?" in page
    assert "<em>yes</em>" in page


def test_without_details_there_is_no_fold():
    assert "<details" not in card_html("todo", "One sentence.")
    assert "<summary" in card_html("todo", "One sentence.", details_html="x")
    assert "Why?" in card_html("todo", "One sentence.", details_html="x", details_label="Why?")


def test_another_word_can_take_the_place_of_the_states():
    page = card_html("exercise", "One sentence.", word="Exercise 2")
    assert "<strong>Exercise 2</strong>" in page


def test_a_fold_escapes_its_label():
    assert "a &lt; b" in fold_html("a < b", "x")


def test_card_as_text():
    assert card_text("wrong", "Too wide.", "Look again.") == "[✘ Not yet] Too wide.\nLook again."


@pytest.mark.parametrize("make", [card_html, card_text])
def test_an_unknown_state_is_refused(make):
    with pytest.raises(ValueError, match=r"status is 'good'; it must be one of .*right"):
        make("good", "One sentence.")


def test_an_empty_title_is_refused():
    with pytest.raises(ValueError, match="title is empty"):
        card_html("right", "  ")
