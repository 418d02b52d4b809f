"""The Generators that layers and data sets hold, which a checkpoint has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.random import Generator

if TYPE_CHECKING:
    from neuropil.data import Dataset
    from neuropil.nn import Module


def held_generators(net: Module, dataset: Dataset) -> dict[str, Generator]:
    """Every Generator that is an attribute of a layer or of a data set, by its place.

    Of a data set that wraps another (``dataset.dataset``), the inner one is searched too.

    Example:
        >>> from neuropil import data, nn
        >>> net = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5, rng=0))
        >>> list(held_generators(net, data.xor()))
        ['network.1.rng']
    """
    found = {f"network.{place}": generator for place, generator in net.named_generators()}
    place = "data"
    owner: Any = dataset
    while owner is not None:
        for name, value in getattr(owner, "__dict__", {}).items():
            if isinstance(value, Generator):
                found[f"{place}.{name}"] = value
        place, owner = f"{place}.dataset", getattr(owner, "dataset", None)
    return found
