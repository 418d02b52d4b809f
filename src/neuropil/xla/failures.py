"""What can go wrong with a program, said in terms of the user's code."""

from __future__ import annotations

import linecache
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from neuropil import errors
from neuropil.errors import EngineError, GraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from neuropil.graph import Watch
    from neuropil.xla.held import Held

_LIBRARIES = tuple(
    str(Path(str(file)).parent) for file in (errors.__file__, jax.__file__, np.__file__)
)


_OUT_OF_MEMORY = ("RESOURCE_EXHAUSTED", "YNNPACK operation failed")
"""How XLA says it; its library of products has no other words when it gets no memory."""


def is_lost(leaf: Any) -> bool:
    """Whether an array was given to a program that may overwrite it."""
    return isinstance(leaf, jax.Array) and leaf.is_deleted()


def check_state(watch: Watch, now: Held) -> None:
    """Refuse a step that used Variables which the program does not know.

    Raises:
        GraphError: One was written, and its change would be lost; or read, and its value would
            be frozen into the program.
    """
    known = set(map(id, now.variables))
    for used, what, loss in (
        (watch.written, "changes", "its change would be lost"),
        (watch.read, "reads", "its value would be frozen into the program"),
    ):
        for key, variable in used.items():
            if key not in known:
                name = f"the Variable {variable.name!r}" if variable.name else "a Variable"
                raise GraphError(
                    f"the step {what} {name} of shape {variable.shape}, which is not held by "
                    f"state=, so that {loss}: add what holds it to state=, or pass it as an "
                    "argument"
                )


def check_constants(before: Held, after: Held) -> None:
    """Refuse a step that changes an attribute: it would happen while tracing and never again.

    Raises:
        GraphError: It does.
    """
    if before.key == after.key and before.draws == after.draws:
        return
    old = dict((*before.constants, *before.draws))
    now = (*after.constants, *after.draws)
    changed = [path for path, value in now if old.get(path, value) != value]
    what = f"the attribute {changed[0]}" if changed else "which Variables the state holds"
    raise GraphError(
        f"the step changes {what}, which a program does only once, while it is made: keep what "
        "changes in a Variable"
    )


@contextmanager
def explained(step: Callable[..., Any], given: Callable[[], Sequence[Any]]) -> Iterator[None]:
    """Say where in the user's code an error came up, and what JAX's own errors mean here.

    Args:
        step: What is compiled and run.
        given: The state it was given; a program that fails underway may have overwritten it.
    """
    try:
        yield
    except jax.errors.ConcretizationTypeError as error:
        raise GraphError(
            f"{_place(error.__traceback__)} needs to know a value that is only known when the "
            "program runs (if, while, float, int, a NumPy function): use npl.where for a choice, "
            "npl.scan for a loop, and return what is to be looked at"
        ) from error
    except jax.errors.NonConcreteBooleanIndexError as error:
        raise GraphError(
            f"{_place(error.__traceback__)} selects by a mask, so that only the running program "
            "knows how much: use npl.where, or weights of 0 and 1"
        ) from error
    except jax.errors.TracerArrayConversionError as error:
        raise GraphError(
            f"{_place(error.__traceback__)} hands a traced array to NumPy, which would need its "
            "numbers: use the function of the same name in neuropil"
        ) from error
    except jax.errors.JaxRuntimeError as error:
        if not any(words in str(error) for words in _OUT_OF_MEMORY):
            raise
        lost = "the state it was given is lost" if any(map(is_lost, given())) else "nothing changed"
        raise EngineError(
            f"the program ran out of the device's memory, {lost}: use smaller batches, or "
            f"checkpoint_every in npl.scan ({_first_line(error)})"
        ) from error
    except Exception as error:
        place = _place(error.__traceback__)
        name = getattr(step, "__name__", type(step).__name__)
        error.add_note(f"While {name} was compiled, at {place}")
        raise


def _place(traceback: TracebackType | None) -> str:
    """The innermost line that is not of a library, as ``file:line: code``."""
    place = "the step"
    while traceback is not None:
        file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        if not file.startswith((*_LIBRARIES, "<")):
            place = f"{file}:{line}: {linecache.getline(file, line).strip()}"
        traceback = traceback.tb_next
    return place


def _first_line(error: Any) -> str:
    return str(error).splitlines()[0]
