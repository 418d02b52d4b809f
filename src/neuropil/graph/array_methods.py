"""The operators and methods of arrays, declared where readers and type checkers look for them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from neuropil.graph.functions import functions

V = TypeVar("V")


class ArrayMethods(Generic[V]):
    """What a Variable can do because it is an array: each method calls the function of its name."""

    __slots__ = ()
    __hash__ = object.__hash__  # identity: == compares elements

    @property
    def T(self) -> V:
        """The transpose of a matrix."""
        return functions["transpose"](self)

    @property
    def mT(self) -> V:
        """The last two axes exchanged."""
        return functions["matrix_transpose"](self)

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """The sum over ``axis``."""
        return functions["sum"](self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """The mean over ``axis``."""
        return functions["mean"](self, axis=axis, keepdims=keepdims)

    def prod(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """The product over ``axis``."""
        return functions["prod"](self, axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """The largest element over ``axis``."""
        return functions["max"](self, axis=axis, keepdims=keepdims)

    def min(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """The smallest element over ``axis``."""
        return functions["min"](self, axis=axis, keepdims=keepdims)

    def std(self, axis: Any = None, *, correction: float = 0.0, keepdims: bool = False) -> V:
        """The standard deviation over ``axis``."""
        return functions["std"](self, axis=axis, correction=correction, keepdims=keepdims)

    def var(self, axis: Any = None, *, correction: float = 0.0, keepdims: bool = False) -> V:
        """The variance over ``axis``."""
        return functions["var"](self, axis=axis, correction=correction, keepdims=keepdims)

    def all(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """Whether all elements over ``axis`` are true."""
        return functions["all"](self, axis=axis, keepdims=keepdims)

    def any(self, axis: Any = None, *, keepdims: bool = False) -> V:
        """Whether any element over ``axis`` is true."""
        return functions["any"](self, axis=axis, keepdims=keepdims)

    def argmax(self, axis: int | None = None, *, keepdims: bool = False) -> V:
        """The index of the largest element."""
        return functions["argmax"](self, axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, *, keepdims: bool = False) -> V:
        """The index of the smallest element."""
        return functions["argmin"](self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> V:
        """The same elements in another shape, given as a tuple or as numbers."""
        return functions["reshape"](self, shape[0] if len(shape) == 1 else shape)

    def squeeze(self, axis: Any) -> V:
        """Without the axes ``axis``, which have length 1."""
        return functions["squeeze"](self, axis)

    def astype(self, dtype: Any) -> V:
        """The elements in another data type."""
        return functions["astype"](self, dtype)

    def __add__(self, other: Any) -> V:
        return functions["add"](self, other)

    def __radd__(self, other: Any) -> V:
        return functions["add"](other, self)

    def __sub__(self, other: Any) -> V:
        return functions["subtract"](self, other)

    def __rsub__(self, other: Any) -> V:
        return functions["subtract"](other, self)

    def __mul__(self, other: Any) -> V:
        return functions["multiply"](self, other)

    def __rmul__(self, other: Any) -> V:
        return functions["multiply"](other, self)

    def __truediv__(self, other: Any) -> V:
        return functions["divide"](self, other)

    def __rtruediv__(self, other: Any) -> V:
        return functions["divide"](other, self)

    def __floordiv__(self, other: Any) -> V:
        return functions["floor_divide"](self, other)

    def __rfloordiv__(self, other: Any) -> V:
        return functions["floor_divide"](other, self)

    def __mod__(self, other: Any) -> V:
        return functions["remainder"](self, other)

    def __rmod__(self, other: Any) -> V:
        return functions["remainder"](other, self)

    def __pow__(self, other: Any) -> V:
        return functions["pow"](self, other)

    def __rpow__(self, other: Any) -> V:
        return functions["pow"](other, self)

    def __matmul__(self, other: Any) -> V:
        return functions["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> V:
        return functions["matmul"](other, self)

    def __and__(self, other: Any) -> V:
        return functions["bitwise_and"](self, other)

    def __rand__(self, other: Any) -> V:
        return functions["bitwise_and"](other, self)

    def __or__(self, other: Any) -> V:
        return functions["bitwise_or"](self, other)

    def __ror__(self, other: Any) -> V:
        return functions["bitwise_or"](other, self)

    def __xor__(self, other: Any) -> V:
        return functions["bitwise_xor"](self, other)

    def __rxor__(self, other: Any) -> V:
        return functions["bitwise_xor"](other, self)

    def __lshift__(self, other: Any) -> V:
        return functions["bitwise_left_shift"](self, other)

    def __rlshift__(self, other: Any) -> V:
        return functions["bitwise_left_shift"](other, self)

    def __rshift__(self, other: Any) -> V:
        return functions["bitwise_right_shift"](self, other)

    def __rrshift__(self, other: Any) -> V:
        return functions["bitwise_right_shift"](other, self)

    def __invert__(self) -> V:
        return functions["bitwise_invert"](self)

    def __neg__(self) -> V:
        return functions["negative"](self)

    def __pos__(self) -> V:
        return functions["positive"](self)

    def __abs__(self) -> V:
        return functions["abs"](self)

    def __lt__(self, other: Any) -> V:
        return functions["less"](self, other)

    def __le__(self, other: Any) -> V:
        return functions["less_equal"](self, other)

    def __gt__(self, other: Any) -> V:
        return functions["greater"](self, other)

    def __ge__(self, other: Any) -> V:
        return functions["greater_equal"](self, other)

    def __eq__(self, other: object) -> V:  # type: ignore[override]  # elementwise
        return functions["equal"](self, other)

    def __ne__(self, other: object) -> V:  # type: ignore[override]  # elementwise
        return functions["not_equal"](self, other)

    def __getitem__(self, key: Any) -> V:
        return functions["getitem"](self, key)
