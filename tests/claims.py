"""Finds numbers typed in a lesson's prose that nothing backs.

A number is backed if an output of a code cell above it in the same section (from one ``##`` heading
to the next) shows it, rounded or in full, or if it is a published fact of `effnet_lab.arch.facts`.
Notation, such as names and shapes, is no claim.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from nbformat import NotebookNode

from effnet_lab.arch import facts

#: What is no claim, and why. Each match is taken out of the prose before numbers are looked for.
NOTATION = (
    (r"```.*?```", "a block of code"),
    (r"`[^`]*`", "code: names, values to type"),
    (r"\$\$.*?\$\$|\$[^$\n]*\$", "a formula"),
    (r"<!--.*?-->", "a comment"),
    (r"(?m)^\*(?:Sources?|Runs)\b.*$", "the list of sources, in italics at the end"),
    (r"\]\([^)]*\)", "the target of a link"),
    (r"https?://\S+", "an address"),
    (r"(?m)^# \d\d · ", "a lesson's own number, in its title"),
    (r"\[\d\d · ", "a lesson's number, in a link to it"),
    (r"\b[Ll]essons? \d\d(?:(?:,| and| to|–|-) ?\d\d)*", "a lesson's number"),
    (r"\b[Ee]xercises? \d\d", "an exercise's number"),
    (r"(?m)^#+ .*\(\d+ min\)\s*$", "the minutes of a section"),
    (r"(?m)^\*\d+ minutes\.", "the minutes of a lesson, under its title"),
    (r"(?m)^\s*\d+\. ", "the number of a list's item"),
    (r"\b[A-Za-zα-ω][A-Za-zα-ω]*-?\d[\w.]*", "a name with a number: B0, CIFAR-10, ReLU6, x2"),
    (r"\b(\d+) ?[×x] ?\1\b(?: ?[×x] ?\1\b)?", "a shape: 3 × 3, 1x1, 32 × 32"),
    (
        r"\b(?:Tables?|Figures?|[Ss]ections?|[Ee]quations?|[Ii]ssues?|[Vv]ersions?|[Ss]eeds?)"
        r" \d+(?:\.\d+)*(?:(?:,| and| to|–|-) ?\d+(?:\.\d+)*)*",
        "a label: Table 1, seeds 0 to 4",
    ),
    (r"\barXiv \d{4}\.\d{4,5}\w*", "the number of an article"),
    (r"\b(?:19[89]|20[0-4])\d\b(?!,\d| ?%|\.\d)", "a year"),
    (r"(?<![\w.,])[01](?![\w.,]?\d| ?[%KMG]\b| ?%)", "zero and one: the ends of many ranges"),
)

_UNITS = {
    "K": 1e3,
    "thousand": 1e3,
    "M": 1e6,
    "million": 1e6,
    "G": 1e9,
    "B": 1e9,
    "billion": 1e9,
}

_NUMBER = re.compile(
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<power>e[-−+]?\d+)?"
    rf"(?:\s?(?P<unit>%|percent\b|(?:{'|'.join(_UNITS)})\b))?"
)


class Number(NamedTuple):
    """A number as written: `step` is the worth of its last significant digit."""

    text: str
    value: float
    step: float
    percent: bool
    start: int


def unbacked_claims(executed_notebook: NotebookNode) -> list[str]:
    """Return what is typed in prose and neither shown above in its section nor a fact.

    Parameters
    ----------
    executed_notebook
        With the outputs of all cells.

    Returns
    -------
    list of str
        One line for each such number: the cell's id, the number, and the words around it.
    """
    found: list[str] = []
    shown: list[float] = []
    for cell in executed_notebook.cells:
        if cell.cell_type == "code":
            shown += [v for text in output_texts(cell) for n in numbers(text) for v in _values(n)]
            continue
        if cell.cell_type != "markdown" or cell.source.lstrip().startswith("<!-- twin"):
            continue
        for part in re.split(r"(?m)^(?=## )", cell.source):
            if part.startswith("## "):
                shown = []
            for number, around in claims(part):
                if not is_shown(number, shown) and not is_fact(number, around):
                    found.append(f"{cell.id}: {number.text!r} in “{around}”")
    return found


def claims(prose: str) -> Iterator[tuple[Number, str]]:
    """Yield the numbers of a text that are claims, with the words around each."""
    for pattern, _ in NOTATION:
        # Something stays in its place, so that its neighbours do not become one word.
        prose = re.sub(pattern, " … ", prose, flags=re.DOTALL)
    for number in numbers(prose):
        around = prose[max(0, number.start - 40) : number.start + len(number.text) + 40]
        yield number, " ".join(around.split())


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers in a text; their sign is left out, as it looks like a dash."""
    for match in _NUMBER.finditer(text):
        digits, power, unit = match["digits"], match["power"] or "", match["unit"] or ""
        plain = digits.replace(",", "")
        scale = float(f"1{power.replace('−', '-')}") * _UNITS.get(unit, 1)
        yield Number(
            match[0].strip(),
            float(plain) * scale,
            _last_place(plain) * scale,
            unit in ("%", "percent"),
            match.start(),
        )


