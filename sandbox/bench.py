"""Running things inside a bench: the sandbox's, or one made with the ordinary tools."""

import json
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

    def function(self, site: str, dotted: str, arguments: Mapping[str, Any] | None) -> list[str]:
        """The program, for the bench's Python in `sites`, that calls a function of the app in a site.

        With None for the arguments it reads them, as a JSON object, where no other user sees them: from standard input.
        """
        return [str(SOURCE / "inside" / "call.py"), site, dotted, "-" if arguments is None else json.dumps(arguments)]

    def call(self, words: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a Python program of the bench in `sites`, `given` on its input; output is caught, errors go to the terminal."""
        return subprocess.run(
            [str(self.python), "-W", "ignore", *words],
            cwd=self.sites,
            input=given,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
