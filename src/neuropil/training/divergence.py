"""Where numbers stopped being finite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays.trees import flatten
from neuropil.errors import DivergenceError
from neuropil.graph import no_grad, plain
from neuropil.nn import observe
from neuropil.training.untouched import untouched

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neuropil.arrays import Array
    from neuropil.nn import Module


def is_finite(value: Any) -> bool:
    """Whether every number of an array, a Variable or a (nested) tuple of them is finite."""
    if isinstance(value, tuple | list):
        return all(map(is_finite, value))
    value = plain(value)
    return bool(np.all(np.isfinite(value))) if hasattr(value, "dtype") else True


def diverged(net: Module, inputs: Array, targets: Array, remark: str) -> DivergenceError:
    """The error for a batch whose loss is not finite; names the layer where that began.

    Looks at the batch, then at the parameters, then repeats the forward pass and watches every
    layer. The first layer whose inputs are finite and whose output is not is where it began: of a
    layer and the layers within it, the innermost.

    Args:
        net: The network, in the mode it had.
        inputs: Those of the batch.
        targets: Those of the batch.
        remark: What happened and what to do, for the end of the message.
    """
    for name, array in (("inputs", inputs), ("targets", targets)):
        if not is_finite(array):
            return DivergenceError(
                f"the {name} of a batch hold numbers that are not finite: clean the data; {remark}"
            )
    if error := diverged_parameters(net, remark):
        return error
    places: list[tuple[str, str]] = []
    names = {id(module): name for name, module in net.named_modules()}

    def look(module: Module, module_inputs: Any, output: Any) -> None:
        if not places and is_finite(module_inputs) and not is_finite(output):
            places.append((names.get(id(module), ""), type(module).__name__))

    drawn = (generator.counter for _, generator in net.named_generators())
    with untouched([*net.buffers(), *drawn]), no_grad(), observe(look):
        output = net(inputs)
    if places:
        path, kind = places[0]
        return _at(path, f"{kind} gave the first numbers that are not finite; {remark}")
    parts = [plain(part) for part in flatten(output)[0]]
    least, largest = min(map(np.min, parts)), max(map(np.max, parts))
    return DivergenceError(
        f"the network's outputs are finite (from {least:.3g} to {largest:.3g}), but their loss is "
        "not: it overflows there, takes the logarithm of 0 (which BCEWithLogitsLoss and "
        "CrossEntropyLoss avoid), or divides by 0 (classes of weight 0, or labels that are "
        f"ignored, in the whole batch: take larger ones); {remark}"
    )


def diverged_parameters(net: Module, remark: str) -> DivergenceError | None:
    """The error that names the first parameter or buffer which is not finite, if one is not."""
    for name, variable in _state(net):
        if not is_finite(variable):
            path, _, last = name.rpartition(".")
            return _at(
                path, f"the last update left numbers that are not finite in {last}; {remark}"
            )
    return None


def _state(net: Module) -> Iterable[tuple[str, Any]]:
    yield from net.named_parameters()
    yield from net.named_buffers()


def _at(path: str, message: str) -> DivergenceError:
    error = DivergenceError(message)
    error.layer_path = tuple(path.split(".")) if path else ()
    return error
