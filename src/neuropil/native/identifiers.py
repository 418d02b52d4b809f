"""Names of cells and variables as names in a printed program."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from neuropil.native.printing import OF_ANY_DTYPE, OF_EACH_DTYPE

if TYPE_CHECKING:
    from collections.abc import Iterable

FUNCTIONS = OF_EACH_DTYPE | OF_ANY_DTYPE

_OF_THE_PROGRAM = re.compile(
    r"[tu]\d+|(given|table|stored|words)\d+|all_\w+|np|real|cell|time|first|last|spiked|step|steps"
    r"|abs|bool|range|odd|\w+_in_float\d\d"
)


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """A name of its own in the program for each, as like it as can be.

    None has two underscores side by side, or one at an end: two of them with two between are a
    name of its own as well.

    Example:
        >>> identifiers(["v", "e.0", "e_0", "lambda", "t1", "exp"])
        {'v': 'v', 'e.0': 'e_0', 'e_0': 'e_0_0', 'lambda': 'lambda_0', 't1': 't1_0', 'exp': 'exp_0'}
    """
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"\W|_+", "_", name, flags=re.ASCII)
        plain = re.sub(r"_+", "_", plain).strip("_") or "x"
        if plain[0].isdigit():
            plain = f"x{plain}"
        taken = {*found.values(), *FUNCTIONS}
        number, written = 0, plain
        while iskeyword(written) or _OF_THE_PROGRAM.fullmatch(written) or written in taken:
            written = f"{plain}_{number}"
            number += 1
        found[name] = written
    return found
