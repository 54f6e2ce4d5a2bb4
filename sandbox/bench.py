"""Running things inside a bench: the sandbox's, or one made with the ordinary tools."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.layout import SOURCE


@dataclass(frozen=True)
class Bench:
    """A folder with `env/`, `apps/` and `sites/`."""

    path: Path

    @property
    def python(self) -> Path:
        return self.path / "env" / "bin" / "python"

    @property
    def sites(self) -> Path:
        return self.path / "sites"

    def command(self, *words: str) -> list[str]:
        """The framework's command line, to be run in `sites`."""
        return [str(self.python), "-W", "ignore", "-m", "frappe.utils.bench_helper", "frappe", *words]

    def function(self, site: str, dotted: str, arguments: Mapping[str, Any]) -> list[str]:
        """The program, for the bench's Python in `sites`, that calls a function of the app in a site."""
        return [str(SOURCE / "inside" / "call.py"), site, dotted, json.dumps(arguments)]

    def call(self, words: Sequence[str], **kwargs: str) -> subprocess.CompletedProcess[str]:
        """Run a Python program of the bench in `sites`; output is caught as text, errors go to the terminal."""
        return subprocess.run(
            [str(self.python), "-W", "ignore", *words],
            cwd=self.sites,
            env=os.environ | kwargs,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
