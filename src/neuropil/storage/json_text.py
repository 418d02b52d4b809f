"""JSON that every JSON reader understands."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import FileFormatError
from neuropil.storage.atomic import write_text
from neuropil.storage.reading import read_bytes

if TYPE_CHECKING:
    import os


def to_json(value: Any, *, indent: int | None = None) -> str:
    """JSON text of ``value``; NumPy scalars become numbers, NaN and infinities become ``null``.

    JSON has no word for NaN: the one Python writes by default stops every other reader.
    Floats keep all their digits (``float(repr(x)) == x``).

    Raises:
        TypeError: A value of another type (an array: say ``array.tolist()``).

    Example:
        >>> import math
        >>> to_json({"epoch": 1, "loss": math.nan, "lr": np.float64(0.1)})
        '{"epoch": 1, "loss": null, "lr": 0.1}'
    """
    return json.dumps(_jsonable(value), indent=indent, ensure_ascii=False, allow_nan=False)


def from_json(text: str, source: str | os.PathLike[str]) -> Any:
    """The value of JSON ``text``; ``source`` names where it came from in the error.

    Raises:
        FileFormatError: The text is no JSON; says where it breaks off.

    Example:
        >>> from_json('{"epoch": 1}', "history.jsonl")
        {'epoch': 1}
    """
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"{source} holds no valid JSON ({error}): it was cut short or changed by hand"
        raise FileFormatError(message) from error


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write ``value`` to ``path`` as indented JSON, atomically (see `to_json`).

    Example:
        >>> file = getfixture("tmp_path") / "run.json"
        >>> write_json(file, {"seed": 0})
        >>> read_json(file)
        {'seed': 0}
    """
    write_text(path, to_json(value, indent=2) + "\n")


def read_json(path: str | os.PathLike[str]) -> Any:
    """The value in the JSON file ``path``.

    Raises:
        FileFormatError: There is no such file, or it holds no JSON.
    """
    try:
        text = read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise FileFormatError(f"cannot read {path} as JSON text ({error})") from error
    return from_json(text, path)


def _jsonable(value: Any) -> Any:
    """``value`` with what JSON lacks replaced by what it has."""
    match value:
        case np.generic():
            return _jsonable(value.item())
        case float():
            return value if math.isfinite(value) else None
        case str():
            return value
        case Mapping():
            return {key: _jsonable(item) for key, item in value.items()}
        case Sequence():
            return [_jsonable(item) for item in value]
    return value
