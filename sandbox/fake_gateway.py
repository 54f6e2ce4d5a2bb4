"""A payment gateway to try the portal with: no money moves. Two buttons, and the signed callback a real gateway would send.

    python fake_gateway.py --site-url http://127.0.0.1:PORT --secret-file FILE [--port N]

Port 0 takes a free one. When it is ready it prints `ready http://127.0.0.1:PORT`. It needs nothing of the sandbox and nothing of the app:
it speaks what docs/online-payment.md says, and calls no site but the one it was started for.
"""

import argparse
import ctypes
import hashlib
import hmac
import html
import http.client
import secrets
import signal
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

ASKED = ("payment", "amount", "currency", "title", "back", "notify", "timestamp", "signature")
MINUTES = 30
LONGEST = 8000
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
body {{ margin: 0; font: 1.05rem/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; background: #eef2f7; color: #16202c; }}
main {{ max-width: 26rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border-radius: 16px; border: 1px solid #d5dde8; }}
h1 {{ font-size: 1.2rem; margin: 0 0 0.5rem; }}
.amount {{ font-size: 2.4rem; font-weight: 700; margin: 0.5rem 0 1.5rem; font-variant-numeric: tabular-nums; }}
button {{ display: block; width: 100%; min-height: 52px; margin-top: 12px; border-radius: 12px; border: 1px solid #174ea6; font: inherit; font-weight: 650; cursor: pointer; }}
.pay {{ background: #174ea6; color: #fff; }}
.fail {{ background: #fff; color: #174ea6; }}
.small {{ color: #4d5a6b; font-size: 0.9rem; }}
</style>
</head>
<body><main>{body}</main></body>
</html>
"""


class Refused(Exception):
    """What was asked for cannot be served; the text says why."""


def sign(secret: str, fields: Mapping[str, str]) -> str:
    """The signature of both messages."""
    named = sorted((name, value) for name, value in fields.items() if name != "signature")
    canonical = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in named)
    return hmac.new(secret.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def checked(secret: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What a site asks for, once its signature and age are right."""
    asked = {name: fields.get(name, "") for name in ASKED}
    if not hmac.compare_digest(sign(secret, asked).encode(), asked["signature"].encode()):
        raise Refused("The signature is not right. 签名不正确。")
    if not asked["timestamp"].isdigit() or abs(time.time() - int(asked["timestamp"])) > MINUTES * 60:
        raise Refused("This page is too old: go back and begin again. 页面已过期，请返回重新开始。")
    return asked


def callback_of(secret: str, asked: Mapping[str, str], status: str) -> dict[str, str]:
    """What the gateway reports; the same payment always has the same transaction."""
    fields = {
        "payment": asked["payment"],
        "transaction": "DEMO" + hashlib.sha256(asked["payment"].encode()).hexdigest()[:16].upper(),
        "amount": asked["amount"],
        "currency": asked["currency"],
        "status": status,
        "timestamp": str(int(time.time())),
        "nonce": secrets.token_hex(16),
    }
    return {**fields, "signature": sign(secret, fields)}


def path_of(address: str) -> str:
    """The path of an address, to be called on our own site: no other machine ever is."""
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def report(site_url: str, notify: str, fields: Mapping[str, str], tries: int = 5) -> int:
    """Send a callback until it is taken in or refused for good; the last answer's status."""
    site, status = urlsplit(site_url), 0
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for attempt in range(tries):
        link = http.client.HTTPConnection(site.hostname or "", site.port, timeout=60)
        try:
            link.request("POST", path_of(notify), urlencode(fields), headers)
            answer = link.getresponse()
            answer.read()
            status = answer.status
        except OSError:
            status = 0
        finally:
            link.close()
        if status == 200 or 400 <= status < 409:
            break
        time.sleep(0.2 * (attempt + 1))
    return status


class Gateway(BaseHTTPRequestHandler):
    """The page with its two buttons."""

    secret = ""
    site_url = ""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """What was asked for is signed: only the path is logged."""
        self.log_message("%s %s %s", self.command, urlsplit(self.path).path, code)

    def do_GET(self) -> None:
        if urlsplit(self.path).path != "/pay":
            self.send_error(404)
            return
        self._serve(self._page, urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._serve(self._press, self.rfile.read(min(length, LONGEST)).decode(errors="replace"))

    def _serve(self, act: object, sent: str) -> None:
        fields = dict(parse_qsl(sent, keep_blank_values=True))
        try:
            act(checked(self.secret, fields), fields)  # type: ignore[operator]
        except Refused as refusal:
            self._say(400, "Not possible", f"<h1>{html.escape(str(refusal))}</h1>")

    def _page(self, asked: dict[str, str], _sent: dict[str, str]) -> None:
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in asked.items()
        )
        body = (
            f"<h1>{html.escape(asked['title'])}</h1>"
            f'<p class="amount">¥ {html.escape(asked["amount"])}</p>'
            f'<form method="post" action="/pay">{hidden}'
            '<button class="pay" name="press" value="Paid">Pay 支付</button>'
            '<button class="fail" name="press" value="Failed">Let it fail 支付失败</button></form>'
            '<p class="small">A gateway to try things with: no money moves. 演示支付，不会真正扣款。</p>'
        )
        self._say(200, "Pay 支付", body)

    def _press(self, asked: dict[str, str], sent: dict[str, str]) -> None:
        status = "Paid" if sent.get("press") == "Paid" else "Failed"
        report(self.site_url, asked["notify"], callback_of(self.secret, asked, status))
        self.send_response(303)
        self.send_header("Location", self.site_url + path_of(asked["back"]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, status: int, title: str, body: str) -> None:
        data = PAGE.format(title=title, body=body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(data)


def end_with_parent() -> None:
    """Let no gateway be left over when the one who started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site-url", required=True)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    end_with_parent()
    Gateway.secret, Gateway.site_url = args.secret_file.read_text().strip(), args.site_url.rstrip("/")
    server = ThreadingHTTPServer(("127.0.0.1", args.port), Gateway)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
