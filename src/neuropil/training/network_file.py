"""Networks as files: parameters, buffers and, where it can be written down, the architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.errors import FileFormatError, NeuropilError
from neuropil.nn import build, describe
from neuropil.random import use
from neuropil.storage import load_tensors, save_tensors
from neuropil.training.tensor_file import CHECKPOINT, NETWORK, VERSION, fits, require, under

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from neuropil.nn import Module


def save(net: Module, path: str | os.PathLike[str]) -> None:
    """Write a network to a safetensors file, atomically.

    The file holds every parameter and buffer and, if the network is made of neuropil's own layers,
    its description, so that `load` needs nothing else. What was shared is shared again.

    Raises:
        WriteError: A full disk, …; the file that was there stands.

    Example:
        >>> from neuropil import nn
        >>> net = nn.Sequential(nn.Linear(8, 3), nn.Sigmoid())
        >>> save(net, getfixture("tmp_path") / "encoder.safetensors")
        >>> load(getfixture("tmp_path") / "encoder.safetensors")[0].weight.shape
        (3, 8)
    """
    notes = {"kind": NETWORK, "version": VERSION, "network": description_of(net)}
    save_tensors(path, net.state_dict(), notes)


def load(path: str | os.PathLike[str], net: Module | None = None) -> Module:
    """The network in a file: of `save`, a checkpoint of `fit`, or another library's safetensors.

    Args:
        path: The file.
        net: A network to fill and return. Needed where the file does not say the architecture:
            networks with layers of your own, state dicts of PyTorch.

    Raises:
        FileFormatError: The file is missing, truncated, foreign, of a newer version, or does not
            fit ``net``; says which tensors differ.
    """
    tensors, notes = load_tensors(path)
    kind = notes.get("kind")
    if kind is not None:
        require(notes, path, {NETWORK, CHECKPOINT})
    if kind == CHECKPOINT:
        tensors = under("network.", tensors)
    if net is None:
        net = _built(notes.get("network"), path, tensors)
    fits(net.state_dict(), tensors, f"{path} does not fit the network")
    net.load_state_dict(tensors)
    return net


def description_of(net: Module) -> dict[str, Any] | None:
    """`nn.describe`, or None for a network that has layers of the user's own."""
    try:
        return describe(net)
    except NeuropilError:
        return None


def _built(
    description: Any, path: str | os.PathLike[str], tensors: Mapping[str, NDArray[Any]]
) -> Module:
    if description is None:
        raise FileFormatError(
            f"{path} holds tensors but not the architecture they belong to: build the network "
            "and pass it, load(path, net)"
        )
    try:
        with use(0):  # loading a network must not move anybody's random numbers
            net = build(description)
    except (NeuropilError, TypeError, ValueError, AttributeError) as error:
        raise FileFormatError(f"the description in {path} cannot be built: {error}") from error
    dtypes = {array.dtype for array in tensors.values() if array.dtype.kind == "f"}
    if len(dtypes) == 1:
        net.astype(dtypes.pop())
    return net
