"""The Generator that is used where none is given."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from neuropil.random.generator import Generator

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Default(threading.local):
    """One default a thread: threads that shared one would draw the same numbers twice."""

    def __init__(self) -> None:
        self.generator = Generator()


_default = _Default()


def as_generator(rng: int | Generator | None = None) -> Generator:
    """What ``rng=`` stands for: a Generator is itself, a seed makes one, None is the default.

    Raises:
        TypeError: ``rng`` is something else, such as a generator of NumPy.
        ValueError: A negative seed.

    Example:
        >>> rng = as_generator(3)
        >>> as_generator(rng) is rng, as_generator() is as_generator(None)
        (True, True)
    """
    if isinstance(rng, Generator):
        return rng
    return _default.generator if rng is None else Generator(rng)


def manual_seed(seed: int | None) -> Generator:
    """Begin the stream of this thread's default Generator anew, and return the Generator.

    Where `use` has put another in its place, that one begins anew. None takes entropy. Other
    threads have defaults of their own, begun from entropy: pass ``rng=`` there.

    Raises:
        TypeError: ``seed`` is not an integer.
        ValueError: ``seed`` is negative.

    Example:
        >>> first = manual_seed(1).uniform(3)
        >>> second = manual_seed(1).uniform(3)
        >>> bool((first == second).all())
        True
    """
    generator = _default.generator
    generator.load_state_dict(Generator(seed).state_dict())
    return generator


@contextmanager
def use(rng: int | Generator) -> Iterator[Generator]:
    """Make a Generator the default of this thread for a while.

    The one before returns on leaving, after errors too.

    Example:
        >>> with use(5) as rng:
        ...     as_generator() is rng
        True
    """
    before, _default.generator = _default.generator, as_generator(rng)
    try:
        yield _default.generator
    finally:
        _default.generator = before
