"""The controls of a training monitor, what they change in its recipe and network, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ...arch import NetworkSpec
from ...records.runs import Recipe
from ..panel import Controls, Slider, State, Toggle, Value

NAME = "training-monitor"

#: From cold, where little is learned, to hot, where nothing is.
LEARNING_RATES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 8.0)

#: Budgets in training pictures: each is twice the one before.
BUDGETS = (7_500, 15_000, 30_000, 60_000, 120_000, 240_000)

#: Decay of the weight average, where the recipe itself has none.
EMA = 0.99


@dataclass(frozen=True, slots=True)
class Setup:
    """What a monitor trains, and the controls that change it.

    Parameters
    ----------
    spec, recipe
        The network, and how it is trained where no control says otherwise.
    controls
        See `setup`.
    """

    spec: NetworkSpec
    recipe: Recipe
    controls: Controls

    def network(self, state: State, name: str) -> NetworkSpec:
        """Return the network of a state under a name."""
        rates = {"dropout": state["dropout"], "drop_path_rate": state["drop_path"]}
        return replace(self.spec, name=name, **rates)  # type: ignore[arg-type]

    def training(self, state: State) -> Recipe:
        """Return the recipe of a state."""
        same = {name: state[name] for name in ("learning_rate", "flip", "shift", "label_smoothing")}
        return replace(
            self.recipe,
            policy="autoaugment" if state["autoaugment"] else "none",
            ema=(self.recipe.ema or EMA) if state["weight_average"] else 0.0,
            **same,  # type: ignore[arg-type]
        )


def setup(spec: NetworkSpec, recipe: Recipe, pictures: int = 30_000, seed: int = 0) -> Setup:
    """Make the controls for a network; they begin at the values of `spec` and `recipe`."""

    def slider(name: str, label: str, values: Sequence[float], default: float) -> Slider:
        return Slider(name, label, tuple(sorted({*values, default})), default)

    controls = Controls(
        NAME,
        slider("learning_rate", "Learning rate", LEARNING_RATES, recipe.learning_rate),
        Toggle("flip", "Flip left to right", recipe.flip),
        slider("shift", "Shift up to", (0.0, 0.0625, 0.125), recipe.shift),
        Toggle("autoaugment", "AutoAugment's policy", recipe.policy == "autoaugment"),
        slider("label_smoothing", "Label smoothing", (0.0, 0.1, 0.2), recipe.label_smoothing),
        slider("drop_path", "Drop path", (0.0, 0.1, 0.2, 0.4), spec.drop_path_rate),
        slider("dropout", "Dropout", (0.0, 0.2, 0.4), spec.dropout),
        Toggle("weight_average", "Average of weights (EMA)", recipe.ema > 0),
        slider("pictures", "Budget in pictures", BUDGETS, pictures),
        slider("seed", "Seed", range(5), seed),
    )
    return Setup(spec, recipe, controls)


#: Controls that leave an ingredient out where they are zero or off.
_INGREDIENTS = (
    *("flip", "shift", "autoaugment", "label_smoothing"),
    *("drop_path", "dropout", "weight_average"),
)


def in_words(name: str, value: Value) -> str:
    """Write one setting.

    Examples
    --------
    >>> in_words("flip", False), in_words("shift", 0.0625), in_words("pictures", 30000)
    ('no flip', 'shift 1/16', '30,000 pictures')
    """
    if name == "pictures":
        return f"{value:,} pictures"
    word = "AutoAugment" if name == "autoaugment" else name.replace("_", " ")
    if name in _INGREDIENTS and not value:
        return f"no {word}"
    if isinstance(value, bool):
        return word
    return f"{word} {fraction(value) if name == 'shift' else f'{value:g}'}"


def recipe_in_words(state: State) -> str:
    """Write all settings of a state; what is switched off is left out."""
    used = (name for name in state if name not in _INGREDIENTS or state[name])
    return ", ".join(in_words(name, state[name]) for name in used)


def differences(state: State, first: State) -> str:
    """Write the settings of a state that are not those of another; empty if none is."""
    return ", ".join(in_words(name, state[name]) for name in state if state[name] != first[name])


def fraction(value: object) -> str:
    """Write a shift as a part of the picture's side, such as 1/16."""
    return str(Fraction(str(value)).limit_denominator(64))
