"""What a spiking layer can be given for a setting, by the names that files and recipes use."""

from __future__ import annotations

from neuropil.neurons.integrators import RK4, Euler, Exact, ExponentialEuler, Heun
from neuropil.neurons.layers.resets import BySubtraction, ToZero
from neuropil.neurons.models.adaptive_exponential import AdaptiveExponential
from neuropil.neurons.models.izhikevich import Izhikevich
from neuropil.neurons.models.leaky_integrate_and_fire import LeakyIntegrateAndFire
from neuropil.neurons.models.normalized_leaky_integrate_and_fire import (
    NormalizedLeakyIntegrateAndFire,
)
from neuropil.nn.description import describable
from neuropil.ops.surrogates import ArcTan, FastSigmoid, SuperSpike, Triangle

SURROGATES = (ArcTan, FastSigmoid, SuperSpike, Triangle)
RESETS = (BySubtraction, ToZero)
MODELS = (
    AdaptiveExponential, Izhikevich, LeakyIntegrateAndFire, NormalizedLeakyIntegrateAndFire,
)  # fmt: skip
INTEGRATORS = (Euler, Exact, ExponentialEuler, Heun, RK4)

PARTS: dict[str, type] = {
    kind.__name__: describable(kind) for kind in (*SURROGATES, *RESETS, *MODELS, *INTEGRATORS)
}
