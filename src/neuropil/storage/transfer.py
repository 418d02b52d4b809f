"""One transfer over HTTP into a file, begun or taken up again.

The standard library's client is enough: of what the better known ones add, nothing is used here.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import TYPE_CHECKING, cast
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from neuropil.storage.atomic import os_errors_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from neuropil.storage.transfer_progress import Display

_CHUNK = 1 << 16
_PATIENCE_SECONDS = 30.0
_SLOWEST = 1000
"""Bytes a second: who sends less for longer than patience lasts is given up."""
_ON_THE_WEB = (  # of what urlopen understands, neither files nor FTP, to which a mirror may send on
    ProxyHandler,
    HTTPHandler,
    HTTPSHandler,
    HTTPRedirectHandler,
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    UnknownHandler,
)


class Refusal(Exception):
    """A server did not give what it was asked for; the message says why."""


def receive(url: str, size: int, path: Path, display: Display) -> int:
    """Get what ``path`` lacks of a file of ``size`` bytes; returns where the transfer began.

    It begins where ``path`` ends, or at 0 where the server sends the whole file all the same.
    Never are more than ``size`` bytes written. What has arrived stays when the transfer breaks.

    Raises:
        Refusal: The server cannot be reached, refuses, breaks off, hardly sends anything, or has a
            file of another size.
        WriteError: The disk is full, …
    """
    have = length_of(path)
    with _asked(url, have) as response:
        start = _start(response, have, size)
        with os_errors_name(path):
            file = path.open("r+b" if start else "wb")
        with file:
            file.seek(start)
            arrived = start
            display(arrived)
            for chunk in _chunks(response):
                arrived += len(chunk)
                if arrived > size:
                    raise Refusal(f"sent more than the {size} bytes expected")
                with os_errors_name(path):
                    file.write(chunk)
                display(arrived)
            with os_errors_name(path):
                file.flush()
                os.fsync(file.fileno())
    if arrived < size:
        raise Refusal(f"broke off after {arrived} of {size} bytes")
    return start


def length_of(path: Path) -> int:
    """How many bytes the file has; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _asked(url: str, have: int) -> Iterator[HTTPResponse]:
    """The server's answer to the request for a file from byte ``have`` on."""
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"expected an address that begins with https:// or http://, got {url}")
    request = Request(url, headers={"User-Agent": "neuropil"})  # noqa: S310
    if have:
        request.add_header("Range", f"bytes={have}-")
    web = OpenerDirector()
    for handler in _ON_THE_WEB:
        web.add_handler(handler())
    try:
        response = cast("HTTPResponse", web.open(request, timeout=_PATIENCE_SECONDS))
    except HTTPError as error:
        error.close()
        raise Refusal(f"answered {error.code} {error.reason}") from error
    except URLError as error:
        raise Refusal(f"cannot be reached ({error.reason})") from error
    except (OSError, HTTPException, ValueError) as error:  # ValueError: sent on to no address
        raise Refusal(f"cannot be reached ({str(error) or type(error).__name__})") from error
    with response:
        yield response


def _start(response: HTTPResponse, have: int, size: int) -> int:
    """The place in the file of the first byte that the server is about to send."""
    start, length = 0, response.headers.get("Content-Length")
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        told = response.headers.get("Content-Range", "")
        if not re.fullmatch(rf"bytes {have}-{size - 1}/({size}|\*)", told.strip()):
            raise Refusal(f"was asked for the bytes from {have} on and answered with {told!r}")
        start = have
    if length is not None and length != str(size - start):
        raise Refusal(f"has a file of {length} bytes, expected {size - start}")
    return start


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    """What the server sends, as it comes."""
    counted_from, count = monotonic(), 0
    while chunk := _next(response):
        yield chunk
        count += len(chunk)
        if (seconds := monotonic() - counted_from) > _PATIENCE_SECONDS:
            if count < _SLOWEST * seconds:
                raise Refusal(f"sends less than {_SLOWEST} bytes a second")
            counted_from, count = monotonic(), 0


def _next(response: HTTPResponse) -> bytes:
    try:
        return response.read1(_CHUNK)
    except (OSError, HTTPException) as error:
        raise Refusal(f"broke off ({str(error) or type(error).__name__})") from error
