"""The web server with several processes, for load."""

from __future__ import annotations

import subprocess
import sys
import urllib.request

from sandbox.layout import SOURCE


def test_gunicorn_serves_the_site_and_its_files_and_ends(site: str) -> None:
    program = [sys.executable, "-W", "ignore", str(SOURCE / "web_server.py"), "--sites", ".", "--site", site]
    process = subprocess.Popen([*program, "--workers", "2"], stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().split()[1]
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}/api/method/ping", timeout=60) as answer:
            assert answer.status == 200 and b"pong" in answer.read() and answer.headers["Server"] == "gunicorn"
        with urllib.request.urlopen(f"{address}/assets/property_service/css/resident.css", timeout=60) as answer:
            assert answer.headers["Content-Type"].startswith("text/css")
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=60)
    # the pipe is closed: no worker is left over
    assert process.returncode == 0 and rest == ""
