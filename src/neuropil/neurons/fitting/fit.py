"""What a fit found, and how well it is known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from neuropil.errors import DivergenceError
from neuropil.optim import held_back

if TYPE_CHECKING:
    from jaxtyping import Float
    from matplotlib.figure import Figure

    from neuropil.neurons.fitting.parameters import Parameters
    from neuropil.neurons.fitting.search import Found
    from neuropil.neurons.model import Model

    Numpy = np.ndarray[Any, Any]

FLAT = 1e-9
"""A direction whose curvature is a smaller part of the largest one is not determined."""

PART = 0.1
"""A parameter has a part in a direction from this share of it on."""


@final
@dataclass(frozen=True, eq=False)
class Attempt:
    """What one start led to.

    Attributes:
        start, values: The parameters it began with, and those it ended with.
        rms: The root of the mean squared residual at the end.
        history: The same after each step. Stages of a search have residuals of their own.
        converged: Whether it came to rest.
    """

    start: Mapping[str, float]
    values: Mapping[str, float]
    rms: float
    history: Float[Numpy, " steps"]
    converged: bool


class Certainty(NamedTuple):
    """How well parameters are known.

    Attributes:
        covariance: Of the estimates; NaN for those on a bound.
        undetermined: Parameters that can be moved, together, without changing the residuals.
    """

    covariance: Float[Numpy, "parameters parameters"]
    undetermined: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit(ABC):
    """A model fitted to a curve. Abstract: `TraceFit` and `RateFit` are.

    Attributes:
        model: The model with the best values.
        values: The parameters of the least residuals.
        errors: Their standard errors, from Gauss and Newton's curvature: s √((JᵀJ)⁻¹ᵢᵢ) with
            s² = Σ r²/(n − parameters). They hold for residuals that are independent of one another
            and a model that is right. NaN for a parameter on a bound, infinite for one that the
            curve does not determine.
        covariance: Of the estimates, in the order of the values.
        undetermined: Parameters that can be moved, together, without changing the residuals.
        bounds: Between which values each was sought.
        rms: The root of the mean squared residual.
        attempts: What each start led to; of the best of them are the values.
        stages: The stage of the search that each step belongs to.
        at: Where the curve was observed: times or currents.
        observed, fitted: The curve, and that of the model.
        seconds: How long the search took.
    """

    model: Model
    values: Mapping[str, float]
    errors: Mapping[str, float]
    covariance: Float[Numpy, "parameters parameters"]
    undetermined: tuple[str, ...]
    bounds: Mapping[str, tuple[float, float]]
    rms: float
    attempts: Sequence[Attempt]
    stages: Sequence[str]
    at: Float[Numpy, " samples"]
    observed: Float[Numpy, " samples"]
    fitted: Float[Numpy, " samples"]
    seconds: float

    @property
    @abstractmethod
    def unit(self) -> str:
        """Of the curve."""

    @abstractmethod
    def plot(self) -> Figure:
        """What was observed, and what the model does."""

    @property
    def best(self) -> Attempt:
        """The attempt with the least residuals."""
        return min(self.attempts, key=lambda attempt: attempt.rms)

    @property
    def agreeing(self) -> int:
        """How many attempts ended as well as the best did."""
        return sum(map(self.agrees, self.attempts))

    def agrees(self, attempt: Attempt) -> bool:
        """Whether its residuals are the least ones, within a hundredth, or as good as none."""
        return attempt.rms <= 1.01 * self.rms + 1e-6 * float(np.std(self.observed))

    def __str__(self) -> str:
        """The values with their standard errors, a line each."""
        width = max(map(len, self.values))
        lines = [f"{name:{width}} = {worded(self, name)}" for name in self.values]
        lines.append(
            f"rms {self.rms:.4g} {self.unit} of {len(self.at)} samples; "
            f"{self.agreeing} of {len(self.attempts)} starts agree"
        )
        return "\n".join(lines)


def worded(fit: Fit, name: str) -> str:
    """A value and how well it is known.

    Example:
        >>> from neuropil.neurons import NormalizedLeakyIntegrateAndFire, fitting
        >>> v_in = np.linspace(1.1, 5.0, 8)
        >>> rates = NormalizedLeakyIntegrateAndFire(tau=15.0).rate(v_in)
        >>> fit = fitting.fit_rates(
        ...     NormalizedLeakyIntegrateAndFire, v_in, rates, {"tau": (20.0, 50.0)}, rng=0)
        >>> worded(fit, "tau")
        '20 (on its bound)'
    """
    value, error = fit.values[name], fit.errors[name]
    if np.isnan(error):
        return f"{value:.6g} (on its bound)"
    if np.isinf(error):
        others = [other for other in fit.undetermined if other != name]
        return f"{value:.6g} (not determined{', with ' + ', '.join(others) if others else ''})"
    return f"{value:.6g} ± {error:.2g}"


def certainty(
    parameters: Parameters, point: Numpy, gradient: Numpy, curvature: Numpy, variance: float
) -> Certainty:
    """How well the parameters at a minimum are known, from JᵀJ and the variance of residuals.

    A bound that holds a parameter back makes it a constant. The others are looked at in units of
    their own curvature, so that it does not matter what they are measured in.
    """
    count = len(point)
    free = ~held_back(point[None], gradient[None], parameters.low, parameters.high)[0]
    diagonal = np.diag(curvature)
    scale = np.sqrt(np.where(diagonal > 0.0, diagonal, 1.0))
    scaled = (curvature / np.outer(scale, scale))[np.ix_(free, free)]
    curvatures, directions = np.linalg.eigh(scaled)
    flat = curvatures <= FLAT * max(curvatures.max(initial=0.0), 1e-300)
    loose = np.zeros(count, dtype=bool)
    loose[free] = (np.abs(directions[:, flat]) > PART).any(axis=1)
    inverse = (directions[:, ~flat] / curvatures[~flat]) @ directions[:, ~flat].T
    covariance = np.full((count, count), np.nan)
    within = variance * inverse / np.outer(scale[free], scale[free])
    covariance[np.ix_(free, free)] = within
    covariance[loose, loose] = np.inf
    return Certainty(covariance, tuple(np.array(parameters.names, dtype=object)[loose].tolist()))


def judged(parameters: Parameters, found: Found, samples: int) -> dict[str, Any]:
    """What the result of a search says about parameters, as the fields of a `Fit`.

    Raises:
        DivergenceError: No start led to a finite sum of squares.
    """
    if not np.isfinite(found.at.loss).any():
        raise DivergenceError(
            f"the model gives no finite residuals from any of {len(found.points)} starts: begin "
            "elsewhere, narrow the bounds, or take a smaller dt"
        )
    best = int(np.argmin(found.at.loss))
    point, spare = found.points[best], max(samples - len(parameters.names), 1)
    covariance, undetermined = certainty(
        parameters,
        point,
        found.at.gradient[best],
        found.at.curvature[best],
        2.0 * float(found.at.loss[best]) / spare,
    )
    rms = np.sqrt(2.0 * found.losses / samples)
    return {
        "values": parameters.named(point),
        "errors": parameters.named(np.sqrt(np.diag(covariance))),
        "covariance": covariance,
        "undetermined": undetermined,
        "bounds": {
            name: (float(low), float(high))
            for name, low, high in zip(
                parameters.names, parameters.low, parameters.high, strict=True
            )
        },
        "rms": float(np.sqrt(2.0 * found.at.loss[best] / samples)),
        "attempts": [
            Attempt(
                parameters.named(start),
                parameters.named(end),
                float(history[-1]),
                history,
                bool(converged),
            )
            for start, end, history, converged in zip(
                parameters.starts, found.points, rms.T, found.converged, strict=True
            )
        ],
        "stages": found.stages,
        "seconds": found.seconds,
    }
