"""How far cells are from a trace: squares of errors of prediction, and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.graph import no_grad
from neuropil.neurons.fitting.sensitivity import Sensitive, variables
from neuropil.ops import concat, moveaxis, scan
from neuropil.optim import Expansion

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.neurons.fitting.samples import Samples


@final
@dataclass(frozen=True, eq=False)
class Mismatch:
    """½ Σ r² over the samples, with r what the model says less what was observed.

    From sample to sample the model runs freely. There r is taken, and then the variable is drawn
    to what was observed by a share of r, the ``gain``. A gain of 0 makes it a simulation and a
    plain sum of squares, which has many minima: a spike at a wrong time is wrong twice. With a gain
    near 1 the model is told where it is all the time and predicts no more than one sample. What it
    errs about then are slopes dx/dt, and these are close to linear in many a parameter.

    Args:
        cells: The model and what drives it.
        samples: When it was observed.
        variable: Which variable that was.
    """

    cells: Sensitive
    samples: Samples
    variable: str

    def __call__(
        self, points: Float[Array, "starts parameters"], gain: Array, values: Float[Array, " times"]
    ) -> Expansion:
        """The sums for a model with each point's parameters; ``values`` are those of the samples.

        They are an argument so that a program serves another trace of the same length.
        """
        points = moveaxis(points, 0, 1)
        count, steps, skipped = len(points), self.samples.steps(), self.samples.unobserved

        def sample(carry: Any, x: Any) -> tuple[Any, None]:
            ks, value, weight = x
            moment, sums = carry
            moment = self._advanced(points, moment, ks)
            return self._compared(moment, sums, value, weight, gain), None

        with no_grad():
            moment, none = self.cells.begin(points), 0.0 * points[0]
            sums = none, np.zeros((count, 1)) + none, np.zeros((count, count, 1)) + none
            if self.samples.first == 0:
                moment, sums = self._compared(moment, sums, values[0], 1.0, gain)
                values = values[1:]
            weights = np.where(np.arange(len(steps)) < skipped, 0.0, 1.0)
            values = concat([np.zeros(skipped), values])
            (_, sums), _ = scan(sample, (moment, sums), (steps, values, weights))
        loss, gradient, curvature = sums
        return Expansion(loss, moveaxis(gradient, 0, 1), moveaxis(curvature, 2, 0))

    def _advanced(self, points: Array, moment: Any, ks: Array) -> Any:
        """The moment of the next sample."""
        if self.samples.stride == 1:
            return self.cells.step(points, moment, ks[0])
        return scan(lambda now, k: (self.cells.step(points, now, k), None), moment, ks)[0]

    def _compared(
        self, moment: Any, sums: Any, value: Array, weight: Array, gain: Array
    ) -> tuple[Any, Any]:
        """The moment drawn to a sample, and the sums with what the model erred about it."""
        state, slopes = moment
        loss, gradient, curvature = sums
        place = variables(state).index(self.variable)
        r, row = weight * (state[self.variable] - value), weight * slopes[place]
        sums = loss + 0.5 * r * r, gradient + row * r, curvature + row[:, None] * row[None]
        drawn = {**state, self.variable: state[self.variable] - gain * r}
        is_drawn = (np.arange(len(slopes)) == place)[:, None, None]
        return (drawn, slopes - is_drawn * gain * weight * slopes), sums
