import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.transforms import Bbox
from PIL import Image

from effnet_lab.view import Picture, style
from effnet_lab.view.picture import Board, format_cell, frame, table_html

SVG = "{http://www.w3.org/2000/svg}"


def picture(title: str = "A line rises", **changes: object) -> Picture:
    with style.rc():
        figure, box = frame(title, "A caption", left=0.8, right=0.3, bottom=0.5)
        axes = figure.add_axes(box)
        axes.plot([0, 1], [0, 1], color=style.INK)
        axes.barh([0.5], [0.3], hatch="//", color="#DBC56A")
        axes.plot([0.5], [0.5], **style.YOU.marker_style)
    fields = {"columns": ("name", "MACs"), "rows": (("one", 1234567), ("a & b | <c>", None))}
    return Picture(figure, **{"alt": 'It rises from 0 to 1 & "ends" <there>', **fields, **changes})


@pytest.fixture(scope="module")
def shown() -> str:
    return picture().to_html()


def test_the_page_gives_the_colours(shown):
    assert "currentColor" in shown
    assert "--jp-layout-color0" in shown
    assert style.INK not in shown
    assert style.PAPER not in shown
    assert "#000000" not in shown
    assert "#ffffff" not in shown


def test_text_stays_text_in_the_fonts_of_the_page(shown):
    assert re.search(r"<text[^>]*>A line rises</text>", shown)
    assert "DejaVu" not in shown
    assert "sans-serif" in shown


def test_the_svg_has_a_role_and_the_alternative_text(shown):
    element = ET.fromstring(picture().to_svg())
    assert element.tag == f"{SVG}svg"
    assert element.get("role") == "img"
    assert element.get("aria-label") == 'It rises from 0 to 1 & "ends" <there>'


def test_the_svg_reaches_nothing_else_on_the_page(shown):
    assert "<style" not in shown
    assert "<metadata" not in shown
    assert "<?xml" not in shown
    ids = set(re.findall(r'\bid="([^"]+)"', shown))
    used = set(re.findall(r"url\(#([^)]+)\)", shown)) | set(re.findall(r'href="#([^"]+)"', shown))
    assert used
    assert used <= ids
    assert not {name for name in ids if "_" in name}, "matplotlib's group ids repeat"


def without_names(page):
    return re.sub(r"p[0-9a-f]{12}-", "", page)


def ids_of(page):
    return set(re.findall(r'\bid="([^"]+)"', page))


def test_no_two_pictures_of_a_page_share_an_id(shown):
    """Nor does one that is shown twice: of two equal ids only the first counts."""
    first, second = (picture()._repr_mimebundle_()["text/html"] for _ in range(2))
    assert not ids_of(first) & ids_of(second)
    assert len(ids_of(first)) == len(ids_of(shown)) > 0
    assert not ids_of(picture("Another title").to_html()) & ids_of(shown)


def test_the_svg_scales_down_but_keeps_its_shape(shown):
    assert 'viewBox="0 0 576 360"' in shown
    assert "max-width: 768px" in shown


def test_the_same_picture_gives_the_same_text(shown):
    assert picture().to_html() == shown


def test_the_table_is_folded_and_escaped(shown):
    assert shown.count("<details><summary>Data as a table</summary>") == 1
    body = shown[shown.index("<table>") : shown.index("</table>") + 8]
    table = ET.fromstring(body)
    assert [cell.text for cell in table.iter("th")] == ["name", "MACs"]
    assert all(cell.get("scope") == "col" for cell in table.iter("th"))
    assert [cell.text for cell in table.iter("td")] == ["one", "1,234,567", "a & b | <c>", "–"]


def test_a_table_may_have_a_caption():
    made = table_html(("a",), ((1,),), "One <em>number</em>")
    table = ET.fromstring(made)
    assert "".join(table.find("caption").itertext()) == "One number"
    assert table.find("tbody/tr/td").text == "1"
    assert "<caption" not in table_html(("a",), ((1,),))


def test_columns_of_numbers_stand_right():
    table = ET.fromstring(table_html(("name", "MACs"), (("one", 1), ("two", None))))
    sides = [
        re.search(r"text-align: (\w+)", cell.get("style")).group(1)
        for cell in table.iter()
        if cell.tag in ("th", "td")
    ]
    assert sides == ["left", "right"] * 3


def test_markdown_keeps_its_cells_apart():
    assert picture().to_markdown().splitlines() == [
        "| name | MACs |",
        "| --- | --- |",
        "| one | 1,234,567 |",
        "| a &amp; b \\| &lt;c&gt; | – |",
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (False, "no"),
        (1234567, "1,234,567"),
        (56.1234, "56.12"),
        (4.0, "4"),
        ("x", "x"),
    ],
)
def test_cells_are_written_for_people(cell, text):
    assert format_cell(cell) == text


