"""What an import pulls in, and who may import whom."""

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import effnet_lab

PACKAGE = Path(effnet_lab.__file__).parent

#: The rooms of the package, and into which others each may reach: further up only. Small helpers
#: that all may use have a name with an underscore and lie beside the rooms.
MAY_IMPORT = {
    "arch": set(),
    "nn": {"arch"},
    "records": {"arch"},
    "training": {"arch", "nn", "records"},
    "view": {"arch", "records"},
    "blocks": {"arch", "nn", "view"},
    "widgets": {"arch", "nn", "records", "training", "view", "blocks"},
    "lessons": {"arch", "nn", "records", "training", "view", "blocks", "widgets"},
    "exercises": {"arch", "records", "view", "blocks"},
    "classroom": {"arch", "view", "exercises"},
    "cli": {"arch", "records", "training", "view", "exercises", "classroom"},
}


# A clean interpreter


def pulled_in(statement: str) -> set[str]:
    """Names of the modules that a statement adds to a fresh interpreter."""
    code = f"""
import json, sys
before = set(sys.modules)
{statement}
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def top_level(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    "module",
    [
        "effnet_lab",
        "effnet_lab.arch",
        "effnet_lab.records",
        "effnet_lab.records.runs",
        "effnet_lab.records.statistics",
        "effnet_lab.view",
        "effnet_lab.widgets",
        "effnet_lab.exercises",
    ],
)
def test_no_torch_is_pulled_in(module):
    modules = pulled_in(f"import {module}")
    assert module in modules
    assert "torch" not in top_level(modules)


def test_records_pull_in_no_scipy_before_a_question_needs_it():
    modules = pulled_in("import effnet_lab.records.compare, effnet_lab.records.statistics")
    assert "scipy" not in top_level(modules)


def test_view_pulls_in_no_torch_when_all_of_it_is_used():
    names = [name for name in MODULES if part_of(name) == "view"]
    assert "torch" not in top_level(pulled_in(f"import {', '.join(names)}"))


def test_arch_pulls_in_nothing_outside_the_standard_library():
    foreign = top_level(pulled_in("import effnet_lab.arch")) - sys.stdlib_module_names
    assert foreign == {"effnet_lab"}


def test_the_package_itself_pulls_in_none_of_its_parts_and_no_numpy_or_matplotlib():
    modules = pulled_in("import effnet_lab")
    assert top_level(modules) - sys.stdlib_module_names == {"effnet_lab"}
    assert {name for name in modules if name.startswith("effnet_lab.")} == {"effnet_lab._lazy"}


def test_a_name_of_arch_needs_no_torch_even_through_the_package():
    modules = pulled_in("from effnet_lab import B0, VARIANTS, cost, scaled_to_macs; cost(B0)")
    assert top_level(modules) - sys.stdlib_module_names == {"effnet_lab"}


def test_a_price_on_the_command_line_needs_click_and_nothing_else():
    modules = pulled_in("import effnet_lab.cli as c; c.main(['cost', 'b0'], standalone_mode=False)")
    assert top_level(modules) - sys.stdlib_module_names == {"click", "effnet_lab"}


def test_a_name_of_nn_brings_torch():
    assert "torch" in top_level(pulled_in("from effnet_lab import EfficientNet"))


# Public names


def test_every_public_name_is_there_and_listed():
    assert set(effnet_lab.__all__) <= set(dir(effnet_lab))
    assert all(getattr(effnet_lab, name) is not None for name in effnet_lab.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'effnet_lab' has no attribute 'EffecientNet'"):
        effnet_lab.EffecientNet  # noqa: B018


def test_a_public_name_is_the_object_of_its_module():
    from effnet_lab.arch.cost import cost
    from effnet_lab.nn.model import EfficientNet

    assert effnet_lab.cost is cost
    assert effnet_lab.EfficientNet is EfficientNet


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_the_public_names_of_each_part_are_there(part):
    module = import_module(f"effnet_lab.{part}")
    missing = [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)]
    assert not missing


# Who imports whom


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Names of this package's modules that a module's source imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, module, is_package)
            for alias in node.names:
                # `from package import module` imports the module.
                name = f"{base}.{alias.name}"
                name = name if name in MODULES else base
                if name in MODULES:
                    yield name


def absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """Full name of the module that a module's `from ... import` names."""
    if not node.level:
        return str(node.module)
    above = node.level - is_package
    package = module.split(".")[: -above or None]
    return ".".join([*package, *filter(None, [node.module])])


def imported_by(module: str) -> set[str]:
    path = MODULES[module]
    return set(imports(path.read_text(), module, path.name == "__init__.py"))


def part_of(module: str) -> str:
    return module.removeprefix("effnet_lab").removeprefix(".").partition(".")[0]


