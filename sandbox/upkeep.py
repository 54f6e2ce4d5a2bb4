"""`status`, `stop`, `reset`."""

import os
import shutil
import signal
import time

from sandbox.layout import Layout
from sandbox.processes import mark
from sandbox.say import SandboxError, say
from sandbox.services import end_leftovers, running
from sandbox.state import State, holder

PATIENCE = 60  # seconds for a command to end by itself


def status(layout: Layout) -> int:
    """Say what is built and running."""
    state = State(layout)
    at_work = holder(layout)
    say(f"Folder: {layout.root}" + ("" if layout.root.exists() else " (not made yet)"))
    say(f"At work: `{at_work[1]}`, process {at_work[0]}" if at_work else "At work: nothing")
    stamps = layout.root / "stamps"
    say(f"Finished steps: {', '.join(sorted(path.name for path in stamps.iterdir())) if stamps.exists() else 'none'}")
    allotted = state.get("ports") or {}
    for name, pid in running(state).items():
        say(f"Running: {name}, process {pid}" + (f", 127.0.0.1:{allotted[name]}" if name in allotted else ""))
    return 0


def stop(layout: Layout) -> int:
    """End the command at work in this checkout, and what a killed one left."""
    at_work = holder(layout)
    if at_work and (known := mark(at_work[0])):
        os.kill(at_work[0], signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while mark(at_work[0]) == known:
            if time.monotonic() > until:
                raise SandboxError(
                    f"`{at_work[1]}` (process {at_work[0]}) has not ended after {PATIENCE} seconds: wait a little, or end "
                    f"it with `kill -9 {at_work[0]}`, then run stop again."
                )
            time.sleep(0.1)
    left = end_leftovers(State(layout)) if layout.root.exists() and not holder(layout) else 0
    say(
        f"Ended `{at_work[1]}`."
        if at_work
        else f"Ended {left} processes left over."
        if left
        else "Nothing was running."
    )
    return 0


def reset(layout: Layout, state: State, everything: bool) -> int:
    """Throw the sites away, or the whole folder."""
    end_leftovers(state)
    if everything:
        shutil.rmtree(layout.root)
        say(f"Removed {layout.shown(layout.root)}.")
        return 0
    state.undone("demo-site", "demo-app", "demo-data", "test-site")
    state.put(demo_begun=False)
    (layout.root / "logins.json").unlink(missing_ok=True)
    say("The sites will be made anew by the next run.")
    return 0
