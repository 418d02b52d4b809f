"""Ctrl-C during a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from neuropil.neurons.fitting.fit import Fit


@final
class FitInterrupted(KeyboardInterrupt):
    """Ctrl-C during a fit.

    Attributes:
        fit: What was found until then.
    """

    def __init__(self, fit: Fit) -> None:
        super().__init__("the fit was stopped; what was found until then is the error's fit")
        self.fit = fit
