"""Where the memory of an array comes from, and where it goes."""

from __future__ import annotations

import numpy as np

_ALMOST_32_MIB = (32 << 20) - (1 << 16)


def keep_freed_memory() -> None:
    """Let the C library keep freed arrays for the next ones (glibc; elsewhere nothing happens).

    A training step frees what it made, and the next makes the same again. At first glibc gives
    arrays of more than 128 KiB back to the system, whose pages it then has to clear and map anew.
    Freeing one large array raises that limit, up to 32 MiB, and lets twice as much free memory
    stay: the "dynamic mmap threshold" of mallopt(3). This frees one that was never touched.
    """
    np.empty(_ALMOST_32_MIB, np.uint8)
