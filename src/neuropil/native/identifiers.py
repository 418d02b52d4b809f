"""Names of cells and variables as names in a printed program."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_OF_THE_PROGRAM = re.compile(
    r"[tu]\d+|(given|table|stored|words)\d+|all_\w+|np|real|cell|time|first|last|spiked|step|steps"
    r"|abs|bool|range|odd"
)


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """A name of its own in the program for each, as like it as can be.

    Example:
        >>> identifiers(["v", "e.0", "e_0", "lambda", "t1"])
        {'v': 'v', 'e.0': 'e_0', 'e_0': 'e_0_', 'lambda': 'lambda_', 't1': 't1_'}
    """
    found: dict[str, str] = {}
    for name in names:
        written = re.sub(r"\W", "_", name, flags=re.ASCII)
        if not written or written[0].isdigit():
            written = f"_{written}"
        if iskeyword(written) or _OF_THE_PROGRAM.fullmatch(written):
            written += "_"
        while written in found.values():
            written += "_"
        found[name] = written
    return found
