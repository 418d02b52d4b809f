"""Modules: layers and networks, which own parameters and compute with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DTypeError, NeuropilError
from neuropil.graph import Variable
from neuropil.nn.members import Owner, members, named_variables, places, unique
from neuropil.nn.observation import notify, observers
from neuropil.nn.parameter import Parameter
from neuropil.nn.state import load_state, state_of
from neuropil.nn.tree import as_tree
from neuropil.random import Generator

if TYPE_CHECKING:
    from typing import Self

    from neuropil.nn.state import Mismatch, State
    from neuropil.nn.summary import Summary


def _no_forward(self: Module, *inputs: Any, **settings: Any) -> Any:
    raise NotImplementedError(
        f"{type(self).__name__} cannot be called: define its method forward(self, x)"
    )


class Module(Owner):
    """Base of layers and networks. A subclass writes `forward`.

    The attributes of a module are its parts: a Module is a child, a `Parameter` is trained,
    another Variable is a buffer (carried along, saved, not trained). Nothing is registered, and
    calling ``super().__init__()`` is a habit that does no harm.

    Attributes:
        training: Whether layers such as `Dropout` behave as in training; see `train`, `eval`.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> class Perceptron(nn.Module):
        ...     def __init__(self):
        ...         self.hidden = nn.Linear(2, 3)
        ...         self.out = nn.Linear(3, 1)
        ...     def forward(self, x):
        ...         return nn.functional.sigmoid(self.out(nn.functional.tanh(self.hidden(x))))
        >>> net = Perceptron()
        >>> [name for name, _ in net.named_parameters()]
        ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias']
        >>> net(np.zeros((5, 2), np.float32)).shape
        (5, 1)
    """

    training: bool = True
    forward: Callable[..., Any] = _no_forward

    def __call__(self, *inputs: Any, **settings: Any) -> Any:
        """``forward(*inputs)``; an error on the way says in which layer it came up."""
        try:
            output = self.forward(*inputs, **settings)
        except NeuropilError as error:
            _locate(error, self)
            raise
        if observers:
            notify(self, inputs, output)
        return output

    # ------------------------------------------------------------------ what it is made of

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes of this one, by name."""
        return unique(members(self, Module))

    def children(self) -> Iterator[Module]:
        """The modules that are attributes of this one."""
        return (child for _, child in self.named_children())

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module (named ``""``) and every module beneath it, each once."""
        return unique((path[:-1], module) for path, module in places(self, Module))

    def modules(self) -> Iterator[Module]:
        """This module and every module beneath it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its path, each once: shared weights come under their first name."""
        return unique(
            (name, variable)
            for name, variable in named_variables(self)
            if isinstance(variable, Parameter)
        )

    def parameters(self) -> Iterator[Parameter]:
        """Every parameter, each once; what an optimizer is given."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Variable]]:
        """Every Variable that is no parameter, with its path."""
        return unique(
            (name, variable)
            for name, variable in named_variables(self)
            if not isinstance(variable, Parameter)
        )

    def buffers(self) -> Iterator[Variable]:
        """Every Variable that is no parameter."""
        return (buffer for _, buffer in self.named_buffers())

    def named_generators(self) -> Iterator[tuple[str, Generator]]:
        """Every Generator a module draws from (`Dropout`), with its path.

        A Generator is not in `state_dict`, which holds what a network computes with; a
        checkpoint that is to go on to the bit saves the Generators as well.
        """
        return unique(
            (path + name, generator)
            for path, module in places(self, Module)
            for name, generator in members(module, Generator)
        )

    # ------------------------------------------------------------------ saving and loading

    def state_dict(self) -> State:
        """Copies of all parameters and buffers by their paths, which are PyTorch's.

        Example:
            >>> from neuropil import nn
            >>> {name: x.shape for name, x in nn.Sequential(nn.Linear(8, 3)).state_dict().items()}
            {'0.weight': (3, 8), '0.bias': (3,)}
        """
        return state_of(dict(named_variables(self)))

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> Mismatch:
        """Write saved arrays into the parameters and buffers, which stay the objects they are.

        Numbers are converted to the dtype of each parameter.

        Args:
            state: What `state_dict` gave, or a PyTorch state dict as NumPy arrays.
            strict: Whether the names must be the same; False loads those that both have.

        Returns:
            The names that only one side has, ``missing_keys`` and ``unexpected_keys``.

        Raises:
            DataError: The names differ, or something in it is no array of real
                numbers.
            ShapeError: A shape differs. In each case nothing has been written.
        """
        return load_state(dict(named_variables(self)), state, type(self).__name__, strict=strict)

    # ------------------------------------------------------------------ changing all parts

    def train(self, mode: bool = True) -> Self:
        """Put this module and all beneath it into training mode (``False``: into eval mode)."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Put this module and all beneath it into eval mode: `Dropout` lets everything pass."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def astype(self, dtype: Any) -> Self:
        """Convert all floating parameters and buffers in place, and forget their gradients.

        Raises:
            DTypeError: ``dtype`` is not a real floating dtype.

        Example:
            >>> from neuropil import nn
            >>> nn.Linear(2, 1).astype("float64").weight.dtype
            dtype('float64')
        """
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise DTypeError(f"a network computes with floating numbers, got {dtype}: use float32")
        for _, variable in named_variables(self):
            if variable.value.dtype.kind == "f":
                variable.value = variable.value.astype(dtype)
                variable.grad = None
        return self

    # ------------------------------------------------------------------ looking at it

    def summary(self, input_shape: tuple[int, ...], *, dtype: Any = None) -> Summary:
        """A table of the layers with their output shapes and parameter counts.

        Args:
            input_shape: The shape of one sample, without the batch axis: ``(1, 28, 28)``.
            dtype: Of the input; by default that of the parameters.

        Example:
            >>> from neuropil import nn
            >>> net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
            >>> print(net.summary((1, 8, 8)))
            layer       type        output   parameters
            0           Flatten     (N, 64)           0
            1           Linear      (N, 32)       2 080
            2           ReLU        (N, 32)           0
            3           Linear      (N, 10)         330
            Sequential  4 layers    (N, 10)       2 410
        """
        from neuropil.nn.summary import summarise

        return summarise(self, input_shape, dtype)

    def __repr__(self) -> str:
        return as_tree(self)


def _locate(error: NeuropilError, module: Module) -> None:
    """Put the path from ``module`` to the module the error came out of in front of its message."""
    inner, error.passed = error.passed, module
    if inner is not None:
        name = next((name for name, found in module.named_modules() if found is inner), "")
        if name:
            error.enter(name)
