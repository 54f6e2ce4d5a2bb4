"""Where things lie in `.sandbox/`."""

from dataclasses import dataclass
from pathlib import Path

APP = "property_service"
SOURCE = Path(__file__).resolve().parent
CHECKOUT = SOURCE.parent


@dataclass(frozen=True)
class Layout:
    """The folders and files of one sandbox. `root` is the `.sandbox` folder of a checkout."""

    root: Path
    checkout: Path = CHECKOUT

    @property
    def bench(self) -> Path:
        return self.root / "bench"

    @property
    def apps(self) -> Path:
        return self.bench / "apps"

    @property
    def sites(self) -> Path:
        return self.bench / "sites"

    @property
    def env(self) -> Path:
        return self.bench / "env"

    @property
    def python(self) -> Path:
        return self.env / "bin" / "python"

    @property
    def node(self) -> Path:
        """The folder with `node_modules`."""
        return self.root / "node"

    @property
    def database(self) -> Path:
        return self.root / "mysql"

    @property
    def dumps(self) -> Path:
        return self.root / "dumps"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def scratch(self) -> Path:
        """Emptied whenever a command ends."""
        return self.root / "scratch"

    def shown(self, path: Path) -> str:
        """A path as people type it from the checkout."""
        return str(path.relative_to(self.checkout)) if path.is_relative_to(self.checkout) else str(path)

    def make(self) -> None:
        """Create the folders that are missing."""
        for folder in (
            self.apps,
            self.sites,
            self.bench / "logs",
            self.bench / "config" / "pids",
            self.dumps,
            self.logs,
            self.run,
            self.scratch,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)  # sites' private files are for the one who runs them
        (self.root / ".gitignore").write_text("*\n")


def here() -> Layout:
    """The sandbox of the checkout this package lies in."""
    return Layout(CHECKOUT / ".sandbox")
