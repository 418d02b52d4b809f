"""What the safetensors files of a training have in common: kind, version, parts, and fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.errors import FileFormatError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

NETWORK = "network"
CHECKPOINT = "checkpoint"
"""The kinds of files: what `save` writes, and what `fit` writes."""

VERSION = 1
"""Of the format of both."""


def under(prefix: str, tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays whose names begin with ``prefix``, by what follows it.

    Example:
        >>> under("network.", {"network.bias": 1, "optimizer.lr": 2})
        {'bias': 1}
    """
    return {
        name.removeprefix(prefix): array
        for name, array in tensors.items()
        if name.startswith(prefix)
    }


def require(notes: Mapping[str, Any], path: str | os.PathLike[str], kinds: set[str]) -> None:
    """Refuse a file of another kind or a newer version.

    Raises:
        FileFormatError: Says what the file is and what was expected.
    """
    kind = notes.get("kind")
    if kind not in kinds:
        came = f"a {kind}" if isinstance(kind, str) else "something else"
        raise FileFormatError(f"{path} holds {came}, expected a {' or '.join(sorted(kinds))}")
    if notes.get("version") != VERSION:
        raise FileFormatError(
            f"{path} is a {kind} of format {notes.get('version')}, this neuropil reads format "
            f"{VERSION}: use the version of neuropil that wrote it, or a newer one"
        )


def fits(
    expected: Mapping[str, NDArray[Any]], found: Mapping[str, NDArray[Any]], complaint: str
) -> None:
    """Refuse tensors whose names, shapes or dtypes are not the expected ones.

    Raises:
        FileFormatError: The complaint, and each difference (the first few).
    """
    differences = [f"{name} is missing in the file" for name in expected if name not in found]
    differences += [f"{name} is only in the file" for name in found if name not in expected]
    differences += [
        f"{name} is {_form(found[name])} in the file, expected {_form(array)}"
        for name, array in expected.items()
        if name in found and _form(found[name]) != _form(array)
    ]
    if differences:
        shown = "; ".join(differences[:5])
        rest = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
        raise FileFormatError(f"{complaint}: {shown}{rest}. Build it as it was when it was saved.")


def _form(array: NDArray[Any]) -> str:
    return f"{array.dtype}{list(array.shape)}"
