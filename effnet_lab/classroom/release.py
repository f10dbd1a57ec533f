"""The learners' edition: lessons, exercises and package, without what a teacher keeps.

Left out are `solutions/`, tests, and in the tasks' files all that only the audit of the checks
needs: other right answers, wrong ones, changes of solutions. The references of the checks stay,
because a check in the learner's own notebook needs them.
"""

import ast
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from .._files import write_atomically
from .._learner import course_folder
from ..exercises.assignment import Assignment, Written
from ..exercises.author.derive import notebook_text
from .course import Course, Variant
from .inventory.answers import TIMES, notebook
from .inventory.answers import part as inventory

#: Files and folders of the course that learners get, beside their exercises.
_WHOLE = (
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "docs",
    "effnet_lab",
    "environment.yml",
    "exercises/README.md",
    "notebooks",
    "pyproject.toml",
)

#: What only the audit reads, in a task's file.
_AUDIT_ONLY = ("also_right", "wrong", "equivalent")

#: Every file of a zip bears this time, so that the same course gives the same bytes.
_TIME = (2020, 1, 1, 0, 0, 0)


def release(course: Course, target: Path | None = None) -> Path:
    """Write the learners' edition of a course and term.

    Parameters
    ----------
    course
        Its chosen assignments are in it, with this term's own questions.
    target
        A name that ends in .zip, or a folder that is not there yet; by default a zip in the
        course's folder.

    Returns
    -------
    path
        Where it is.

    Raises
    ------
    FileExistsError
        If the folder is there already.
    RuntimeError
        If there is no checkout of the course to take it from.
    """
    target = target or course.folder / "release" / f"effnet-lab-{course.term}.zip"
    files = dict(sorted(_edition(course)))
    if target.suffix == ".zip":
        write_atomically(target, _zipped(files))
        return target
    if target.exists():
        raise FileExistsError(f"{target} is there already; choose another folder")
    half = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        for name, content in files.items():
            path = half / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        half.rename(target)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return target


def _zipped(files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(f"effnet-lab/{name}", _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            archive.writestr(info, content)
    return whole.getvalue()


def _edition(course: Course) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of all files."""
    root = course_folder(Path(__file__).parent)
    for name in _WHOLE:
        for path in _files_of(root / name):
            yield path.relative_to(root).as_posix(), _for_learners(path)
    for when in TIMES:
        folder = inventory(when).folder
        yield f"exercises/{folder}/{folder}.ipynb", notebook(when).encode()
    for assignment in course.assignments:
        folder = "exercises" if assignment.is_ours else f"exercises/{assignment.folder}"
        source = assignment.notebook("exercises", root)
        name = f"exercises/{assignment.folder}/{assignment.folder}.ipynb"
        if not assignment.is_ours:
            yield from _own_tasks(assignment, folder)
            name = f"{folder}/exercises/{assignment.folder}.ipynb"
        yield name, _with_variants(source, assignment, course.variants)


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for below in sorted(path.iterdir()):
            if not below.name.startswith(".") and below.name not in ("__pycache__", "work"):
                yield from _files_of(below)


def _own_tasks(assignment: Assignment, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield the tasks of a teacher's own assignment, which lie beside its notebooks."""
    for path in sorted(assignment.home.glob("*.py")):
        yield f"{folder}/{path.name}", _for_learners(path)


def _for_learners(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".py" and b"TASK = " in content:
        return without_audit(content.decode()).encode()
    return content


def without_audit(source: str) -> str:
    """Return the source of a task's file without what only the audit reads.

    Answers that are given there as names are taken out with what they name.
    """
    tree = ast.parse(source)
    cuts = [
        keyword
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Task"
        for keyword in node.keywords
        if keyword.arg in _AUDIT_ONLY
    ]
    named = {one.id for cut in cuts for one in ast.walk(cut) if isinstance(one, ast.Name)}
    lines = source.encode().splitlines(keepends=True)
    for cut in sorted(cuts, key=lambda one: one.lineno, reverse=True):
        last = cut.end_lineno or cut.lineno
        before = lines[cut.lineno - 1][: cut.col_offset]
        after = lines[last - 1][cut.end_col_offset :].lstrip().removeprefix(b",").lstrip(b" ")
        kept = before + after if before.strip() or after.strip() else b""
        lines[cut.lineno - 1 : last] = [kept]
    return _without_unused(b"".join(lines).decode(), named)


def _without_unused(source: str, named: set[str]) -> str:
    """Take out the constants that nothing names any more."""
    tree = ast.parse(source)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    lines = source.splitlines(keepends=True)
    for node in reversed(tree.body):
        names = {ast.unparse(one) for one in getattr(node, "targets", ())}
        if names & (named - used):
            del lines[node.lineno - 1 : node.end_lineno]
    return "".join(lines)


def _with_variants(path: Path, assignment: Assignment, variants: Mapping[str, Variant]) -> bytes:
    """Return an exercise's notebook with this term's own questions in place of the course's."""
    own = {
        f"{part.cell}-task": (part, variants[part.name])
        for part in assignment.written
        if part.name in variants
    }
    if not own:
        return path.read_bytes()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] in own:
            cell["source"] = _question(*own[cell["id"]]).splitlines(keepends=True)
            cell["metadata"].get("nbgrader", {}).pop("checksum", None)
    return notebook_text(notebook).encode()


def _question(part: Written, variant: Variant) -> str:
    return f"{part.card}\n\n{variant.question.strip()}"
