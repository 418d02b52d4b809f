"""A web server on this machine that has one file, and gives it honestly or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Serve = Callable[..., "Behaviour"]

_PIECES = 20


@dataclass
class Behaviour:
    """What the server does with a request.

    Attributes:
        content: The bytes of its file.
        ranges: Whether it can begin in the middle.
        breaks_after: How many bytes it sends of an answer before it hangs up.
        breaks: How often it does that.
        status: Answer this instead of a file.
        says_length: Whether it tells how much it is going to send.
        seconds: How long it takes over an answer.
        goes_to: Answer that the file is there instead.
        range_told: What it says it sends, if that is not what it was asked for.
        asked: The first byte of each request.
        url: Where the file is.
    """

    content: bytes
    ranges: bool = True
    breaks_after: int = 0
    breaks: int = 0
    status: int = 200
    says_length: bool = True
    seconds: float = 0.0
    goes_to: str = ""
    range_told: str | None = None
    asked: list[int] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server with this content and behaviour; all stop after the test."""
    with ExitStack() as stack:
        yield lambda content, **settings: stack.enter_context(
            serving(Behaviour(content, **settings))
        )


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Behaviour]:
    """The server runs while the block does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, behaviour)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    behaviour.url = f"http://127.0.0.1:{server.server_port}/file.gz"
    try:
        yield behaviour
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(handler: BaseHTTPRequestHandler, behaviour: Behaviour) -> None:
    start = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
    behaviour.asked.append(start)
    if behaviour.status != 200:
        handler.send_error(behaviour.status)
        return
    if behaviour.goes_to:
        handler.send_response(302)
        handler.send_header("Location", behaviour.goes_to)
        handler.end_headers()
        return
    size = len(behaviour.content)
    start = start if behaviour.ranges else 0
    handler.send_response(206 if start else 200)
    if start:
        told = behaviour.range_told or f"bytes {start}-{size - 1}/{size}"
        handler.send_header("Content-Range", told)
    if behaviour.says_length:
        handler.send_header("Content-Length", str(size - start))
    handler.end_headers()
    rest = behaviour.content[start:]
    if behaviour.breaks:
        behaviour.breaks -= 1
        rest = rest[: behaviour.breaks_after]
    send(handler, rest, behaviour)


def send(handler: BaseHTTPRequestHandler, rest: bytes, behaviour: Behaviour) -> None:
    """All at once, or in pieces until who asked has gone."""
    if not behaviour.seconds:
        handler.wfile.write(rest)
        return
    with suppress(OSError):
        for start in range(0, len(rest), step := -(-len(rest) // _PIECES)):
            time.sleep(behaviour.seconds / _PIECES)
            handler.wfile.write(rest[start : start + step])