def test_imports_are_found_in_every_form():
    source = """
import effnet_lab.arch, json
from effnet_lab.arch import cost
from ..arch.specs import B0
from . import layers
from .. import __version__
def late():
    from ..records import runs
"""
    assert list(imports(source, "effnet_lab.nn.model", is_package=False)) == [
        "effnet_lab.arch",
        "effnet_lab.arch.cost",
        "effnet_lab.arch.specs",
        "effnet_lab.nn.layers",
        "effnet_lab",
        "effnet_lab.records.runs",
    ]
    assert list(imports("from .model import MBConv", "effnet_lab.nn", is_package=True)) == [
        "effnet_lab.nn.model"
    ]


def test_every_module_belongs_to_a_known_part():
    helpers = {part_of(module) for module in MODULES} - MAY_IMPORT.keys() - {""}
    assert all(name.startswith("_") for name in helpers)


def test_imports_go_one_way_only():
    foreign = [
        (module, other)
        for module in MODULES
        for other in imported_by(module)
        if part_of(other) not in ("", part_of(module), *MAY_IMPORT.get(part_of(module), ()))
        and not part_of(other).startswith("_")
    ]
    assert foreign == []


def test_no_module_imports_itself_in_a_circle():
    graph = {module: imported_by(module) - {module} for module in MODULES}
    assert "effnet_lab.arch" in graph["effnet_lab.nn.model"]
    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


def test_contributing_says_who_may_import_whom():
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    above: list[str] = []
    for room, allowed in re.findall(r"^\| `(\w+)/` \|.*\| ([^|]+) \|$", text, re.MULTILINE):
        said = above if allowed == "all of the above" else re.findall(r"`(\w+)`", allowed)
        assert MAY_IMPORT[room] == set(said)
        assert MAY_IMPORT[room] <= set(above)
        above.append(room)
    assert above == list(MAY_IMPORT)


# Names with an underscore are their module's own


def private_names(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Names with an underscore that a module's source takes from others of this package."""
    nodes = list(ast.walk(ast.parse(source)))
    modules = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and is_ours(absolute(node, module, is_package)):
            base = absolute(node, module, is_package)
            for alias in node.names:
                if f"{base}.{alias.name}" in MODULES:
                    modules.add(alias.asname or alias.name)
                elif is_private(alias.name):
                    yield f"{base}.{alias.name}"
    for node in nodes:
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            if owner in modules or owner in MODULES:
                yield f"{owner}.{node.attr}"


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_private_names_are_found_in_every_form():
    source = """
import os, effnet_lab.arch
from ctypes import _Pointer
from .. import _files, __version__
from . import layers
from .layers import ConvNormAct, _pad
os._exit, effnet_lab.arch._HOME, layers._same, layers.same, _files._stamp, self._own
"""
    found = set(private_names(source, "effnet_lab.nn.model", is_package=False))
    assert found == {
        "effnet_lab.nn.layers._pad",
        "effnet_lab.arch._HOME",
        "layers._same",
        "_files._stamp",
    }


def test_no_module_takes_a_private_name_of_another():
    found = [
        (module, name)
        for module, path in MODULES.items()
        for name in private_names(path.read_text("utf-8"), module, path.name == "__init__.py")
    ]
    assert found == []


# Sizes

FILES = [
    path
    for path in sorted(PACKAGE.rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
]


def test_no_file_is_longer_than_500_lines():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in FILES if is_code(path)}
    assert {path: length for path, length in lengths.items() if length > 500} == {}


def is_code(path: Path) -> bool:
    return path.suffix in (".py", ".js", ".css")


def test_no_folder_holds_more_than_15_files():
    sizes = Counter(path.parent for path in FILES)
    assert {folder: size for folder, size in sizes.items() if size > 15} == {}


# What lessons and exercises import

FACADES = {
    "effnet_lab",
    *(f"effnet_lab.{room}" for room in ("arch", "view", "widgets", "lessons", "exercises")),
}
NOTEBOOKS = sorted(
    path
    for folder in ("notebooks", "solutions", "exercises")
    for path in (PACKAGE.parent / folder).rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)


def imported_names(notebook: Path) -> Iterator[tuple[str, str]]:
    """Module and name of each import from the package, in a notebook's code cells."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        code = "".join(line for line in cell["source"] if not line.startswith(("%", "!")))
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names if is_ours(alias.name))
            elif isinstance(node, ast.ImportFrom) and is_ours(str(node.module)):
                yield from ((str(node.module), alias.name) for alias in node.names)


def is_ours(module: str) -> bool:
    return module.partition(".")[0] == "effnet_lab"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_import_public_names_from_the_facades_only(notebook):
    found = list(imported_names(notebook))
    assert found
    for module, name in found:
        assert module in FACADES, f"{module} is none of {sorted(FACADES)}"
        public = ["", *import_module(module).__all__]
        assert name in public, f"{name} is no public name of {module}"