def _last_place(digits: str) -> float:
    """Tell what the last significant digit is worth; zeros at the end of 60000 are rounding."""
    whole, point, decimals = digits.partition(".")
    if point:
        return 10.0 ** -len(decimals)
    significant = max(2, len(whole.rstrip("0")))
    return 10.0 ** max(0, len(whole) - significant)


def _values(number: Number) -> Iterable[float]:
    """Return what an output's number may mean: with its unit, and as it stands in a column."""
    bare = float(number.text.split()[0].rstrip("%KMGB").replace(",", "").replace("−", "-") or 0)
    return {number.value, bare}


def is_shown(number: Number, shown: Iterable[float]) -> bool:
    """Tell whether one of the numbers shown, rounded as this one is, equals it."""
    half = number.step / 2 * (1 + 1e-9)
    wanted = [(number.value, half)]
    if number.percent:
        wanted.append((number.value / 100, half / 100))
    return any(abs(value - other) <= room for value, room in wanted for other in shown)


# Facts


def is_fact(number: Number, around: str) -> bool:
    """Tell whether a number is published.

    A small round number may be anything, so it counts only in a fact's own words ("5 epochs").
    """
    phrases = (fact.text for fact in facts.FACTS.values() if not _bare(fact.text))
    if any(number.text in phrase and _squeezed(phrase) in _squeezed(around) for phrase in phrases):
        return True
    digits = re.sub(r"\D", "", number.text).lstrip("0")
    if len(digits) < 3 and len(digits.rstrip("0")) < 2:
        return False
    return is_shown(number, published_numbers())


def published_numbers() -> set[float]:
    """Return all numbers of the facts, of tables and of sentences."""
    tables = [
        *facts.FACTS.values(),
        *facts.IMAGENET.values(),
        *facts.TABLE_2,
        *facts.TABLE_3,
        *facts.TABLE_4,
        *facts.TABLE_7,
        facts.TABLE_7_BASE_2019,
        *facts.BENCHMARKS,
        *facts.ONE_RECIPE,
    ]
    found = {
        abs(float(value)) for row in tables for value in row if isinstance(value, (int, float))
    }
    texts = [row.printed for row in facts.COUNTS_B0]
    texts += [side for row in facts.DISAGREEMENTS for side in (row.one, row.other)]
    return found | {value for text in texts for n in numbers(text) for value in _values(n)}


def _bare(text: str) -> bool:
    return re.fullmatch(r"[\d.,\s%KMG]+", text) is not None


def _squeezed(text: str) -> str:
    return re.sub(r"[\s*_]", "", text).lower()


# Outputs


def output_texts(cell: NotebookNode) -> Iterator[str]:
    """Yield what a reader sees of a code cell's outputs."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output.text
        data = output.get("data", {})
        yield from (data[kind] for kind in ("text/plain", "text/markdown") if kind in data)
        if "text/html" in data:
            yield text_of_html(data["text/html"])


def text_of_html(page: str) -> str:
    """Return the text of a page, and what it says instead of its pictures."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return " ".join(reader.found)


class _Reader(HTMLParser):
    """Collects text and alternative text; neither style nor script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        self.found += [value for name, value in attrs if name in ("alt", "aria-label") and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)
