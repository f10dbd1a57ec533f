"""The finder of unbacked numbers finds planted ones, and lets backed ones pass."""

import re

import pytest
from claims import NOTATION, claims, numbers, output_texts, text_of_html, unbacked_claims
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def printed(text):
    cell = new_code_cell("print()", outputs=[new_output("stream", text=text)])
    cell.id = "shown"
    return cell


def displayed(**data):
    data = {kind.replace("_", "/"): text for kind, text in data.items()}
    return new_code_cell("x", outputs=[new_output("execute_result", data=data)])


def prose(text, name="prose"):
    cell = new_markdown_cell(text)
    cell.id = name
    return cell


def unbacked(*cells):
    return [line.split("'")[1] for line in unbacked_claims(new_notebook(cells=list(cells)))]


def test_a_planted_wrong_number_is_found_with_its_place():
    cells = [printed("5,288,548 parameters"), prose("The network has 5,288,549 parameters.")]
    [line] = unbacked_claims(new_notebook(cells=cells))
    assert line.startswith("prose: '5,288,549'")
    assert "network has" in line


def test_a_number_that_was_printed_passes():
    assert unbacked(printed("5,288,548 parameters"), prose("It has 5,288,548 of them.")) == []


@pytest.mark.parametrize(
    "claim",
    ["8.95%", "9.0%", "about 9%", "9 percent"],
)
def test_percentages_may_be_rounded_and_come_from_fractions(claim):
    assert unbacked(printed("share 8.954%"), prose(f"It is {claim}.")) == []
    assert unbacked(printed("share 0.08954"), prose(f"It is {claim}.")) == []


@pytest.mark.parametrize("claim", ["8.9%", "10%", "8%", "95.4%"])
def test_percentages_that_do_not_round_so_are_found(claim):
    assert unbacked(printed("share 8.954%"), prose(f"It is {claim}.")) == [claim]


@pytest.mark.parametrize(
    "claim",
    ["385,814,752", "385.8 M", "386 M", "390M", "0.386 G", "0.39 billion", "386 million"],
)
def test_counts_may_carry_units(claim):
    assert unbacked(printed("385,814,752 MACs"), prose(f"That is {claim} MACs.")) == []


@pytest.mark.parametrize("claim", ["387 M", "0.38 G", "3.86 M", "385.9 M"])
def test_counts_that_do_not_round_so_are_found(claim):
    assert unbacked(printed("385,814,752 MACs"), prose(f"That is {claim} MACs.")) == [claim]


def test_an_output_with_a_unit_backs_the_same_with_another_and_the_bare_number():
    shown = printed("386 M")
    assert unbacked(shown, prose("It has 386 million, or 0.386 G.")) == []
    assert unbacked(shown, prose("In millions: 386.")) == []


def test_a_claim_more_exact_than_the_output_is_found():
    assert unbacked(printed("386 M"), prose("It has 385.8 M.")) == ["385.8 M"]


def test_factors_pass_however_they_are_written():
    text = "It costs 8.7 x, 8.7x, 8.7 × and 8.7 times as much; 9 times, say."
    assert unbacked(printed("8.6939"), prose(text)) == []


@pytest.mark.parametrize(("claim", "passes"), [("61,000", True), ("70,000", False), ("300", True)])
def test_trailing_zeros_are_rounding_but_two_digits_are_meant(claim, passes):
    assert (unbacked(printed("61,234 and 304"), prose(f"About {claim}.")) == []) == passes


def test_only_outputs_above_in_the_same_section_count():
    above, below = printed("4321"), printed("8765")
    assert unbacked(prose("Now 8765."), below) == ["8765"]
    assert unbacked(above, prose("## Next\n\nStill 4321.")) == ["4321"]
    assert unbacked(above, prose("Here 4321.\n\n## Next\n\nThere 4321.")) == ["4321"]
    assert unbacked(above, prose("### A smaller heading\n\nStill 4321.")) == []


def test_pictures_tables_and_their_alternative_text_count():
    page = """<figure><svg aria-label="bars of 4321 and more" viewBox="0 0 9999 9999">
        <style>.a {width: 7777px}</style><path d="M 8888 1"/><text>5432</text></svg>
        <table><tr><td style="padding: 6666px">6,543</td></tr></table></figure>"""
    cell = displayed(text_html=page)
    assert unbacked(cell, prose("See 4321, 5432 and 6543.")) == []
    text = "Not 9999, 8888, 7777 or 6666."
    assert unbacked(cell, prose(text)) == ["9999", "8888", "7777", "6666"]


