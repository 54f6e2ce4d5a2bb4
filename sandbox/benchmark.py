"""`benchmark`: the modules in `benchmarks/`, each on a fresh throwaway site; one table and one file of all figures.

A row is {name, value, unit} and, where it has them: `floor`, the least that could be expected of any program, in the same unit;
`limit`, the most the value may be; `limit_times`, the most it may be of its floor; `least_times`, what it must be of its floor at least.
"""

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox.demo import last_json
from sandbox.layout import SOURCE, Layout
from sandbox.say import SandboxError, say
from sandbox.services import services
from sandbox.sites import Sites
from sandbox.state import State, write_whole

SITE = "benchmark.localhost"
HEADS = ("name", "value", "unit", "floor", "times", "limit", "")
OVER = "OVER"
BROKEN = 1  # exit status where a limit does not hold or a benchmark has failed

Row = Mapping[str, Any]


def names(layout: Layout) -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem for path in (layout.checkout / "benchmarks").glob("[a-z]*.py"))


def times(row: Row) -> float | None:
    """How many times its floor a value is."""
    return row["value"] / row["floor"] if row.get("floor") else None


def is_over(row: Row) -> bool:
    """Whether a figure breaks a limit of its own. One that is measured by a floor it lacks does."""
    most, least, of_floor = row.get("limit_times"), row.get("least_times"), times(row)
    if (most is not None or least is not None) and of_floor is None:
        return True
    return (
        (row.get("limit") is not None and row["value"] > row["limit"])
        or (most is not None and of_floor > most)
        or (least is not None and of_floor < least)
    )


def limits(row: Row) -> str:
    """The limits of a figure as words."""
    said = [f"{row['limit']:.6g}"] if row.get("limit") is not None else []
    said += [f"{row['limit_times']:g} x floor"] if row.get("limit_times") is not None else []
    said += [f">= {row['least_times']:g} x floor"] if row.get("least_times") is not None else []
    return ", ".join(said)


def lines(rows: Iterable[Row]) -> list[str]:
    """Figures as a table; a row of a name only is a heading."""
    cells: list[tuple[str, ...]] = [HEADS]
    for row in rows:
        if "value" not in row:
            cells.append((row["name"], *[""] * (len(HEADS) - 1)))
            continue
        floor, of_floor = row.get("floor"), times(row)
        cells.append(
            (
                row["name"],
                f"{row['value']:.6g}",
                row["unit"],
                f"{floor:.6g}" if floor else "",
                f"{of_floor:.2f}" if of_floor is not None else "",
                limits(row),
                OVER if is_over(row) else "",
            )
        )
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def together(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """One table of several benchmarks."""
    rows: list[Row] = []
    for result in results:
        rows += [{"name": f"[{result['benchmark']}]" + (" failed" if result.get("failed") else "")}, *result["rows"]]
    return lines(rows)


def machine() -> dict[str, Any]:
    """What the figures depend on: processors, and the load of the last minute before they were measured."""
    return {"processors": os.cpu_count(), "load": os.getloadavg()[0]}


def one(layout: Layout, sites: Sites, name: str) -> dict[str, Any]:
    """Run one benchmark on a fresh site: {benchmark, at, machine, seconds, rows, failed}; `failed` is what went wrong, or None."""
    sites.make_throwaway(SITE, allow_tests=True, pause_scheduler=1)
    at, about, begun = time.strftime("%Y-%m-%dT%H:%M:%S%z"), machine(), time.monotonic()
    log = f"benchmark-{name}.log"
    words = [str(SOURCE / "inside" / "run_benchmark.py"), SITE, str(layout.checkout), name]
    rows, failed = [], None
    try:
        rows = last_json(sites.run(f"Benchmark {name}", log, words, script=True)) or []
    except SandboxError as error:
        failed = str(error)
    if not rows and not failed:
        failed = f"The benchmark {name} gave no figures: read {layout.shown(layout.logs / log)}."
    seconds = round(time.monotonic() - begun, 1)
    result = {"benchmark": name, "at": at, "machine": about, "seconds": seconds, "rows": rows, "failed": failed}
    write_whole(layout.root / "benchmarks" / f"{name}.json", json.dumps(result, indent=1))
    return result


def verdict(results: Sequence[Mapping[str, Any]]) -> int:
    """Say what failed or is over its limit; return the exit status."""
    over = [f"{result['benchmark']}: {row['name']}" for result in results for row in result["rows"] if is_over(row)]
    failed = [f"{result['failed']}" for result in results if result.get("failed")]
    for line in [*(f"Over its limit: {text}" for text in over), *failed]:
        say(line)
    return BROKEN if over or failed else 0


def run(layout: Layout, state: State, name: str | None) -> int:
    """Run one benchmark or all; print the figures, keep them in the sandbox. Returns 1 where a limit does not hold."""
    known = names(layout)
    if name and name not in known:
        raise SandboxError(f"There is no benchmark {name}: the names are {', '.join(known) or 'none yet'}.")
    if not known:
        say("There are no benchmarks yet.")
        return 0
    results = []
    with services(layout, state) as allotted:
        sites = Sites(layout, state, allotted)
        for wanted in [name] if name else known:
            results.append(one(layout, sites, wanted))
        sites.drop(SITE)
    for line in together(results):
        say(f"  {line}")
    if not name:
        kept = layout.root / "benchmarks" / "all.json"
        marked = [
            {**result, "rows": [{**row, "times": times(row), "over": is_over(row)} for row in result["rows"]]}
            for result in results
        ]
        write_whole(kept, json.dumps(marked, indent=1))
        say(f"The figures are in {layout.shown(kept)}.")
    return verdict(results)
