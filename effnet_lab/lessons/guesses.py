"""A learner's guesses: kept in a plain local file, as the progress with the exercises is."""

from pathlib import Path
from typing import Any

from .._learner import progress_path, read_kept, write_kept

#: By the name of a question and by its text, which may hold what the lesson found: what was
#: committed, in the learner's words.
Guesses = dict[str, dict[str, list[str]]]


def guesses_path() -> Path:
    """Return where the guesses are kept."""
    return progress_path().with_name("guesses.json")


def kept_guesses(name: str, text: str) -> list[str]:
    """Return what was committed to a question before; nothing if the file cannot be reached."""
    try:
        return _read().get(name, {}).get(text, [])
    except OSError:
        return []


def keep_guess(name: str, text: str, guess: str) -> None:
    """Keep one more guess.

    The file is read again just before, so that two lessons can be open at once.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    guesses = _read()
    made = guesses.setdefault(name, {}).setdefault(text, [])
    if guess not in made:
        made.append(guess)
    write_kept(guesses_path(), {"guesses": guesses})


def _read() -> Guesses:
    """Return all guesses; a file that makes no sense is put aside."""
    nothing: Guesses = {}
    return read_kept(guesses_path(), _parsed, nothing)[0]


def _parsed(found: Any) -> Guesses:
    guesses = found["guesses"]
    for asked in guesses.values():
        if not all(isinstance(word, str) for made in asked.values() for word in made):
            raise ValueError("a guess is no text")
    return dict(guesses)
