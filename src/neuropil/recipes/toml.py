"""Read TOML, saying where it is wrong, change it from the command line, and write it."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuropil.errors import RecipeError

if TYPE_CHECKING:
    from pathlib import Path

_BARE_WORD = re.compile(r"([A-Za-z_]|\.{1,2}/|[/~])[\w./~+-]*")


def read(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        RecipeError: The file is missing, unreadable, not UTF-8 or not TOML; says where.
    """
    try:
        return _parsed(path.read_bytes().decode("utf-8-sig"))  # Windows may begin with a mark
    except FileNotFoundError:
        raise RecipeError(f"recipe {path}: there is no such file") from None
    except OSError as error:
        raise RecipeError(f"recipe {path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"recipe {path}: expected text in UTF-8, got byte {error.start} that is not: save the "
            "file as UTF-8"
        ) from error
    except ValueError as error:
        raise RecipeError(f"recipe {path}: not valid TOML: {error}") from error


def _parsed(text: str) -> dict[str, Any]:
    """The tables of a text; whatever the parser cannot take is a ValueError."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("tables or arrays are nested too deeply") from None


def dumps(document: Mapping[str, Any]) -> str:
    r"""The text of a TOML file with these tables.

    Example:
        >>> dumps({"seed": 3, "optimizer": {"type": "SGD"}})
        'seed = 3\n\n[optimizer]\ntype = "SGD"\n'
    """
    import tomli_w

    return tomli_w.dumps(document, multiline_strings=True)


def parse_value(text: str) -> Any:
    """The TOML value a text stands for; a bare word or path, which TOML lacks, is a string.

    Example:
        >>> parse_value("0.1"), parse_value("[3, 3]"), parse_value("SGD"), parse_value("a/b.txt")
        (0.1, [3, 3], 'SGD', 'a/b.txt')

    Raises:
        RecipeError: The text is neither.
    """
    try:
        return _parsed(f"value = {text}\n")["value"]
    except ValueError:
        if _BARE_WORD.fullmatch(text):
            return text
        raise RecipeError(
            f'expected a TOML value (3, 0.1, true, "text", [1, 2]), got {text!r}'
        ) from None


def with_settings(document: Mapping[str, Any], settings: Mapping[str, str]) -> dict[str, Any]:
    """A copy of the document in which each dotted key has its new value.

    Example:
        >>> recipe = {"layers": [{"type": "Linear"}], "optimizer": {"type": "SGD"}}
        >>> with_settings(recipe, {"optimizer.lr": "0.1", "layers.0.out_features": "8"})
        {'layers': [{'type': 'Linear', 'out_features': 8}], 'optimizer': {'type': 'SGD', 'lr': 0.1}}

    Raises:
        RecipeError: A key leads nowhere, or a value is not TOML.
    """
    changed = copy.deepcopy(dict(document))
    for key, text in settings.items():
        try:
            _put(changed, key.split("."), parse_value(text))
        except RecipeError as error:
            raise RecipeError(f"setting {key}={text}: {error}") from None
    return changed


def _put(table: Any, path: list[str], value: object) -> None:
    head, *rest = path
    if isinstance(table, list):
        if not head.isdecimal() or int(head) >= len(table):
            raise RecipeError(f"expected a number from 0 to {len(table) - 1}, got {head!r}")
        if rest:
            _put(table[int(head)], rest, value)
        else:
            table[int(head)] = value
    elif not isinstance(table, dict) or not head:
        raise RecipeError("the part before the last dot is no table")
    elif rest:
        _put(table.setdefault(head, {}), rest, value)
    else:
        table[head] = value
