"""A small web server for one site, on the loopback address, without debugger or reloader.

    env/bin/python web_server.py --sites BENCH/sites --site NAME [--port N] [--realtime PORT] [--workers N]

Port 0 takes a free one. With `--workers` it is Gunicorn with so many processes, as a bench serves people; the static files come from it as
well. When it is ready it prints `ready http://127.0.0.1:PORT`. It needs nothing of the sandbox.
"""

import argparse
import ctypes
import gc
import http.client
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]

# a browser would run these in the site's name
RISKY = (".htm", ".html", ".svg", ".xml", ".xhtml")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def with_guarded_files(app: App) -> App:
    """Uploaded files that could run as a page are offered for download only."""

    def guarded(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/files/"):
            return app(environ, start)

        def start_guarded(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            headers = [*headers, ("X-Content-Type-Options", "nosniff")]
            if path.lower().endswith(RISKY):
                headers.append(("Content-Disposition", "attachment"))
            return start(status, headers, *rest)

        return app(environ, start_guarded)

    return guarded


def with_realtime(app: App, port: int) -> App:
    """Requests for /socket.io go on to the relay (long polling; the relay offers no other transport)."""

    def forward(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/socket.io"):
            return app(environ, start)
        headers = {key[5:].replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            link.request(environ["REQUEST_METHOD"], f"{path}?{environ.get('QUERY_STRING', '')}", body, headers)
            answer = link.getresponse()
            data = answer.read()
        except OSError:
            start("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b"The realtime relay does not answer."]
        finally:
            link.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        start(f"{answer.status} {answer.reason}", [*kept, ("Content-Length", str(len(data)))])
        return [data]

    return forward


def make_app(sites: Path, site: str, realtime: int = 0) -> App:
    """The framework's application for one site, with its static files. The working directory becomes `sites`."""
    os.chdir(sites)
    import frappe.app
    from werkzeug.middleware.shared_data import SharedDataMiddleware

    frappe.app._site, frappe.app._sites_path = site, "."
    app: App = SharedDataMiddleware(
        frappe.app.application,
        {"/assets": str(sites / "assets"), "/files": str(sites / site / "public" / "files")},
        cache_timeout=0,  # always asked for anew, so that a changed script is seen at once
    )
    app = with_guarded_files(app)
    return with_realtime(app, realtime) if realtime else app


def serve_many(app: App, port: int, workers: int) -> None:
    """Serve by Gunicorn until told to end: processes that each answer one request at a time, as a bench has them."""
    from gunicorn.app.base import BaseApplication

    def ready(arbiter: Any) -> None:
        number = arbiter.LISTENERS[0].sock.getsockname()[1]
        print(f"ready http://127.0.0.1:{number}", flush=True)

    class Server(BaseApplication):
        def load_config(self) -> None:
            settings = {
                "bind": f"127.0.0.1:{port}",
                "workers": workers,
                "timeout": 120,
                "loglevel": "warning",
                "control_socket_disable": True,
                "when_ready": ready,
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> App:
            return app

    Server().run()


def end_with_parent() -> None:
    """Let no server be left over when the one who started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=Path, required=True)
    parser.add_argument("--site", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--realtime", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0)
    args = parser.parse_args()
    end_with_parent()
    app = make_app(args.sites.resolve(), args.site, args.realtime)
    # the garbage collector passes over what stays anyway, as the platform has it in its later releases
    gc.collect()
    gc.freeze()
    if args.workers:
        return serve_many(app, args.port, args.workers)

    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", args.port, app, threaded=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
