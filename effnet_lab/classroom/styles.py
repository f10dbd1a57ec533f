"""Honest code in another hand, and copies in disguise: for synthetic classes.

Each hand takes its own choices where there are several ways to write the same; a disguise changes
what costs no thought.
"""

import ast
import builtins
from random import Random

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
}

_NAMES = [
    f"{kind}{thing}"
    for kind in ("", "my_", "the_")
    for thing in ("value", "res", "part", "total", "item", "number")
]


class _Hand(ast.NodeTransformer):
    """Writes the same otherwise, here and there."""

    def __init__(self, random: Random, share: float) -> None:
        self.random, self.share, self.steps = random, share, 0

    def chance(self) -> bool:
        return self.random.random() < self.share

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult) and self.chance():
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1 and type(node.ops[0]) in _FLIPPED and self.chance():
            turned = _FLIPPED[type(node.ops[0])]()
            return ast.Compare(node.comparators[0], [turned], [node.left])
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        if self.chance():
            return ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and self.chance():
            before = ast.Name(node.target.id, ast.Load())
            return ast.Assign([node.target], ast.BinOp(before, node.op, node.value))
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if node.value is None or isinstance(node.value, ast.Name):
            return node
        return self.in_steps(node, node.value)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        return self.in_steps(node, node.value)

    def in_steps(self, node: ast.Return | ast.Assign, value: ast.expr) -> ast.AST | list[ast.stmt]:
        """Work a part of a value out first, or all that is returned."""
        steps: list[ast.stmt] = []
        match value:
            case ast.BinOp(left=ast.BinOp() | ast.Call() | ast.Subscript() as left):
                if self.chance():
                    steps.append(self.step(left))
                    value.left = self.name()
        if isinstance(node, ast.Return) and self.chance():
            steps.append(self.step(value))
            node.value = self.name()
        return [*steps, node] if steps else node

    def step(self, value: ast.expr) -> ast.stmt:
        self.steps += 1
        return ast.Assign([ast.Name(f"step_{self.steps}", ast.Store())], value)

    def name(self) -> ast.expr:
        return ast.Name(f"step_{self.steps}", ast.Load())


def _renamed(tree: ast.Module, random: Random) -> ast.Module:
    """Give the names that functions bind inside others."""
    for function in [one for one in tree.body if isinstance(one, ast.FunctionDef)]:
        nodes = [*ast.walk(function)]
        names = [one for one in nodes if isinstance(one, ast.Name)]
        taken = {one.arg for one in nodes if isinstance(one, ast.arg)} | set(dir(builtins))
        bound = {one.id for one in names if isinstance(one.ctx, ast.Store)} - taken
        used = {one.id for one in names}
        free = [name for name in _NAMES if name not in used | taken]
        free += [f"{name}_{n}" for n in range(9) for name in _NAMES]
        chosen = random.sample(free[: max(len(bound), len(_NAMES))], len(bound))
        new = dict(zip(sorted(bound), chosen, strict=True))
        for one in names:
            one.id = new.get(one.id, one.id)
    return tree


def in_another_hand(code: str, random: Random, share: float) -> str:
    """Return code that does the same, written in another hand.

    Parameters
    ----------
    code
        Functions.
    random
        The same one makes the same choices.
    share
        Of the places where there is a choice, 0 to 1.
    """
    tree = _renamed(_Hand(random, share).visit(ast.parse(code)), random)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def disguised(code: str, random: Random, share: float = 0.0) -> str:
    """Return a copy with other names and other comments; a share of it may be rewritten, too."""
    lines = in_another_hand(code, random, share).splitlines()
    lines.insert(0, f"# my own way to do it ({random.randrange(100)})")
    return "\n".join(lines) + "\n"
