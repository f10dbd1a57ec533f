"""The twelve questions of the concept inventory: each wrong choice is a known misconception.

They ask for what the course wants to stay: no figure has to be known by heart. Their words are in
`questions.toml`; what can be computed is, here.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ...arch import B0, cost, scaled
from ...arch.block import BlockSetting, single_block

#: Of the draws of the choices' order, one that puts the right one in each place as often.
_ORDER = 252


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one right choice.

    Parameters
    ----------
    name
        Of the Python name that the answer is given to.
    text
        The question; Markdown.
    right
        The right choice.
    wrong
        The other choices -> the misconception that each stands for.
    lesson, section
        Stem of the lesson's file that treats it, and the heading without its minutes.
    """

    name: str
    text: str
    right: str
    wrong: Mapping[str, str]
    lesson: str
    section: str

    @property
    def choices(self) -> dict[str, str]:
        """Letter -> choice, in an order that tells nothing and is the same each time."""
        drawn = [self.right, *self.wrong]
        Random(f"{self.name} {_ORDER}").shuffle(drawn)
        return dict(zip("abcd", drawn, strict=True))

    @property
    def key(self) -> str:
        """The letter of the right choice."""
        return next(letter for letter, choice in self.choices.items() if choice == self.right)

    @property
    def where(self) -> str:
        """Where a lesson treats it, in words."""
        return f"lesson {self.lesson[:2]}, {self.section}"


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions, in the order of the lessons."""
    text = Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
    numbers = _computed()
    return tuple(_question(one, numbers) for one in tomllib.loads(text)["question"])


def _question(table: Mapping[str, Any], numbers: Mapping[str, str]) -> Question:
    words = {name: table[name].format_map(numbers) for name in ("text", "right")}
    wrong = {choice.format_map(numbers): meant for choice, meant in table["wrong"]}
    return Question(
        table["name"], **words, wrong=wrong, lesson=table["lesson"], section=table["section"]
    )


def _computed() -> dict[str, str]:
    price, wider = cost(B0), cost(scaled(B0, width=2))
    sharper = cost(replace(B0, resolution=2 * B0.resolution))
    setting = BlockSetting(16, 16, expand=6, kernel=3, stride=1, se_ratio=0.25)
    return {
        "sharper_macs": _times(sharper.macs / price.macs),
        "sharper_params": _times(sharper.params / price.params),
        "wider_macs": _times(wider.macs / price.macs),
        "depthwise": f"{100 * price.by_kind()['depthwise'].macs / price.macs:.0f}",
        "once": f"{price.macs / 1e9:.2f}",
        "twice": f"{2 * price.macs / 1e9:.2f}",
        "inputs": f"{setting.in_channels}",
        "wide": f"{setting.wide}",
        "units": f"{single_block(setting, size=56)[0].squeeze_channels}",
        "of_wide": f"{setting.wide * setting.se_ratio:.0f}",
    }


def _times(ratio: float) -> str:
    return "as many" if round(ratio) == 1 else f"about {ratio:.0f} times as many"
