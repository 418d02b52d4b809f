"""The Generator: a key and a counter, from which every random number is a pure function."""

from __future__ import annotations

import math
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError, DTypeError, ShapeError
from neuropil.graph import Variable
from neuropil.random import distributions
from neuropil.random.bits import WORDS_PER_BLOCK, random_words
from neuropil.random.distributions import words_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Bool, Float, Int64, Shaped, UInt64

    from neuropil.arrays import Array

Shape = int | tuple[int, ...]
DTypeLike = Any


class Generator:
    """A stream of random numbers, the same for one seed under every engine.

    The random words are Philox4x64-10 (Salmon et al. 2011) of ``counter`` under ``key``. Every
    draw takes whole blocks of four words and moves the counter past them, so that nothing is
    ever drawn twice; two draws of 5 therefore differ from one of 10. Both are Variables: a
    compiled step carries them along, a checkpoint holds them.

    A Generator belongs to one thread at a time; give each thread one of its own (`spawn`).

    Args:
        seed: Any integer ≥ 0; one seed gives one stream. None takes entropy from the system.

    Attributes:
        key: A Variable, uint64 of shape (2,): which stream.
        counter: A Variable, uint64 of shape (): how many blocks of it were used.

    Raises:
        TypeError: ``seed`` is not an integer.
        ValueError: ``seed`` is negative.

    Example:
        >>> rng = Generator(0)
        >>> rng.integers(0, 10, 5).tolist(), rng.uniform(2).dtype.name
        ([9, 2, 6, 2, 7], 'float32')
        >>> int(rng.counter)
        3
        >>> Generator(0).integers(0, 10, 5).tolist()
        [9, 2, 6, 2, 7]
    """

    def __init__(self, seed: int | None = None) -> None:
        self.key = Variable(_key_of(seed), name="key")
        self.counter = Variable(np.zeros((), np.uint64), name="counter")

    def uniform(
        self,
        shape: Shape = (),
        low: float = 0.0,
        high: float = 1.0,
        dtype: DTypeLike = np.float32,
    ) -> Float[Array, "*shape"]:
        """Uniform in [low, high): in [0, 1) every multiple of 2⁻²⁴ (float64: 2⁻⁵³) is as likely.

        Raises:
            ValueError: ``low >= high``, or one of them is not finite.
            ShapeError, DTypeError: A negative length; a dtype other than float32 and float64.
        """
        dtype = _floating(dtype)
        low, high = float(low), float(high)
        if not (low < high and math.isfinite(high - low)):
            raise ValueError(f"uniform needs finite low < high, got low={low}, high={high}")
        shape, n = _sizes(shape)
        x = distributions.uniform(self._words(words_for(n, dtype)), n, dtype)
        if low != 0.0 or high != 1.0:
            x *= high - low
            x += low
            largest = np.nextafter(dtype.type(high), dtype.type(low))
            x = x.clip(None, largest)  # the sum may have been rounded up to high
        return x.reshape(shape)

    def normal(
        self,
        shape: Shape = (),
        mean: float = 0.0,
        std: float = 1.0,
        dtype: DTypeLike = np.float32,
    ) -> Float[Array, "*shape"]:
        """Normal with the given mean and standard deviation (Box and Muller 1958).

        Raises:
            ValueError: ``std`` is negative or not finite.
            ShapeError, DTypeError: A negative length; a dtype other than float32 and float64.
        """
        if not 0.0 <= std < math.inf:
            raise ValueError(f"normal needs a finite std >= 0, got {std}")
        dtype = _floating(dtype)
        shape, n = _sizes(shape)
        z = distributions.normal(self._words(words_for(n + n % 2, dtype)), n, dtype)
        if mean != 0.0 or std != 1.0:
            z *= float(std)
            z += float(mean)
        return z.reshape(shape)

    def normal_rows(
        self,
        rows: int,
        length: int,
        *,
        first: int | UInt64[Array, ""] = 0,
        dtype: DTypeLike = np.float32,
    ) -> Float[Array, "rows length"]:
        """Standard normal, each row of blocks of its own: the same row whatever is drawn with it.

        Args:
            rows: How many.
            length: Of each.
            first: How many rows to pass over before.
            dtype: float32 or float64.

        Raises:
            ShapeError, DTypeError: A negative length; a dtype other than float32 and float64.

        Example:
            >>> table = Generator(0).normal_rows(8, 3)
            >>> bool((Generator(0).normal_rows(3, 3, first=5) == table[5:]).all())
            True
        """
        dtype = _floating(dtype)
        (rows, length), _ = _sizes((rows, length))
        blocks = -(-words_for(length, dtype) // WORDS_PER_BLOCK)
        self.counter.value = self.counter.value + np.uint64(blocks) * first
        words = self._words(rows * blocks * WORDS_PER_BLOCK)
        words = words.reshape(rows, blocks * WORDS_PER_BLOCK)
        return distributions.normal_rows(words, dtype)[:, :length]

    def exponential(
        self, shape: Shape = (), scale: float = 1.0, dtype: DTypeLike = np.float32
    ) -> Float[Array, "*shape"]:
        """Exponential with mean ``scale``: the waiting times of a Poisson process.

        Raises:
            ValueError: ``scale`` is not positive and finite.
            ShapeError, DTypeError: A negative length; a dtype other than float32 and float64.
        """
        if not 0.0 < scale < math.inf:
            raise ValueError(f"exponential needs a finite scale > 0, got {scale}")
        dtype = _floating(dtype)
        shape, n = _sizes(shape)
        x = distributions.exponential(self._words(words_for(n, dtype)), n, dtype)
        x *= float(scale)
        return x.reshape(shape)

    def bernoulli(self, p: float, shape: Shape = ()) -> Bool[Array, "*shape"]:
        """True with probability ``p`` (to 32 bits), else False.

        Raises:
            ValueError: ``p`` is outside [0, 1].
            ShapeError: A negative length.
        """
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"bernoulli needs a probability p in [0, 1], got {p}")
        shape, n = _sizes(shape)
        words = self._words(words_for(n, np.dtype(np.uint32)))
        return distributions.bernoulli(words, n, float(p)).reshape(shape)

    def integers(self, low: int, high: int, shape: Shape = ()) -> Int64[Array, "*shape"]:
        """Integers in [low, high), as likely as each other to (high − low)/2⁶⁴.

        Raises:
            ValueError: ``low >= high``, or a bound does not fit into int64.
            ShapeError: A negative length.
        """
        low, high = index(low), index(high)
        if not (-(2**63) <= low < high <= 2**63 and high - low <= 2**63):
            raise ValueError(f"integers needs low < high within int64, got low={low}, high={high}")
        shape, n = _sizes(shape)
        return distributions.integers(self._words(n), low, high).reshape(shape)

    def permutation(self, n: int) -> Int64[Array, "n"]:
        """The integers 0 … n − 1 in random order.

        Raises:
            TypeError: ``n`` is no integer.
            ShapeError: ``n`` is negative.
        """
        if not isinstance(n, int | np.integer):
            raise TypeError(
                f"permutation takes how many, an integer, got {type(n).__name__}: to shuffle an "
                "array say array[rng.permutation(len(array))]"
            )
        _, n = _sizes(n)
        return distributions.permutation(self._words(n))

    def choice(
        self,
        options: int | Shaped[Array, "options ..."],
        shape: Shape = (),
        *,
        replace: bool = True,
        p: Float[Array, "options"] | None = None,
    ) -> Shaped[Array, "*shape ..."]:
        """Take options at random, all as likely or with probabilities ``p``.

        Args:
            options: An array, of which entries along the first axis are taken, or an integer n
                for the integers 0 … n − 1.
            shape: How many.
            replace: Whether an option may be taken more than once.
            p: One probability per option, of sum 1. Only with replacement.

        Raises:
            ValueError: Nothing to choose from; more without replacement than there are; ``p``
                negative, of another sum or length, or given without replacement.
            ShapeError: A negative length.

        Example:
            >>> Generator(1).choice(np.array(["red", "blue"]), 3, p=[1.0, 0.0]).tolist()
            ['red', 'red', 'red']
        """
        pool = None if isinstance(options, int | np.integer) else np.asarray(options)
        n = index(options) if pool is None else len(pool)
        if n < 1:
            raise ValueError(f"choice needs at least one option, got {n}")
        shape, size = _sizes(shape)
        if p is not None:
            if not replace:
                raise ValueError(
                    "choice with p needs replace=True: weights do not say what is "
                    "left once an option has been taken"
                )
            p = _probabilities(p, n)
            chosen = distributions.weighted(self._words(size), p)
        elif replace:
            chosen = self.integers(0, n, size)
        elif size <= n:
            chosen = self.permutation(n)[:size]
        else:
            raise ValueError(f"choice cannot take {size} of {n} options without replacement")
        chosen = chosen.reshape(shape)
        return chosen if pool is None else pool[chosen]

    def spawn(self) -> Generator:
        """An independent Generator, with a key drawn from this one's stream.

        Example:
            >>> rng = Generator(0)
            >>> [rng.spawn().integers(0, 100).item() for _ in range(3)]
            [90, 87, 67]
        """
        child = Generator(0)
        child.key.value = self._words(2)
        return child

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of ``key`` and ``counter``: all there is to know about the place in the stream."""
        return {"key": np.array(self.key.value), "counter": np.array(self.counter.value)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go to the place that `state_dict` recorded; what is drawn next is what was drawn then.

        Raises:
            DataError: ``state`` does not hold a key and a counter of uint64.
        """
        for name, variable in (("key", self.key), ("counter", self.counter)):
            array = np.asarray(state[name]) if name in state else None
            if array is None or array.dtype != np.uint64 or array.shape != variable.shape:
                came = "nothing" if array is None else f"{array.dtype} {array.shape}"
                raise DataError(
                    f"a Generator's state holds {name}: uint64 {variable.shape}, got {came}: "
                    "pass what Generator.state_dict() returned"
                )
        if unknown := sorted(set(state) - {"key", "counter"}):
            raise DataError(
                f"a Generator's state holds key and counter only, got also {unknown}: "
                "pass what Generator.state_dict() returned"
            )
        self.key.value = np.array(state["key"])
        self.counter.value = np.array(state["counter"])

    def _words(self, n: int) -> Any:
        words, self.counter.value = random_words(self.key.value, self.counter.value, n)
        return words

    def __repr__(self) -> str:
        return f"Generator(key={self.key.value}, counter={self.counter.value})"


