"""Small changes to a program, to see whether its checks notice: a mutation run."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

#: Name under which `bounded_power` must be known where mutants run.
POWER = "_bounded_power"

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult,),
}

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}

_DROPPED = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr, ast.If, ast.For, ast.Raise)


class Mutant(NamedTuple):
    """A changed program: what was changed, as "old -> new", and its source."""

    change: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield the programs that differ from one in a single small change.

    Operators and comparisons are replaced, conditions negated, numbers moved by one, arguments
    swapped, keyword arguments and statements dropped, ranges made longer and shorter.
    """
    tree = ast.parse(source)
    skipped = _skipped(tree)
    seen: Counter[str] = Counter()
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for new in _changes(node):
            changed = copy.deepcopy(tree)
            old = list(ast.walk(changed))[place]
            changed = ast.fix_missing_locations(_Replace(old, copy.deepcopy(new)).visit(changed))
            change = _described(node, new)
            seen[change] += 1
            again = f" ({seen[change]})" if seen[change] > 1 else ""
            yield Mutant(change + again, ast.unparse(changed))


def bounded_power(base: Any, exponent: Any) -> Any:
    """Return a power, unless it is too large to be worked out soon.

    Raises
    ------
    OverflowError
        If it is.
    """
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > 10**5:
        raise OverflowError("the power is too large")
    return base**exponent


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def _skipped(tree: ast.AST) -> set[int]:
    """Return what does not run: annotations and docstrings."""
    found: set[int] = set()
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if isinstance(part, ast.AST):
                found |= {id(inner) for inner in ast.walk(part)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found |= {id(node), id(node.value)}
    return found


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.stmt):
        yield from _changed_statements(node)
    elif isinstance(node, ast.Call):
        yield from _changed_calls(node)
    elif isinstance(node, ast.expr):
        yield from _changed_expressions(node)


def _changed_statements(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, _DROPPED):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield ast.AugAssign(node.target, operator(), node.value)
    if isinstance(node, (ast.If, ast.While)):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _changed_expressions(node: ast.expr) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        for operator in _OPERATORS.get(type(node.op), ()):
            yield _operation(node.left, operator, node.right)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for comparison in _COMPARISONS.get(type(node.ops[0]), ()):
            yield _with(node, ops=[comparison()])
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _with(node, op=other)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Constant):
        yield from _changed_constants(node.value)


def _operation(left: ast.expr, operator: type[ast.operator], right: ast.expr) -> ast.expr:
    if operator is ast.Pow:
        return ast.Call(ast.Name(POWER, ast.Load()), [left, right], [])
    return ast.BinOp(left, operator(), right)


def _changed_constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)


def _changed_calls(node: ast.Call) -> Iterator[ast.AST]:
    plain = not any(isinstance(argument, ast.Starred) for argument in node.args)
    for place in range(len(node.args) - 1 if plain else 0):
        args = list(node.args)
        args[place], args[place + 1] = args[place + 1], args[place]
        yield _with(node, args=args)
    for keyword in node.keywords:
        yield _with(node, keywords=[other for other in node.keywords if other is not keyword])
    if isinstance(node.func, ast.Name) and node.func.id == "range" and node.args:
        stop = 0 if len(node.args) == 1 else 1
        for operator in (ast.Add, ast.Sub):
            args = list(node.args)
            args[stop] = ast.BinOp(args[stop], operator(), ast.Constant(1))
            yield _with(node, args=args)


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _described(old: ast.AST, new: ast.AST) -> str:
    if isinstance(new, ast.Pass):
        return f"drop {_text(old)}"
    return f"{_text(old)} -> {_text(new)}"


def _text(node: ast.AST) -> str:
    line = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()[0]
    return line.replace(f"{POWER}(", "power(")
