"""Which parameters are fitted, between which bounds, and from where."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, final

import numpy as np

from neuropil.errors import ShapeError
from neuropil.neurons.model import Model
from neuropil.random import as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.neurons.fitting.sensitivity import Build
    from neuropil.random import Generator

    Numpy = np.ndarray[Any, Any]

Bounds: TypeAlias = Mapping[str, tuple[float, float]]
"""The parameters by name, each with the least and the largest value it may have."""

Starts: TypeAlias = "int | Mapping[str, Any]"
"""How many starts, drawn between the bounds; or for each parameter where to begin: numbers, or
lists with one for each start."""


@final
@dataclass(frozen=True, eq=False)
class Parameters:
    """What is fitted.

    Attributes:
        names: The parameters.
        low, high: Their bounds.
        starts: Where the search begins, once for each row.
    """

    names: tuple[str, ...]
    low: Float[Numpy, " parameters"]
    high: Float[Numpy, " parameters"]
    starts: Float[Numpy, "starts parameters"]

    def named(self, point: Float[Numpy, " parameters"]) -> dict[str, float]:
        """The numbers of a point by their names."""
        return {name: float(x) for name, x in zip(self.names, point, strict=True)}


def parameters(
    build: Build, bounds: Bounds, starts: Starts, rng: int | Generator | None
) -> Parameters:
    """Check what is to be fitted, and draw where to begin.

    Raises:
        TypeError: The model is no function of parameters, or starts are neither kind.
        KeyError: It has no such parameter, or a start is missing.
        ValueError: Bounds that are not finite or the wrong way round, values within them that the
            model refuses, or a start that is not within.
        ShapeError: The parameters have different numbers of starts.
    """
    _check_names(build, bounds)
    for name, pair in bounds.items():
        ends = np.asarray(pair, dtype=np.float64)
        if ends.shape != (2,) or not np.isfinite(ends).all() or not ends[0] < ends[1]:
            raise ValueError(
                f"the bounds of {name} are two finite numbers, the lower one first, got {pair}"
            )
    low, high = np.array([*bounds.values()], dtype=np.float64).T
    if isinstance(starts, Mapping):
        points = _given(starts, bounds)
    elif isinstance(starts, int | np.integer):
        points = _drawn(int(starts), low, high, rng)
    else:
        raise TypeError(
            "starts is how many, a whole number, or where to begin, by name ({'tau': [10, 20]}), "
            f"got {starts!r}"
        )
    _check_accepted(build, tuple(bounds), low, high, points[0])
    return Parameters(tuple(bounds), low, high, points)


def _check_names(build: Build, bounds: Bounds) -> None:
    """Refuse what is no function, and parameters it has not."""
    given: Any = build
    if isinstance(given, Model) or not callable(given):
        raise TypeError(
            "a model that is fitted is a function of its parameters that returns a model: a class "
            "such as LeakyIntegrateAndFire, squid_axon, or a function of your own; got "
            f"{type(build).__name__}"
        )
    if not bounds:
        raise ValueError("name at least one parameter to fit, with its bounds: {'tau': (5, 50)}")
    known = inspect.signature(build).parameters
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values()):
        return
    for name in bounds:
        if name not in known:
            raise KeyError(f"the model has the parameters {', '.join(known)}, got {name!r}")


def _drawn(count: int, low: Numpy, high: Numpy, rng: int | Generator | None) -> Numpy:
    if count < 1:
        raise ValueError(f"a fit has at least one start, got starts={count}")
    shares = np.asarray(as_generator(rng).uniform((count, len(low)), dtype=np.float64))
    points: Numpy = low + shares * (high - low)
    return points


def _given(starts: Mapping[str, Any], bounds: Bounds) -> Numpy:
    if set(starts) != set(bounds):
        raise KeyError(f"starts name the parameters {', '.join(bounds)}, got {', '.join(starts)}")
    columns = [np.asarray(starts[name], dtype=np.float64) for name in bounds]
    shapes = {column.shape for column in columns if column.shape}
    if len(shapes) > 1 or any(len(shape) != 1 or shape == (0,) for shape in shapes):
        raise ShapeError(
            "starts are numbers, or lists of one length, got the shapes "
            f"{[column.shape for column in columns]}"
        )
    points = np.stack(np.broadcast_arrays(*map(np.atleast_1d, columns)), axis=1)
    for name, column in zip(bounds, points.T, strict=True):
        low, high = bounds[name]
        if not np.all((column >= low) & (column <= high)):
            wrong = column[~((column >= low) & (column <= high))][0]
            raise ValueError(
                f"{name} starts between its bounds, {low:g} and {high:g}, got {wrong:g}: widen "
                "the bounds or begin within"
            )
    return points


def _check_accepted(
    build: Build, names: tuple[str, ...], low: Numpy, high: Numpy, start: Numpy
) -> None:
    """Let the model refuse a bound (a time constant of 0) now, not in the middle of a fit."""
    for place in range(len(names)):
        for bound in (low, high):
            point = np.where(np.arange(len(names)) == place, bound, start)
            made = build(**dict(zip(names, map(float, point), strict=True)))
            if not isinstance(made, Model):
                raise TypeError(
                    "the function to fit returns a model such as LeakyIntegrateAndFire(), got "
                    f"{type(made).__name__}"
                )
