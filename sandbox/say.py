"""What the person at the terminal reads: lines, steps with elapsed time, and refusals in one sentence."""

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

BAR = 24
QUIET_EVERY = 15  # seconds between lines where the output is no terminal


class SandboxError(Exception):
    """Something the person can mend; the message is one sentence that says how."""


def say(line: str = "") -> None:
    """Print a line at once."""
    print(line, flush=True)


class Step:
    """Shows that something long goes on: a live line in a terminal, else a line now and then.

    Use as a context manager; `advance(done, total)` draws a bar.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.live = sys.stdout.isatty()
        self.started = time.monotonic()
        self.done, self.total = 0, 0
        self.measure: Callable[[], int] | None = None  # what is done besides, asked for at every line
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Step":
        if not self.live:
            say(f"  {self.title} …")
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        self._ticker.join()
        if self.live:
            sys.stdout.write("\r\033[K")
        word = "done" if kind is None else "stopped"
        say(f"  {self.title}: {word} in {self.seconds} s")

    @property
    def seconds(self) -> int:
        """Whole seconds since the step began."""
        return round(time.monotonic() - self.started)

    def advance(self, done: int, total: int) -> None:
        """Say how far the step is."""
        self.done, self.total = min(done, total), total

    def _line(self) -> str:
        if not self.total:
            return f"  {self.title} … {self.seconds} s"
        done = min(self.done + (self.measure() if self.measure else 0), self.total)
        filled = BAR * done // self.total
        return f"  {self.title} [{'#' * filled}{'.' * (BAR - filled)}] {100 * done // self.total} % {self.seconds} s"

    def _tick(self) -> None:
        while not self._over.wait(0.5 if self.live else QUIET_EVERY):
            if self.live:
                sys.stdout.write(f"\r\033[K{self._line()}")
                sys.stdout.flush()
            else:
                say(self._line())
