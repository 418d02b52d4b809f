"""A network that reads sequences, step by step: between two steps its state can be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil import nn
from neuropil.errors import DataError, NeuropilError
from neuropil.graph import plain
from neuropil.nn.modes import inference

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array

    Numpy = np.ndarray[Any, Any]

States = Mapping[int, Any]
"""What each recurrent layer hands on to the next step, by its place among the layers."""


def recurrent_places(network: nn.Module) -> list[int]:
    """Where the recurrent layers of a network are among its layers.

    Example:
        >>> net = nn.Sequential(nn.Embedding(5, 3), nn.EveryState(nn.LSTM(3, 4)), nn.Linear(4, 5))
        >>> recurrent_places(net), recurrent_places(nn.Linear(3, 4))
        ([1], [])
    """
    if not isinstance(network, nn.Sequential):
        return []
    return [place for place, layer in enumerate(network) if _is_recurrent(layer)]


def check_steps(network: nn.Module, inputs: Shaped[Numpy, "batch time *features"]) -> None:
    """Refuse a network that cannot be run step by step.

    Args:
        network: The network.
        inputs: A sequence or several, to try.

    Raises:
        DataError: It has no recurrent layer; one of them reads from the end as well, or takes time
            as the first axis; another layer looks at several steps.
    """
    places = recurrent_places(network)
    if not places:
        raise DataError(
            "a network can be run step by step if recurrent layers (EveryState, LastState) are "
            "among its layers, and this one has none"
        )
    for place in places:
        layer = network[place].layer  # type: ignore[index]
        if layer.bidirectional or not layer.batch_first:
            raise DataError(
                f"layer {place} cannot be run step by step: it has to read in one direction "
                "(bidirectional = false) and to take the batch first (batch_first = true)"
            )
    if not _says_the_same(network, inputs):
        raise DataError(
            "this network cannot be run step by step: a layer of it looks at several steps at once"
        )


def steps(
    network: nn.Module, inputs: Shaped[Array, "batch time *features"], states: States | None = None
) -> Iterator[tuple[Array, dict[int, Any]]]:
    """Give a network one step of sequences after the other.

    Args:
        network: One that `check_steps` does not refuse.
        inputs: The sequences.
        states: Those after the step before; by default the sequences begin.

    Yields:
        The output for each step alone, and the states after it.

    Example:
        >>> import numpy as np
        >>> net = nn.Sequential(nn.EveryState(nn.GRU(3, 4, batch_first=True)), nn.Linear(4, 2))
        >>> x = np.ones((5, 7, 3), np.float32)
        >>> *_, (output, _) = steps(net, x)
        >>> np.allclose(output.value[:, 0], net(x).value[:, -1], atol=1e-6)
        True
    """
    for t in range(inputs.shape[1]):
        output, states = _step(network, inputs[:, t : t + 1], states or {})
        yield output, states


def parts(state: Any) -> tuple[Any, ...]:
    """The arrays of a recurrent layer's state, (layers, batch, units): h, and c of an LSTM."""
    return state if isinstance(state, tuple) else (state,)


def _says_the_same(network: nn.Module, inputs: Numpy) -> bool:
    """Whether the output for the last step is that of the network for the whole sequence."""
    with inference(network):
        whole = np.asarray(plain(network(inputs)))
        try:
            *_, (output, _) = steps(network, inputs)
        except NeuropilError:
            return False
    last = np.asarray(plain(output))
    if whole.ndim != last.ndim:
        return False
    for axis, length in enumerate(last.shape):
        if length == 1 and whole.shape[axis] == inputs.shape[1]:  # time
            whole = whole.take([-1], axis=axis)
    return whole.shape == last.shape and np.allclose(last, whole, rtol=1e-3, atol=1e-4)


def _step(network: Any, x: Array, states: States) -> tuple[Array, dict[int, Any]]:
    after = {}
    for place, layer in enumerate(network):
        if _is_recurrent(layer):
            _, after[place] = layer.layer(x, states.get(place), outputs=False)
            hidden = parts(after[place])[0][-1]
            x = hidden if isinstance(layer, nn.LastState) else hidden[:, None]
        else:
            x = layer(x)
    return x, after


def _is_recurrent(layer: nn.Module) -> bool:
    return isinstance(layer, nn.EveryState | nn.LastState)
