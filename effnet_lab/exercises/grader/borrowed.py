"""What a learner's function takes from libraries that an exercise may not use.

A grader's worker refuses to import them. This finds them before, in the learner's notebook.
"""

import dis
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .worker import EXERCISE, is_barred, with_parents

#: Instructions that look a name up in the notebook; one of an attribute may be spelt alike.
_LOADS = ("LOAD_GLOBAL", "LOAD_NAME")


def borrowed(
    namespace: Mapping[str, Any], names: Iterable[str], allowed: Iterable[str] = ()
) -> str | None:
    """Return what the objects of some names use of a barred library, or None.

    Whatever they call in the same namespace is looked at, too.

    Parameters
    ----------
    namespace
        The notebook's.
    names
        Of the functions and classes to look at.
    allowed
        Modules of this package that may be used.

    Returns
    -------
    str or None
        The first thing found, such as "cost of effnet_lab.arch.cost".
    """
    free, todo, seen = {*with_parents(allowed), EXERCISE}, list(names), set()
    while todo:
        name = todo.pop()
        if name in seen or name not in namespace:
            continue
        seen.add(name)
        module = _module(namespace[name])
        if is_barred(module, free):
            return f"{name} of {module}"
        for code in _codes(namespace[name]):
            for instruction in dis.get_instructions(code):
                if instruction.opname == "IMPORT_NAME" and is_barred(instruction.argval, free):
                    return str(instruction.argval)
                if instruction.opname in _LOADS:
                    todo.append(instruction.argval)
    return None


def _module(thing: object) -> str:
    """Return the module that a thing comes from; of data it is that of their type."""
    if isinstance(thing, ModuleType):
        return thing.__name__
    found = getattr(thing, "__module__", None)
    return found if isinstance(found, str) else type(thing).__module__


def _codes(thing: object) -> Iterator[CodeType]:
    """Yield the code of a function, or of the methods of a class, with all that is inside."""
    if isinstance(thing, FunctionType):
        yield from _nested(thing.__code__)
    elif isinstance(thing, type):
        for part in vars(thing).values():
            yield from _codes(getattr(part, "__func__", part))


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
