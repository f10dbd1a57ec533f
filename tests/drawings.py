"""Drawings: what stands where, and what is written."""

import re

from matplotlib.text import Text

SVG = "{http://www.w3.org/2000/svg}"


def placed(element, x=0.0, y=0.0):
    """Yield all elements with their origin; those that are turned or scaled are left out."""
    where = re.fullmatch(r"translate\((\S+),(\S+)\)", element.get("transform", "translate(0,0)"))
    if where:
        x, y = x + float(where[1]), y + float(where[2])
        yield element, x, y
        for child in element:
            yield from placed(child, x, y)


def texts(picture) -> list[str]:
    """Title, caption, labels and ticks of a picture, without line breaks."""
    figure = picture.figure
    found = [*figure.texts, *(text for axes in figure.axes for text in axes.findobj(Text))]
    return [" ".join(text.get_text().split()) for text in found if text.get_text()]
