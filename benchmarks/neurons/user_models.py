"""Models as a user writes them after the tutorial, equations and nothing else."""

from __future__ import annotations

from typing import Any, final

import neuropil as npl
from neuropil import neurons


@final
class UserLeakyIntegrateAndFire(neurons.Model):
    """The equations of `LeakyIntegrateAndFire`."""

    refractory = 2.0
    held = ("v",)
    integrator = neurons.Exact()

    def initial(self) -> Any:
        """At rest."""
        return {"v": -70.0}

    def derivatives(self, state: Any, current: Any) -> Any:
        """What leaks and what comes in."""
        return {"v": (-70.0 - state["v"]) / 10.0 + current / 250.0}

    def excess(self, state: Any) -> Any:
        """Above −55 mV."""
        return state["v"] + 55.0

    def reset(self, state: Any) -> Any:  # noqa: ARG002
        """To −70 mV."""
        return {"v": -70.0}


@final
class UserHodgkinHuxley(neurons.Model):
    """The equations of `HodgkinHuxley` (notes 1.3).

    Two rates are 0/0 at one voltage, which float32 meets: phi(x) = (eˣ − 1)/x has its limit there.
    """

    integrator = neurons.ExponentialEuler()

    def initial(self) -> Any:
        """At rest."""
        return {"v": -64.9964, "m": 0.052955, "h": 0.595994, "n": 0.317732}

    def derivatives(self, state: Any, current: Any) -> Any:
        """The membrane's balance of currents, and the gates."""
        v, m, h, n = (state[name] for name in "vmhn")
        opening = {
            "m": 1.0 / npl.phi(-(v + 40.0) / 10.0),
            "h": 0.07 * npl.exp(-(v + 65.0) / 20.0),
            "n": 0.1 / npl.phi(-(v + 55.0) / 10.0),
        }
        closing = {
            "m": 4.0 * npl.exp(-(v + 65.0) / 18.0),
            "h": 1.0 / (1.0 + npl.exp(-(v + 35.0) / 10.0)),
            "n": 0.125 * npl.exp(-(v + 65.0) / 80.0),
        }
        out = 120.0 * m**3 * h * (v - 50.0) + 36.0 * n**4 * (v + 77.0) + 0.3 * (v + 54.387)
        gates = {x: opening[x] * (1.0 - state[x]) - closing[x] * state[x] for x in opening}
        return {"v": current - out, **gates}

    def excess(self, state: Any) -> Any:
        """Above 0 mV."""
        return state["v"]


@final
class FitzHughNagumo(neurons.Model):
    """The cell of the tutorial, which no built-in model equals."""

    integrator = neurons.RK4()

    def initial(self) -> Any:
        """Near rest."""
        return {"v": -1.1994, "w": -0.6243}

    def derivatives(self, state: Any, current: Any) -> Any:
        """FitzHugh's and Nagumo's equations."""
        v, w = state["v"], state["w"]
        return {"v": v - v**3 / 3 - w + current, "w": (v + 0.7 - 0.8 * w) / 12.5}

    def excess(self, state: Any) -> Any:
        """Above 1."""
        return state["v"] - 1.0