def _key_of(seed: int | None) -> np.ndarray[Any, Any]:
    if seed is not None:
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise TypeError(
                "a seed is an integer >= 0 or None, got "
                f"{type(seed).__module__}.{type(seed).__qualname__}: pass a seed such as 0, or a "
                "neuropil.random.Generator"
            )
        if seed < 0:
            raise ValueError(f"a seed is an integer >= 0, got {seed}: leave the sign out")
    return np.random.SeedSequence(seed).generate_state(2, np.uint64)


def _sizes(shape: Shape) -> tuple[tuple[int, ...], int]:
    """A shape as a tuple, and how many elements it has."""
    lengths = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    try:
        lengths = tuple(map(index, lengths))
    except TypeError:
        raise ShapeError(f"a shape is an integer or a tuple of integers, got {shape!r}") from None
    if any(length < 0 for length in lengths):
        raise ShapeError(f"a shape has no negative lengths, got {shape!r}")
    return lengths, math.prod(lengths)


def _floating(dtype: DTypeLike) -> np.dtype[Any]:
    checked: np.dtype[Any] = np.dtype(dtype)
    if checked not in distributions.FORMATS:
        raise DTypeError(
            f"random numbers are float32 or float64, got {checked}: convert them afterwards"
        )
    return checked


def _probabilities(p: Float[Array, "options"], n: int) -> np.ndarray[Any, Any]:
    checked = np.asarray(p, dtype=np.float64)
    if checked.shape != (n,) or not np.all(checked >= 0.0) or abs(checked.sum() - 1.0) > 1e-6:
        raise ValueError(
            f"choice needs {n} probabilities >= 0 of sum 1, got shape {checked.shape}, "
            f"sum {checked.sum():g}"
        )
    return checked
