import shutil
from collections import namedtuple
from importlib.metadata import PackageNotFoundError

from effnet_lab.lessons import machine
from effnet_lab.lessons.machine import check_machine


def test_every_line_says_what_was_found(monkeypatch, tmp_path):
    monkeypatch.setenv("EFFNET_LAB_DATA", str(tmp_path))
    report = check_machine()
    items = [finding.item for finding in report.findings]
    assert items == ["Python", "packages", "disk", "pictures", "speed"]
    assert all(finding.found for finding in report.findings)
    assert "toy set" in report.findings[3].found
    assert "pictures a second" in report.findings[4].found
    assert "✔ ready" in report._repr_html_()


def test_a_missing_package_is_named_with_what_to_do(monkeypatch):
    def version(name):
        if name == "ipywidgets":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(machine, "version", version)
    finding = machine._packages()
    assert finding.advice == "missing: ipywidgets; run `make lab`"
    assert "torch 1" in finding.found
    report = machine.MachineReport((finding,))
    assert not report.ready
    assert "✘ missing: ipywidgets" in repr(report)


def test_a_full_disk_is_said(monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 9, 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "free 600 MB" in machine._disk().advice


def test_a_broken_copy_of_the_data_is_no_reason_to_be_ready(monkeypatch, tmp_path):
    place = tmp_path / "cifar-10-batches-bin"
    place.mkdir()
    monkeypatch.setenv("EFFNET_LAB_DATA", str(tmp_path))
    finding = machine._data()
    assert "broken" in finding.found
    assert "effnet-lab data download" in finding.advice
