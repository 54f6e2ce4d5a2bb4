"""`benchmark`: the modules in `benchmarks/`, each on a fresh throwaway site."""

import json
import time
from collections.abc import Sequence
from typing import Any

from sandbox.demo import last_json
from sandbox.layout import SOURCE, Layout
from sandbox.say import SandboxError, say
from sandbox.services import services
from sandbox.sites import Sites
from sandbox.state import State, write_whole

SITE = "benchmark.localhost"


def names(layout: Layout) -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem for path in (layout.checkout / "benchmarks").glob("[a-z]*.py"))


def lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Figures as a table; `floor` is the least that could be expected of any program."""
    heads = ("name", "value", "unit", "floor", "times")
    cells = [heads]
    for row in rows:
        value, floor = row["value"], row.get("floor")
        times = f"{value / floor:.2f}" if floor else ""
        cells.append((row["name"], f"{value:.6g}", row["unit"], f"{floor:.6g}" if floor else "", times))
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def run(layout: Layout, state: State, name: str | None) -> int:
    """Run one benchmark or all; print the figures and keep them in the sandbox."""
    known = names(layout)
    if name and name not in known:
        raise SandboxError(f"There is no benchmark {name}: the names are {', '.join(known) or 'none yet'}.")
    if not known:
        say("There are no benchmarks yet.")
        return 0
    with services(layout, state) as allotted:
        sites = Sites(layout, state, allotted)
        for one in [name] if name else known:
            sites.make_throwaway(SITE, allow_tests=True, pause_scheduler=1)
            script = str(SOURCE / "inside" / "run_benchmark.py")
            said = sites.run(
                f"Benchmark {one}", f"benchmark-{one}.log", [script, SITE, str(layout.checkout), one], script=True
            )
            rows = last_json(said)
            for line in lines(rows):
                say(f"  {line}")
            kept = {"benchmark": one, "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "rows": rows}
            write_whole(layout.root / "benchmarks" / f"{one}.json", json.dumps(kept, indent=1))
        sites.drop(SITE)
    return 0
