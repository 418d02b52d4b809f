"""From an exception to a paragraph that can be read, and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import typer

from neuropil.cli.output import emit
from neuropil.errors import NeuropilError

FAILURE = 1
INTERRUPTED = 130

_SMALLER = "take a smaller network, smaller batches or smaller files"

P = ParamSpec("P")
R = TypeVar("R")

debugging: ContextVar[bool] = ContextVar("debugging", default=False)
"""Whether a failure shows where in the code it arose (``--debug``)."""


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Let the command end in a message and an exit code instead of a traceback.

    What neuropil raises on purpose and what the operating system refuses is told in words. Any
    other exception is a fault of the program: its traceback stays.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        json = bool(kwargs.get("json"))
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            raise  # whoever read our output has gone; typer ends quietly
        except (NeuropilError, OSError) as error:
            if debugging.get():
                raise
            fail(str(error), kind=type(error).__name__, json=json)
        except MemoryError as error:
            if debugging.get():
                raise
            message = f"There is not enough memory ({error}): {_SMALLER}"
            fail(message, kind="MemoryError", json=json)
        except KeyboardInterrupt:
            fail("Interrupted", kind="Interrupted", json=json, code=INTERRUPTED)

    return run


def fail(message: str, *, kind: str = "Error", json: bool = False, code: int = FAILURE) -> NoReturn:
    """Say what went wrong on standard error, as JSON on standard output too, and exit.

    Raises:
        typer.Exit: Always.
    """
    sys.stdout.flush()
    sys.stderr.write(f"neuropil: {message}\n")
    if json:
        with suppress(OSError):  # standard output may be what failed
            emit({"error": {"type": kind, "message": message}})
    raise typer.Exit(code)
