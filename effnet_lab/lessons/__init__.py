"""What a lesson needs: questions, the check of the machine, ledgers, static twins."""

from .._lazy import lazy_names, names_of

#: Where each public name lives.
_HOME = names_of({"ledgers": "ledger", "machine": "check_machine", "question_card": "ask"})

__all__ = sorted(_HOME)

__getattr__, __dir__ = lazy_names(__name__, _HOME)
