"""A real JupyterLab in a real browser, for the browser tests and the timings of widgets."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TOKEN = "browser"

#: Settings of Lab: all cells stay on the page (by default it takes away those out of sight), and
#: no questions about news.
_SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
_THEME = "@jupyterlab/apputils-extension/themes"

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """Find a Chromium or Chrome, or the one that EFFNET_LAB_CHROMIUM names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("EFFNET_LAB_CHROMIUM") or next(filter(None, found), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(_ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def jupyter_lab(folder: Path, settings: Path, dark: bool = False) -> Iterator[str]:
    """Serve a folder; yield the address of Lab.

    Parameters
    ----------
    folder
        What is served.
    settings
        An empty folder for the settings of Lab; those of the user stay out.
    dark
        The theme.
    """
    theme = {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"}
    for plugin, values in {**_SETTINGS, _THEME: theme}.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={folder}",
        "--no-browser",
        f"--port={port}",
        "--allow-root",
        f"--IdentityProvider.token={TOKEN}",
    ]
    own = {
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings / "workspaces"),
        "EFFNET_LAB_PROGRESS": str(settings / "progress.json"),
        "JUPYTER_CONFIG_DIR": str(settings / "config"),
    }
    log = settings / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=output, stderr=output)
        try:
            _await_answer(f"http://127.0.0.1:{port}/api?token={TOKEN}", server, log)
            yield f"http://127.0.0.1:{port}/lab"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:  # it waits for a kernel that was restarted
                server.kill()
                server.wait()


def _await_answer(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def open_notebook(browser: Browser, lab: str, name: str) -> Page:
    """Open a notebook in a window as small as a laptop's, and wait for its kernel."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.set_default_timeout(30_000)
    # A workspace of its own: else Lab opens what was open before, too.
    workspace = Path(name).stem.replace("_", "-")
    page.goto(f"{lab}/workspaces/{workspace}/tree/{name}?token={TOKEN}", timeout=90_000)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=90_000)
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=90_000)
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    select = page.locator('.jp-Dialog button:has-text("Select")')
    page.wait_for_timeout(1000)
    if select.count():  # it asks which kernel where it opens the notebook before it knows them all
        select.click()
    return page


def run_all(page: Page, seconds: float) -> float:
    """Run all cells; return the seconds until the last one has ended.

    Raises
    ------
    RuntimeError
        If a cell failed, or they did not end in time.
    """
    start = time.monotonic()
    count, done = 0, 0
    while time.monotonic() < start + seconds:
        # A click that comes before the kernel is there does nothing.
        if not _prompts(page, r"[\d*]"):
            page.click('.lm-MenuBar-item:has-text("Run")')
            page.click('.lm-Menu-item:has-text("Run All Cells") >> nth=0')
            page.wait_for_timeout(2000)
        problems = page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
        if problems.count():
            raise RuntimeError(f"a cell failed or warned: {problems.first.inner_text()[-800:]}")
        count, done = len(_prompts(page, "")), len(_prompts(page, r"\d"))
        if done == count > 0:
            # A cell whose source is hidden shows no prompt.
            page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
            return time.monotonic() - start
        page.wait_for_timeout(200)
    raise RuntimeError(f"{done} of {count} cells ran in {seconds:.0f} s")


def _prompts(page: Page, pattern: str) -> list[str]:
    """Return the prompts of the code cells that match: [ ] not run, [*] waiting, [3] done."""
    prompts = page.locator(".jp-CodeCell .jp-InputArea .jp-InputPrompt").all_inner_texts()
    return [prompt for prompt in prompts if re.search(pattern, prompt)]
