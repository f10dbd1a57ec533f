"""Static twins of widgets, made from what the widgets show."""

import json

import pytest
from test_panel import DEFINITION

from effnet_lab.lessons.twins import MARK, twins, write_twins

PAGE = DEFINITION.static_html({**DEFINITION.controls.default, "kernel": 5})
WIDGET = {"cell_type": "code", "id": "demo", "outputs": [{"data": {"text/html": PAGE}}]}
TWIN = {"cell_type": "markdown", "id": "demo-twin", "source": MARK}


def test_twin_shows_picture_and_table_of_the_cell_above():
    (twin,) = twins([WIDGET, TWIN], "01_counting")
    assert twin.place == 1
    assert twin.picture_name == "01-demo-twin.svg"
    assert "![A square of 5](pictures/01-demo-twin.svg)" in twin.markdown
    assert "The kernel is 5." in twin.markdown
    assert twin.markdown.startswith(f"{MARK}\n<details open")
    assert twin.markdown.count("<details") == twin.markdown.count("</details>") == 2
    assert "<table" in twin.markdown
    assert 'width="10"' in twin.picture
    assert "background: white" in twin.picture


def test_widget_without_twin_is_refused():
    with pytest.raises(ValueError, match="'demo' has no twin"):
        list(twins([WIDGET], "01_counting"))


def test_twin_of_nothing_is_refused():
    with pytest.raises(ValueError, match="'demo' shows no widget"):
        list(twins([{**WIDGET, "outputs": []}, TWIN], "01_counting"))


@pytest.mark.slow
def test_twins_are_written_into_the_lesson(tmp_path):
    code = "from test_panel import DEFINITION\nfrom effnet_lab.widgets.panel import Panel\n"
    cells = [
        {
            "cell_type": "code",
            "id": "demo",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": [code, "Panel(DEFINITION)"],
        },
        {"cell_type": "markdown", "id": "demo-twin", "metadata": {}, "source": [MARK]},
    ]
    path = tmp_path / "01_demo.ipynb"
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    (tmp_path / "test_panel.py").symlink_to(__file__.replace("test_twins", "test_panel"))
    assert write_twins(path) == ["01-demo-twin.svg"]
    written = json.loads(path.read_text())["cells"]
    assert "![A square of 3]" in "".join(written[1]["source"])
    assert written[0]["outputs"] == []
    assert "<svg" in (tmp_path / "pictures" / "01-demo-twin.svg").read_text()
