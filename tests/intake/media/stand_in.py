"""A host that hands out files, over real HTTP on loopback."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass
class Page:
    """What one path answers; ``pause`` seconds lie between the bytes."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0


@dataclass
class StandIn:
    """Answers by path; remembers who asked for what."""

    url: str = ""
    place: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.calls]


@contextmanager
def serving() -> Iterator[StandIn]:
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self._answer()

        def _answer(self) -> None:
            state.calls.append((self.command, self.path, dict(self.headers.items())))
            page = state.pages.get(self.path.partition("?")[0], Page(status=404))
            self.send_response(page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in page.headers:
                self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self._write(page)

        def _write(self, page: Page) -> None:
            step = 1 if page.pause else max(len(page.body), 1)
            try:
                for start in range(0, len(page.body), step):
                    self.wfile.write(page.body[start : start + step])
                    self.wfile.flush()
                    time.sleep(page.pause)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    state.place = f"127.0.0.1:{server.server_port}"
    state.url = f"http://{state.place}"
    yield state
    server.shutdown()
    server.server_close()
