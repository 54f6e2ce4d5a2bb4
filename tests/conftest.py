"""For tests of the whole system: a web server on the site, and a browser.

Both see committed rows only.
"""

import io
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def server(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a web server on the site, `http://127.0.0.1:PORT`, started once for all tests."""
    log = tmp_path_factory.mktemp("server") / "web.log"
    command = [sys.executable, "-W", "ignore", str(ROOT / "sandbox" / "web_server.py"), "--sites", ".", "--site", site]
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file, text=True)
    first = process.stdout.readline() if process.stdout else ""
    if not first.startswith("ready "):
        process.kill()
        pytest.fail(f"the web server does not start:\n{log.read_text()[-2000:]}", pytrace=False)
    # The platform prints tracebacks of refusals there, and would stand still once the pipe is full.
    threading.Thread(target=shutil.copyfileobj, args=(process.stdout, io.StringIO()), daemon=True).start()
    yield first.split()[1]
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium of the machine, driven by Playwright. Open a context of its own for each person."""
    from playwright.sync_api import sync_playwright

    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not program:
        pytest.fail("There is no Chromium on this machine: install Debian's `chromium`.", pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()
