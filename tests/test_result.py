import pytest

from effnet_lab.view.result import CheckResult
from effnet_lab.view.tables import Table


@pytest.mark.parametrize(
    ("status", "word"),
    [("not attempted", "Not attempted"), ("incorrect", "Not yet"), ("correct", "Correct")],
)
def test_a_result_shows_itself_as_a_card(status, word):
    result = CheckResult(status, "The squeeze width is <right>.")
    assert f"<strong>{word}</strong>" in result._repr_html_()
    assert "&lt;right&gt;" in result._repr_html_()
    assert word in repr(result)
    assert result.passed == (status == "correct")


def test_what_could_not_run_says_so():
    assert "Could not run" in repr(CheckResult("incorrect", "KeyError: 3", broken=True))


def test_details_are_folded_away():
    page = CheckResult("correct", "Right.", details=Table("Tried", ("a",), ((1,),)))._repr_html_()
    assert page.index("<details") < page.index("<table") < page.index("</details>")
    assert "<details" not in CheckResult("correct", "Right.")._repr_html_()


def test_points_are_shown_where_there_are_any():
    result = CheckResult("incorrect", "Half of it.", points=1.5, max_points=3)
    assert "1.5 of 3 points" in result._repr_html_()
    assert "1.5 of 3 points" in repr(result)
    assert "Partly correct" in result._repr_html_()
    assert "points" not in repr(CheckResult("incorrect", "No."))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": "right"}, "status is 'right'; it must be one of not attempted, incorrect"),
        ({"message": " "}, "message is empty"),
        ({"points": 2, "max_points": 1}, "points is 2; it must be 0 to 1"),
        ({"points": -1}, "points is -1; it must be 0 to 0"),
    ],
)
def test_impossible_results_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        CheckResult(**{"status": "correct", "message": "x", **values})
