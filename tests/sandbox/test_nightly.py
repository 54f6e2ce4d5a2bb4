"""Tests that take minutes run for whoever asks for them, through the command as well."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox import testing
from sandbox.layout import Layout

pytestmark = pytest.mark.pure


def test_of_our_variables_only_that_of_the_nightly_tests_reaches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROPERTY_SERVICE_NIGHTLY", "1")
    monkeypatch.setenv("PROPERTY_SERVICE_SITE", "somebody-elses.localhost")
    seen: dict[str, str] = {}

    def run(_command: list[str], *, env: dict[str, str], **_options: object) -> SimpleNamespace:
        seen.update(env)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(testing.subprocess, "run", run)
    testing.pytest(Layout(tmp_path), [], {"PROPERTY_SERVICE_BENCH": "/b"})
    ours = {name: value for name, value in seen.items() if name.startswith("PROPERTY_SERVICE_")}
    assert ours == {"PROPERTY_SERVICE_NIGHTLY": "1", "PROPERTY_SERVICE_BENCH": "/b"}