def test_text_and_images_count():
    assert unbacked(displayed(text_plain="(4321, 0.5)"), prose("It is 4321.")) == []
    assert "a 4321 b" in text_of_html('<img alt="a 4321 b" src="data:image/png;base64,9876">')


def test_cells_without_outputs_are_no_trouble():
    assert list(output_texts(new_code_cell("1234"))) == []
    assert unbacked(new_code_cell("n = 4321"), prose("It is 4321.")) == ["4321"]


# Facts


@pytest.mark.parametrize(
    "text",
    [
        "B0 is right for 77.1% of the pictures.",
        "ResNet-50 needs 4.1 G MACs and 26 million parameters.",
        "It was trained for 350 epochs.",
        "Version 5 prints 0.39 billion.",
        "The rate rises for 5 epochs.",
        "α·β²·γ² comes to 1.92.",
        "Single directions flatten near 80%.",
        "Stages hold α = 1.2 times the layers.",
    ],
)
def test_published_figures_pass(text):
    assert unbacked(prose(text)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("B0 is right for 78.7% of the pictures.", "78.7%"),
        ("It was trained for 360 epochs.", "360"),
        ("There are 5 reasons.", "5"),
        ("A tenth is 10% here.", "10%"),
    ],
)
def test_figures_that_nobody_published_are_found(text, wrong):
    assert unbacked(prose(text)) == [wrong]


# Notation


@pytest.mark.parametrize(
    "text",
    [
        "# 03 · EfficientNet-B0 from a table",
        "*60 minutes. Before: [02 · MBConv](02_mbconv_step_by_step.ipynb).*",
        "## The table (7 min)",
        "See lesson 07, lessons 04 and 05, or [07 · Accuracy](07_accuracy_vs_macs.ipynb).",
        "Type `width=4321`, or\n\n```\nrun 4321\n```\n\nand $x = 4321$.",
        "A 3 × 3, 1x1 or 5×5 kernel on a 32 × 32 picture, 3 × 3 × 3.",
        "B0, MBConv6, ReLU6, CIFAR-10, ResNet-50, MobileNetV2, EfficientNet-Lite0, B1-B7.",
        "1. First\n2. Second\n   3. Third",
        "Table 1, Figures 3 and 4, section 5.2, equation 3, issue 383, seeds 0 to 4.",
        "In 2019 (Tan & Le, 2019), and in version 5 of 2020.",
        "A gate lies between 0 and 1.",
        "*Source: M. Tan, arXiv 1905.11946v5, 4321 pages.*",
        "<!-- twin -->\nAnything from 4321 up.",
    ],
)
def test_notation_is_no_claim(text):
    assert unbacked(prose(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A 3 × 4 grid.", ["3", "4"]),
        ("It takes 2,019 steps, or 2019%.", ["2,019", "2019%"]),
        ("Only 1% and 0.1 remain, 1.5 M, 10.", ["1%", "0.1", "1.5 M", "10"]),
        ("## A section (7 minutes)", ["7"]),
        ("Twice 44, and 2x.", ["44", "2"]),
    ],
)
def test_what_looks_like_notation_is_still_a_claim(text, found):
    assert [number.text for number, _ in claims(text)] == found


@pytest.mark.parametrize(("pattern", "reason"), NOTATION)
def test_notation_is_justified_and_matches_no_empty_text(pattern, reason):
    assert len(reason) > 5
    assert not re.fullmatch(pattern, "")


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("1,234.5", 1234.5, 0.1),
        ("60,000", 60_000, 1000),
        ("5", 5, 1),
        ("100", 100, 10),
        ("1e-3", 1e-3, 1e-3),
        ("2.50 M", 2.5e6, 1e4),
        ("12%", 12, 1),
        ("3 GB", 3, 1),
    ],
)
def test_numbers_are_read_with_their_precision(text, value, step):
    [number] = numbers(text)
    assert number.value == pytest.approx(value)
    assert number.step == pytest.approx(step)
