"""The project's own files: set-up, environment, versions."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONSTRAINTS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements() -> set[str]:
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    names = {normal(re.split(r"[<>=\[ ]", line)[0]) for line in lines}
    return names - {"effnet-lab"}


def test_every_dependency_has_a_tested_version():
    assert requirements() <= {normal(name) for name in CONSTRAINTS}


def test_every_tested_version_is_in_range():
    from packaging.requirements import Requirement

    pins = {normal(name): version for name, version in CONSTRAINTS.items()}
    extras = PROJECT["optional-dependencies"].values()
    for line in [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]:
        requirement = Requirement(line)
        if requirement.name != "effnet-lab":
            assert requirement.specifier.contains(pins[normal(requirement.name)]), line


def test_environment_yml_is_a_thin_wrapper_around_the_project_file():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["name"] == PROJECT["name"]
    python, pip, wrapped = environment["dependencies"]
    assert python == f"python {PROJECT['requires-python']}"
    assert pip == "pip"
    assert wrapped == {"pip": ["--constraint constraints.txt", "--editable .[lab]"]}


def test_the_package_has_the_version_of_the_project_file():
    import effnet_lab

    assert effnet_lab.__version__ == PROJECT["version"]


@pytest.mark.parametrize("target", ["lab", "test"])
def test_a_second_make_installs_nothing(target, tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").touch()

    def planned() -> str:
        command = ["make", "--dry-run", target]
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    assert "pip install" in planned()
    (tmp_path / f".venv/.{'lab' if target == 'lab' else 'dev'}").touch()
    assert "pip install" not in planned()


def test_make_lab_hands_its_arguments_on():
    command = ["make", "--dry-run", "lab", "LAB_ARGS=--no-browser --port 9999"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert "jupyter lab" in done.stdout
    assert "--no-browser --port 9999 notebooks/00_start_here.ipynb" in done.stdout
