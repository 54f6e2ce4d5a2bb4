"""The browser side of the bench: npm packages by lock file, bundles of Frappe and of the app."""

import os
import shutil

from sandbox import needs
from sandbox.framework import source_key
from sandbox.layout import APP, SOURCE, Layout
from sandbox.processes import CommandFailed, explain, run_logged
from sandbox.say import Step
from sandbox.state import State, digest

PACKAGES = ("package.json", "package-lock.json")
SCRIPTS = ("build_assets.mjs", "relay.mjs")


def node_env(layout: Layout) -> dict[str, str]:
    """An environment in which npm writes nothing outside the sandbox."""
    return os.environ | {
        "npm_config_cache": str(layout.scratch / "npm"),
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
    }


def make_packages(layout: Layout, state: State) -> None:
    """`node_modules` by the lock file, without running any package's scripts."""
    layout.node.mkdir(parents=True, exist_ok=True)
    for name in SCRIPTS:  # a module finds its packages from where it lies
        shutil.copyfile(SOURCE / name, layout.node / name)
    key = digest(*(SOURCE / name for name in PACKAGES))
    if state.is_done("node", key) and (layout.node / "node_modules" / ".package-lock.json").exists():
        return
    state.undone("node", "frappe-assets", "app-assets")
    shutil.rmtree(layout.node / "node_modules", ignore_errors=True)
    for name in PACKAGES:
        shutil.copyfile(SOURCE / name, layout.node / name)
    log = layout.logs / "node-packages.log"
    with Step("Node packages"):
        try:
            run_logged(
                [needs.program("npm"), "ci", "--ignore-scripts", "--no-progress"],
                log,
                cwd=layout.node,
                env=node_env(layout),
            )
        except CommandFailed as error:
            raise explain(error, "installing the Node packages", layout.shown(log), "npm registry") from None
        finally:
            shutil.rmtree(layout.scratch / "npm", ignore_errors=True)
    state.done("node", key)


def build(layout: Layout, state: State) -> None:
    """The bundles that are missing or older than their sources."""
    # what is built holds absolute links, so it is of no use at another place
    tools = digest(SOURCE / "package-lock.json", SOURCE / "build_assets.mjs", source_key(), str(layout.root))
    public = layout.checkout / APP / "public"
    for app, key in (("frappe", tools), (APP, digest(tools, public))):
        step = "frappe-assets" if app == "frappe" else "app-assets"
        if state.is_done(step, key) and (layout.sites / "assets" / app).is_dir():
            continue
        state.undone(step)
        log = layout.logs / f"{step}.log"
        with Step(f"Browser assets of {app}"):
            try:
                run_logged([needs.program("node"), layout.node / "build_assets.mjs", layout.bench, app], log)
            except CommandFailed as error:
                raise explain(error, f"building the assets of {app}", layout.shown(log)) from None
        state.done(step, key)
