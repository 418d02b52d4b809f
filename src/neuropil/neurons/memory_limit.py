"""Refusing what the machine has no memory for."""

from __future__ import annotations

import os


def check_fits(size: int, what: str) -> None:
    """Refuse a recording before it is begun, not after hours.

    Args:
        size: In bytes.
        what: What would be that large.

    Raises:
        MemoryError: The machine has less memory.
    """
    there = _memory()
    if size > there:
        raise MemoryError(
            f"{what} would take {size / 1e9:,.1f} GB, and the machine has {there / 1e9:,.1f} GB: "
            "record fewer variables, fewer cells, or less often (every=…), or run in parts"
        )


def _memory() -> int:
    """How much memory the machine has; as good as endless where it does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 2**62
