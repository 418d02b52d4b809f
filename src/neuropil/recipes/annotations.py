"""Which TOML values an annotation takes: a constructor's signature is the schema of its table."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

from neuropil.nn import Module


class Unknown:
    """Stands for a name that exists for type checkers only: nothing is known of it."""

    def __class_getitem__(cls, _: object) -> type[Unknown]:
        return cls


def resolve(annotation: object, namespace: Mapping[str, object]) -> Any:
    """The type an annotation means; names missing from the namespace become `Unknown`.

    Example:
        >>> resolve("int | None", {})
        int | None
        >>> resolve("Float[Array, '*batch in']", {}).__name__
        'Unknown'
    """
    if not isinstance(annotation, str):
        return Unknown if annotation is inspect.Parameter.empty else annotation
    names = {node.id for node in ast.walk(ast.parse(annotation)) if isinstance(node, ast.Name)}
    known = {name: namespace[name] for name in names if name in namespace}
    missing = {name: Unknown for name in names - known.keys() if not hasattr(builtins, name)}
    holder = types.SimpleNamespace(__annotations__={"value": annotation})
    return typing.get_type_hints(holder, globalns=known, localns=missing)["value"]


def namespace_of(function: Callable[..., object]) -> Mapping[str, object]:
    """The names an annotation of this function may use."""
    module = sys.modules.get(getattr(function, "__module__", ""))
    return {} if module is None else vars(module)


def accepts(annotation: Any, value: object) -> bool:
    """Whether a TOML value may be given where the annotation stands.

    An array stands for a tuple or a sequence, an integer for a float; a boolean is never a number.

    Example:
        >>> accepts(int | tuple[int, int], [3, 3]), accepts(float, 1), accepts(int, True)
        (True, True, False)
    """
    if annotation is Any or annotation is object or annotation is Unknown:
        return True
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return any(accepts(arg, value) for arg in args)
    if origin is Literal:
        return value in args
    if annotation is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    kind = origin or annotation
    if not isinstance(kind, type):
        return True
    if _is_table(kind):
        return isinstance(value, Mapping)
    if issubclass(kind, tuple):
        return isinstance(value, list) and _fits(args, value)
    if kind not in (str, bytes) and issubclass(kind, Sequence | Collection):
        return isinstance(value, list) and all(accepts(arg, v) for v in value for arg in args)
    return isinstance(value, kind)


def _fits(args: tuple[Any, ...], values: Sequence[object]) -> bool:
    if not args:
        return True
    if args[-1] is Ellipsis:
        return all(accepts(args[0], value) for value in values)
    return len(args) == len(values) and all(map(accepts, args, values))


def _is_table(kind: type) -> bool:
    """Whether TOML writes it as a table: a mapping, a dataclass, a layer, what is only a base."""
    return issubclass(kind, Mapping | Module) or is_dataclass(kind) or _is_base(kind)


def _is_base(kind: type) -> bool:
    """Whether it is one of neuropil's abstract classes, of which a table names the kind."""
    return inspect.isabstract(kind) and kind.__module__.startswith("neuropil.")


def words(annotation: Any) -> str:
    """The annotation in the words of TOML.

    Example:
        >>> words(int | tuple[int, int] | None)
        'an integer or an array of 2 integers'
    """
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(words(arg) for arg in args if arg is not types.NoneType)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, args))
    if origin in (tuple, list) or (isinstance(origin, type) and issubclass(origin, Sequence)):
        many = _PLURAL.get(get_origin(args[0]) or args[0], "values") if args else "values"
        fixed = origin is tuple and Ellipsis not in args
        return f"an array of {len(args)} {many}" if fixed else f"an array of {many}"
    if annotation in _SINGULAR:
        return _SINGULAR[annotation]
    kind = origin or annotation
    if isinstance(kind, type) and _is_table(kind):
        return "a table"
    return getattr(annotation, "__name__", str(annotation))


_SINGULAR = {int: "an integer", float: "a number", bool: "true or false", str: "a string"}
_PLURAL = {int: "integers", float: "numbers", bool: "booleans", str: "strings", Mapping: "tables"}
