"""Variables: arrays that remember how they were made (notes 4.1)."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays import Array, is_array
from neuropil.errors import DTypeError, GraphError
from neuropil.graph import display
from neuropil.graph.array_methods import ArrayMethods
from neuropil.graph.functions import functions
from neuropil.graph.ownership import own
from neuropil.graph.pullback import pull_back
from neuropil.graph.recording import mode
from neuropil.graph.traversal import beneath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType
    from typing import Self

    from neuropil.graph.operation import Operation


class Variable(ArrayMethods["Variable"]):
    """An array in an expression graph.

    Args:
        value: A number, a (nested) list or an array. An array is shared, not copied.
        name: Shown in printed forms and error messages.
        requires_grad: Whether `backward` computes a gradient. By default true for real floating
            dtypes; other dtypes have no derivative.

    Attributes:
        value: The array. Assign to it and `evaluate` what depends on it again.
        grad: After `backward`, the gradient: an array, or a Variable under ``create_graph``.
        creator: The Operation that made it, None for a leaf.
        retain_grads: Whether `backward` keeps the gradient of this inner Variable.

    Raises:
        DTypeError: ``value`` is not numeric, or ``requires_grad`` of a dtype without derivative.

    Example:
        >>> import neuropil as npl
        >>> x, y = npl.Variable(0.5, name="x"), npl.Variable(2.0, name="y")
        >>> f = npl.sin(x) + x * y
        >>> f.backward()
        >>> print(round(f.item(), 4), round(x.grad.item(), 4), y.grad)
        1.4794 2.8776 0.5
    """

    __slots__ = ("__weakref__", "creator", "grad", "name", "requires_grad", "retain_grads", "value")
    __array_ufunc__ = None  # so that ndarray * Variable asks the Variable

    value: Any
    grad: Any
    creator: Operation | None
    name: str | None
    requires_grad: bool
    retain_grads: bool

    def __init__(
        self, value: Any, *, name: str | None = None, requires_grad: bool | None = None
    ) -> None:
        if isinstance(value, Variable):
            raise GraphError("this is a Variable already: wrap v.detach() to begin a new graph")
        foreign = is_array(value) and not isinstance(value, np.ndarray | np.generic)
        self.value = value if foreign else np.asarray(value)
        if self.value.dtype.kind in "OSUMm":
            raise DTypeError(f"a Variable holds numbers, got {self.value.dtype}: convert first")
        differentiable = self.value.dtype.kind not in "biuc"
        if requires_grad and not differentiable:
            raise DTypeError(
                f"only real floating dtypes have a gradient, got {self.value.dtype}: "
                "convert (x.astype('float32')) or leave requires_grad out"
            )
        self.requires_grad = differentiable if requires_grad is None else requires_grad
        self.grad = None
        self.creator = None
        self.name = name
        self.retain_grads = False

    @classmethod
    def made(cls, value: Any, creator: Operation | None, requires_grad: bool) -> Variable:
        """The result of an Operation. For primitives: checks nothing."""
        variable = _new(Variable)
        variable.value = value
        variable.grad = None
        variable.creator = creator
        variable.name = None
        variable.requires_grad = requires_grad
        variable.retain_grads = False
        return variable

    @classmethod
    def constant(cls, value: Any) -> Variable:
        """A result that is not recorded."""
        return cls.made(value, None, False)

    # ------------------------------------------------------------------ the array it holds

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(self.value.shape)

    @property
    def dtype(self) -> Any:
        """The data type."""
        return self.value.dtype

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return int(self.value.ndim)

    @property
    def size(self) -> int:
        """How many elements there are."""
        return int(self.value.size)

    @property
    def device(self) -> Any:
        """Where the array is."""
        return self.value.device

    def detach(self) -> Array:
        """The plain array, sharing memory: what is computed from it is not recorded."""
        return self.value

    def item(self) -> Any:
        """The only element as a Python number."""
        return self.value.item()

    def numpy(self) -> np.ndarray[Any, Any]:
        """The array of a Variable without gradient; otherwise raises, as PyTorch does."""
        self._refuse_to_cut("numpy()")
        return np.asarray(self.value)

    def tolist(self) -> Any:
        """The values as nested Python lists."""
        return self.value.tolist()

    # ------------------------------------------------------------------ the graph it stands in

    def evaluate(self) -> Array:
        """Recompute every value beneath this Variable, and return its own (notes 4.1.1).

        Example:
            >>> x = Variable(2.0)
            >>> f = x * x
            >>> x.value = np.asarray(3.0)
            >>> print(f.evaluate())
            9.0
        """
        for variable in beneath(self):
            if variable.creator is not None:
                variable.value = variable.creator.compute()
            else:
                variable.value = _leaf_array(variable.value, variable.requires_grad)
        return self.value

    def backward(self, seed: Array = None, *, create_graph: bool = False) -> None:
        """Add the derivatives of this Variable to the ``grad`` of its leaves (notes 4.1.2).

        May be called again: gradients add up until `zero_grad`.

        Args:
            seed: The cotangent of this Variable, of its shape; 1 for a scalar.
            create_graph: Make the gradients Variables that can be differentiated again.

        Raises:
            GraphError: Nothing beneath requires a gradient, or a non-scalar has no seed.
            ShapeError: ``seed`` has another shape.
        """
        if not self.requires_grad:
            raise GraphError(
                "backward from a Variable without gradient: nothing it was made from requires "
                "one, or it was computed under no_grad()"
            )
        results = pull_back([self], [seed], create_graph)
        given = {id(getattr(seed, "value", seed))}  # the caller's
        for variable, cotangent in results:
            if variable.grad is not None:
                variable.grad = variable.grad + cotangent
            elif create_graph:
                variable.grad = cotangent
            else:
                variable.grad = own(cotangent, given)

    def zero_grad(self) -> None:
        """Forget the gradients of this Variable and of everything beneath it."""
        for variable in beneath(self):
            variable.grad = None

    def __copy__(self) -> Variable:
        """Another Variable with the same array and creator, without the gradient."""
        copied = type(self).__new__(type(self))
        copied.value, copied.creator, copied.name = self.value, self.creator, self.name
        copied.requires_grad, copied.retain_grads = self.requires_grad, self.retain_grads
        copied.grad = None
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        """A copy with arrays of its own, of this Variable and everything beneath it."""
        for variable in beneath(self):
            if id(variable) in memo:
                continue
            copied = variable.__copy__()
            copied.value, copied.grad = _copied(variable.value), _copied(variable.grad)
            operation = variable.creator
            if operation is not None:
                parents = [(position, memo[id(parent)]) for position, parent in operation.parents]
                args = list(operation.args)
                for position, parent in parents:
                    args[position] = parent
                copied.creator = type(operation)(
                    operation.primitive, tuple(args), operation.settings, parents
                )
            memo[id(variable)] = copied
        result: Variable = memo[id(self)]
        return result

    def _refuse_to_cut(self, conversion: str) -> None:
        if self.requires_grad:
            raise GraphError(
                f"{conversion} would leave the expression graph unseen: use v.detach() for the "
                "array, v.item() for the number"
            )

    # ------------------------------------------------------------------ Python's protocols

    def __array_namespace__(self, *, api_version: str | None = None) -> ModuleType:
        namespace: Any = functions["namespace"](api_version)
        return namespace

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        self._refuse_to_cut("np.asarray(v)")
        return np.array(self.value, dtype=dtype, copy=copy)

    def __dlpack__(self, **settings: Any) -> Any:
        self._refuse_to_cut("from_dlpack(v)")
        return self.value.__dlpack__(**settings)

    def __dlpack_device__(self) -> Any:
        return self.value.__dlpack_device__()

    def __float__(self) -> float:
        self._refuse_to_cut("float(v)")
        return float(self.value)

    def __int__(self) -> int:
        self._refuse_to_cut("int(v)")
        return int(self.value)

    def __index__(self) -> int:
        self._refuse_to_cut("an index")
        return int(self.value.__index__())

    def __complex__(self) -> complex:
        self._refuse_to_cut("complex(v)")
        return complex(self.value)

    def __bool__(self) -> bool:
        self._refuse_to_cut("a truth value of v")
        return bool(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Variable]:
        if self.ndim == 0:
            raise TypeError("iteration over a Variable without axes")
        return (self[index] for index in range(len(self)))

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __repr__(self) -> str:
        return display.text(self)

    def _repr_html_(self) -> str:
        return display.html(self)

    def to_device(self, device: Any, /, *, stream: Any = None) -> Variable:  # noqa: ARG002 (the standard's)
        """This Variable where it is; other devices belong to the compiled engines."""
        if device != self.device:
            raise ValueError(f"the value is on {self.device}: compile a step to use {device}")
        return self

    # ------------------------------------------------------------------ updates in place

    def __setitem__(self, key: Any, value: Any) -> None:
        """Write into the array, under `no_grad` or where no gradient is asked for."""
        self._check_update(value)
        self.value = _writable(self.value)
        self.value[key] = plain(value)

    def __iadd__(self, other: Any) -> Self | Variable:
        return self._updated("add", operator.iadd, other)

    def __isub__(self, other: Any) -> Self | Variable:
        return self._updated("subtract", operator.isub, other)

    def __imul__(self, other: Any) -> Self | Variable:
        return self._updated("multiply", operator.imul, other)

    def __itruediv__(self, other: Any) -> Self | Variable:
        return self._updated("divide", operator.itruediv, other)

    def __ifloordiv__(self, other: Any) -> Self | Variable:
        return self._updated("floor_divide", operator.ifloordiv, other)

    def __imod__(self, other: Any) -> Self | Variable:
        return self._updated("remainder", operator.imod, other)

    def __ipow__(self, other: Any) -> Self | Variable:
        return self._updated("pow", operator.ipow, other)

    def _updated(self, name: str, write: Callable[[Any, Any], Any], other: Any) -> Self | Variable:
        """This Variable, changed in place; a new one of a result, or of a constant and a result.

        ``loss += penalty`` and ``total += loss`` are recorded: writing would cut the graph.
        """
        constant = not self.requires_grad and getattr(other, "requires_grad", False)
        if mode.recording and (self.creator is not None or constant):
            return functions[name](self, other)
        self._check_update(other)
        self.value = write(_writable(self.value), plain(other))
        return self

    def _check_update(self, written: Any) -> None:
        if mode.recording and (self.requires_grad or getattr(written, "requires_grad", False)):
            raise GraphError(
                "an update in place would change the graph unseen: write it in "
                "`with npl.no_grad():`, or make a new Variable"
            )


_new = object.__new__


def _leaf_array(value: Any, requires_grad: bool) -> Array:
    """What was assigned to a leaf as an array: a number, a list, integers to differentiate."""
    array = value if is_array(value) else np.asarray(value)
    return array.astype(np.float64) if requires_grad and array.dtype.kind in "biu" else array


def _writable(value: Any) -> Any:
    """The array itself; of one of NumPy's scalars, which cannot be written to, an array."""
    if isinstance(value, np.ndarray) and not value.flags.writeable:
        raise GraphError(
            "the array of this Variable is read-only (a broadcast view, a mapped file): "
            "give it one of its own, v.value = v.value.copy()"
        )
    return np.asarray(value) if isinstance(value, np.generic) else value


def plain(value: Any) -> Any:
    """The array of a Variable; anything else as it is.

    Example:
        >>> plain(Variable(1.0)), plain(2.0)
        (array(1.), 2.0)
    """
    return value.value if isinstance(value, Variable) else value


def _copied(value: Any) -> Any:
    if type(value) is tuple:
        return tuple(map(_copied, value))
    if isinstance(value, Variable):  # a gradient kept under create_graph
        return Variable(_copied(value.value), requires_grad=value.requires_grad)
    return None if value is None else value.copy()
