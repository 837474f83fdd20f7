"""The editions served to a browser on this machine, which shows each page anew when something was saved."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Callable, Hashable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from workflow.errors import UsageError, WorkflowError

_HOST = "127.0.0.1"
_SCRIPT = "/-reload.js"
_CHANGES = "/-changes"
_WAIT = 20.0
"""Seconds for which a browser's question is held open when nothing changes."""
_RELOAD = """\
(async () => {
  let seen = null;
  for (;;) {
    try {
      const said = await (await fetch(`/-changes?seen=${seen ?? ""}`, { cache: "no-store" })).text();
      if (seen !== null && said !== seen) location.reload();
      seen = said;
    } catch {
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
})();
"""


class _Changes:
    """How often the editions were made; one can wait for the next time."""

    def __init__(self) -> None:
        self.count = 0
        self.condition = threading.Condition()

    def note(self) -> None:
        """The editions were made once more."""
        with self.condition:
            self.count += 1
            self.condition.notify_all()

    def after(self, seen: str) -> str:
        """The count, as soon as it is not what was `seen`, or when the wait is over."""
        with self.condition:
            self.condition.wait_for(lambda: str(self.count) != seen, _WAIT)
            return str(self.count)


class _Pages(http.server.SimpleHTTPRequestHandler):
    """The files of one folder, no lists of them, to this machine only; pages ask when to load again."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, changes: _Changes, directory: str) -> None:
        self.changes = changes
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """One page, picture or answer."""
        place = urlsplit(self.path)
        if not self._from_here():
            self.send_error(HTTPStatus.FORBIDDEN, "this server answers to its own machine only")
        elif place.path == _SCRIPT:
            self._answer(_RELOAD.encode(), "text/javascript; charset=utf-8")
        elif place.path == _CHANGES:
            self._answer(self.changes.after(place.query.removeprefix("seen=")).encode(), "text/plain")
        else:
            self._file(Path(self.translate_path(self.path)))

    def do_HEAD(self) -> None:
        """As GET."""
        self.do_GET()

    def _from_here(self) -> bool:
        """Whether the browser knows the server by a name of this machine; another name is another site's trick."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        return host in {"127.0.0.1", "localhost"}

    def _file(self, path: Path) -> None:
        page = path / "index.html" if path.is_dir() else path
        if path.is_dir() and not urlsplit(self.path).path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", re.sub(r"^/+", "/", urlsplit(self.path).path) + "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        try:
            data = page.read_bytes()
        except OSError:
            self.send_error(HTTPStatus.NOT_FOUND, "no such page")
            return
        kind = self.guess_type(str(page))
        self._answer(_live(data) if kind == "text/html" else data, f"{kind}; charset=utf-8" if "text" in kind else kind)

    def _answer(self, data: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Nothing: what a browser asks for is no news."""


def _live(page: bytes) -> bytes:
    """The page with the script that asks for changes, and leave for that script alone."""
    page = page.replace(b"default-src &#39;none&#39;;", b"default-src &#39;none&#39;; script-src &#39;self&#39;; "
                        b"connect-src &#39;self&#39;;", 1)  # fmt: skip
    return page.replace(b"</body>", f'<script src="{_SCRIPT}"></script>\n</body>'.encode(), 1)


class _Server(http.server.ThreadingHTTPServer):
    """One that does not wait for browsers which hold a question open."""

    daemon_threads = True
    block_on_close = False


def serve(
    folder: Path,
    *,
    port: int,
    state: Callable[[], Hashable],
    make: Callable[[], object],
    say: Callable[[str], None],
    stop: threading.Event | None = None,
    pause: float = 0.4,
) -> None:
    """Serve `folder` on 127.0.0.1 until `stop` is set or Ctrl-C; `make` it anew whenever `state` answers otherwise.

    What is wrong with an article while it is being written is said, and the pages stay as they are. Raises UsageError
    where the port is taken.
    """
    changes, stop = _Changes(), stop or threading.Event()
    try:
        server = _Server((_HOST, port), partial(_Pages, changes=changes, directory=str(folder)))
    except OSError as error:
        raise UsageError(f"port {port}: {error.strerror or error}; take another with --port") from None
    seen = state()
    _made(make, changes, say)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    say(f"http://{_HOST}:{server.server_address[1]}/  (stop with Ctrl-C)")
    try:
        while not stop.wait(pause):
            now = state()
            if now != seen:
                seen = now
                _made(make, changes, say)
    except KeyboardInterrupt:
        say("stopped")
    finally:
        server.shutdown()
        server.server_close()


def _made(make: Callable[[], object], changes: _Changes, say: Callable[[str], None]) -> None:
    try:
        make()
    except WorkflowError as error:
        say(str(error))
    else:
        changes.note()