def test_without_html_there_is_the_alternative_text():
    made = picture()
    bundle = made._repr_mimebundle_()
    assert bundle["text/plain"] == repr(made) == made.alt
    assert without_names(bundle["text/html"]) == without_names(made.to_html())


def test_a_png_is_black_on_white(tmp_path):
    path = picture().save(tmp_path / "picture.PNG")
    with Image.open(path) as image:
        assert image.size == (1600, 1000)
        assert image.info["Description"] == picture().alt
        pixels = np.asarray(image.convert("RGBA"))
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0, :, :3] == 255).all()
    assert pixels[..., :3].sum(axis=2).min() < 12


def test_an_svg_file_stands_alone(tmp_path):
    path = picture().save(tmp_path / "picture.svg")
    text = path.read_text()
    root = ET.fromstring(text)
    assert root.find(f"{SVG}title").text == picture().alt
    assert "currentColor" not in text
    assert style.INK not in text
    assert "#000000" in text


def test_saving_leaves_the_picture_as_it_was(tmp_path, shown):
    made = picture()
    made.save(tmp_path / "a.png")
    made.save(tmp_path / "a.svg")
    assert made.to_html() == shown


def test_saving_leaves_no_other_file_and_replaces_the_old_one(tmp_path):
    path = tmp_path / "picture.svg"
    path.write_text("old")
    picture().save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["picture.svg"]
    assert path.read_text().startswith("<?xml")


def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "picture.svg"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        picture().save(path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["picture.svg"]


@pytest.mark.parametrize("name", ["picture.jpg", "picture", "picture.svg.gz"])
def test_an_unknown_extension_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"\.png or \.svg"):
        picture().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_empty_alternative_text_is_refused():
    with pytest.raises(ValueError, match="alt is empty"):
        picture(alt=" ")


def test_a_row_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="row 1 has 1 cells; there are 2 columns"):
        picture(rows=(("one", 1), ("two",)))


def test_a_long_title_is_wrapped_inside_the_figure():
    made = picture("A title that is much too long for a single line, " * 3)
    extents = [text.get_window_extent() for text in made.figure.texts]
    assert all(extent.x1 <= made.figure.bbox.x1 for extent in extents)
    assert extents[0].y0 > made.figure.axes[0].bbox.y1
    assert made.figure.texts[0].get_text().count("\n") == 1


def test_a_dollar_sign_is_no_formula():
    assert "costs $5 or $6" in picture("It costs $5 or $6").to_html()


def test_labels_of_a_crowd_overlap_neither_each_other_nor_markers():
    with style.rc():
        figure, box = frame("Crowd", "", left=0.8, right=1.1, bottom=0.5)
        axes = figure.add_axes(box)
        axes.set(xlim=(0, 10), ylim=(0, 10))
        board = Board(axes)
        places = [(5 + 0.4 * (i % 4), 5 + 0.5 * (i // 4)) for i in range(12)]
        for i, (x, y) in enumerate(places):
            board.note(f"network {i}", x, y, style.FAMILIES["width"])
        board.place()
    texts = [text for text in axes.texts if text.get_text()]
    boxes = [Bbox.from_extents(*_text_box(text)) for text in texts]
    half = style.FAMILIES["width"].size / 2 * figure.dpi / 72
    for x, y in axes.transData.transform(places):
        boxes.append(Bbox.from_extents(x - half, y - half, x + half, y + half))
    for i, one in enumerate(boxes[:12]):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])
        assert axes.bbox.x0 <= one.x0
        assert one.x1 <= figure.bbox.x1
    assert any(text.arrow_patch is not None for text in texts), "far labels have a line"
    assert any(text.arrow_patch is None for text in texts), "near labels have none"


def _text_box(annotation: object) -> np.ndarray:
    """The text's own box: an annotation's includes its line."""
    from matplotlib.text import Text

    annotation.update_positions(annotation.figure.canvas.get_renderer())
    return Text.get_window_extent(annotation).extents


def test_importing_the_package_is_light():
    code = (
        "import sys, effnet_lab.view; "
        "print([m for m in ('matplotlib', 'numpy', 'torch', 'IPython') if m in sys.modules])"
    )
    assert _run(code) == "[]"


def test_drawing_needs_neither_torch_nor_pyplot():
    code = (
        "import sys, effnet_lab.view.plots.accuracy, effnet_lab.view.plots.live; "
        "print([m for m in ('torch', 'matplotlib.pyplot', 'IPython') if m in sys.modules])"
    )
    assert _run(code) == "[]"


def test_public_names_are_found():
    import effnet_lab.view as view

    assert set(view.__all__) <= set(dir(view))
    assert all(getattr(view, name) is not None for name in view.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = view.nothing


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
