"""A model of text predicts each character from those before it: it must not see what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.nn.modes import inference

if TYPE_CHECKING:
    from jaxtyping import Int

    from neuropil.nn import Module

    Numpy = np.ndarray[Any, Any]

TRIED = 16
"""At how many places a text is changed, to see whether the outputs before them change."""


def check_looks_back(network: Module, text: Int[Numpy, " time"], vocabulary: int) -> None:
    """Refuse a network whose output at one place depends on symbols behind it: the answers.

    Args:
        network: From symbols (n, time) to outputs (n, vocabulary, time).
        text: Some symbols, to try.
        vocabulary: How many symbols there are.

    Raises:
        DataError: It does.

    Example:
        >>> from neuropil import nn
        >>> gru = nn.EveryState(nn.GRU(3, 5, batch_first=True, rng=0))
        >>> net = nn.Sequential(nn.Embedding(5, 3, rng=0), gru, nn.Permute((0, 2, 1)))
        >>> check_looks_back(net, np.arange(5), 5)
    """
    time = len(text)
    cuts = np.arange(time)[max(1, (time - TRIED) // 2) :][:TRIED]
    is_behind = np.arange(time) >= cuts[:, np.newaxis]
    changed = np.where(is_behind, (text + 1) % vocabulary, text)
    with inference(network):
        whole, *others = np.asarray(plain(network(np.concatenate([text[np.newaxis], changed]))))
    rounding = 1e-4 * float(np.abs(whole).max())
    for cut, other in zip(cuts, others, strict=True):
        if np.abs(other - whole)[..., :cut].max() > rounding:
            raise DataError(
                f"what the network says of the first {cut} characters changes with those behind, "
                "which are the answers: let layers read from the left alone, recurrent ones with "
                "bidirectional = false, and none look ahead, as a convolution or a normalisation "
                "along time does"
            )
