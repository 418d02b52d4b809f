"""Arrays as vector instructions like them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_LINE = 64  # bytes: of a cache, and of the widest registers


def aligned(values: ArrayLike, dtype: Any = None) -> np.ndarray[Any, Any]:
    """The values in an array of one piece that begins with a line of the cache; itself if so.

    Example:
        >>> aligned(np.zeros(3)).ctypes.data % 64
        0
    """
    array = np.asarray(values, dtype)
    flags = array.flags
    if flags.c_contiguous and flags.writeable and array.ctypes.data % _LINE == 0:
        return array
    room = np.empty(array.nbytes + _LINE, np.uint8)
    first = -room.ctypes.data % _LINE
    copy = room[first : first + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy
