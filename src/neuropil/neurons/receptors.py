"""Synapses with the time courses of known receptors (notes 1.6).

`ampa`, `nmda`, `gaba_a` and `gaba_b` are conductances that a spike of weight w opens up to w, with
the time constants and reversal potentials of Hill and Tononi's model of the thalamocortical system,
Modeling sleep and wakefulness in the thalamocortical system, 2005, table 2. `ampa_like` and
`nmda_like` are those of the notes, currents of unit area.
"""

from __future__ import annotations

from typing import Any

from neuropil.neurons.synapses import RiseAndDecay, Synapse
from neuropil.neurons.synaptic_currents import Conductance, MagnesiumBlock


def ampa(rise: Any = 0.5, decay: Any = 2.4, reversal: Any = 0.0) -> RiseAndDecay:
    """Fast excitation by glutamate.

    Example:
        >>> print(ampa().peak_time.round(2))  # ms
        0.99
    """
    return RiseAndDecay(rise, decay, Conductance(reversal), unit_peak=True)


def nmda(
    rise: Any = 4.0, decay: Any = 40.0, reversal: Any = 0.0, magnesium: Any = 1.0
) -> RiseAndDecay:
    """Slow excitation by glutamate, which needs a cell that is depolarised already.

    The dependence on the voltage is that of Jahr and Stevens (see `MagnesiumBlock`), for a
    concentration of ``magnesium`` (mM).

    Example:
        >>> import numpy as np
        >>> print(nmda().current.into(1.0, np.array([-70.0, -20.0])).round(2))
        [ 3.11 10.16]
    """
    return RiseAndDecay(rise, decay, MagnesiumBlock(reversal, magnesium), unit_peak=True)


def gaba_a(rise: Any = 1.0, decay: Any = 7.0, reversal: Any = -70.0) -> RiseAndDecay:
    """Fast inhibition by γ-aminobutyric acid: chloride.

    Example:
        >>> print(gaba_a().current.into(1.0, -55.0))
        -15.0
    """
    return RiseAndDecay(rise, decay, Conductance(reversal), unit_peak=True)


def gaba_b(rise: Any = 60.0, decay: Any = 200.0, reversal: Any = -90.0) -> RiseAndDecay:
    """Slow inhibition by γ-aminobutyric acid: potassium.

    Example:
        >>> print(gaba_b().peak_time.round(1))  # ms
        103.2
    """
    return RiseAndDecay(rise, decay, Conductance(reversal), unit_peak=True)


def ampa_like(order: int = 0) -> Synapse:
    """The notes' fast synapse: a current of unit area with τ = 10 ms.

    Example:
        >>> print(ampa_like().kernel(0.0))
        0.1
    """
    return Synapse(10.0, order, unit_area=True)


def nmda_like(order: int = 0) -> Synapse:
    """The notes' slow synapse: a current of unit area with τ = 300 ms.

    Example:
        >>> print(nmda_like(order=1).peak_time)
        300.0
    """
    return Synapse(300.0, order, unit_area=True)
