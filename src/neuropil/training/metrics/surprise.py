"""How surprising the right symbol is to a network that predicts it: for models of text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

from neuropil.nn.functional.cross_entropy import cross_entropy
from neuropil.training.metrics.metric import OverallMetric

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from neuropil.arrays import Array


@final
class BitsPerCharacter(OverallMetric):
    """−⟨log₂ p⟩ of the right classes: ``bits_per_character``. Targets of -100 do not count.

    With it an arithmetic coder would write the text.

    Raises:
        ShapeError, DataError: (when called) Logits and targets do not belong together.

    Example:
        >>> import numpy as np
        >>> BitsPerCharacter()(np.zeros((1, 8, 3)), np.array([[0, 7, -100]]))
        3.0
    """

    def __init__(self) -> None:
        self.__name__ = "bits_per_character"

    def __call__(self, output: Float[Array, "n classes *d"], target: Int[Array, "n *d"]) -> float:
        """The bits for all samples."""
        return float(cross_entropy(output, target)) / math.log(2.0)


@final
class Perplexity(OverallMetric):
    """exp(−⟨ln p⟩) of the right classes: ``perplexity``. Targets of -100 do not count.

    So many equally probable symbols would surprise as much.

    Raises:
        ShapeError, DataError: (when called) Logits and targets do not belong together.

    Example:
        >>> import numpy as np
        >>> Perplexity()(np.zeros((1, 8, 3)), np.array([[0, 7, -100]]))
        8.0
    """

    def __init__(self) -> None:
        self.__name__ = "perplexity"

    def __call__(self, output: Float[Array, "n classes *d"], target: Int[Array, "n *d"]) -> float:
        """The perplexity for all samples."""
        return math.exp(float(cross_entropy(output, target)))
