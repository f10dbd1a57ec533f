"""Assignment 06, quick training: a schedule, augmentation, a loss, an honest choice."""

from ... import About, Assignment, Written
from .argue import cells

ASSIGNMENT = Assignment(
    title="Quick training",
    lesson="06_quick_training",
    contents=(
        "learning_rate",
        "augment",
        "normalise",
        "drop_rates",
        "smoothed_loss",
        "choose_recipe",
        Written("argue", About("Argue for a recipe", points=18, minutes=20), cells),
    ),
    sections={
        "learning_rate": "The learning rate",
        "augment": "More pictures than there are",
        "normalise": "Break it",
        "drop_rates": "Three ways to hold a network back, and an average",
        "smoothed_loss": "Three ways to hold a network back, and an average",
        "choose_recipe": "Choose on validation pictures, test once",
        "argue": "What each did here",
    },
)
