"""Named arrays and a JSON description in one safetensors file, which is data and runs no code.

One file is one atomic checkpoint: the arrays and the JSON that goes with them cannot come apart.
The JSON is one entry, ``neuropil``, of the text metadata in the safetensors header, so that any
other safetensors reader opens the file too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DTypeError, FileFormatError
from neuropil.storage.atomic import write_bytes
from neuropil.storage.reading import read_bytes

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

_KEY = "neuropil"
# The first bytes of files that people take for safetensors.
_FOREIGN = {
    b"PK\x03\x04": "a zip archive such as PyTorch (.pt) and NumPy (.npz) write",
    b"\x93NUMPY": "a NumPy array (.npy)",
    b"\x89HDF": "an HDF5 file such as Keras (.h5) writes",
    b"\x80\x02": "a Python pickle",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
    b"\x1f\x8b": "a gzip archive",
}


def save_tensors(
    path: str | os.PathLike[str],
    tensors: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Write arrays and a JSON-able description to one safetensors file, atomically.

    Args:
        path: The file; by convention it ends in ``.safetensors``.
        tensors: Arrays of any shape and memory layout, by name.
        metadata: What else belongs to the file. Floats come back to the bit, NaN and infinities
            included.

    Raises:
        DTypeError: An array whose dtype safetensors does not have (text, objects, complex128, …).
        WriteError: A full disk, …; the file that was there stands.

    Example:
        >>> file = getfixture("tmp_path") / "net.safetensors"
        >>> save_tensors(file, {"weight": np.eye(2)}, {"layers": [2, 2]})
        >>> load_tensors(file)
        ({'weight': array([[1., 0.], [0., 1.]])}, {'layers': [2, 2]})
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save

    # safetensors copies raw memory: row by row without gaps, or it would write the wrong numbers.
    dense = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    try:
        content = save(dense, {_KEY: json.dumps(metadata or {})})
    except SafetensorError as error:
        dtypes = ", ".join(sorted({f"{array.dtype}" for array in dense.values()}))
        raise DTypeError(
            f"cannot store arrays of dtype {dtypes} in {path} ({error}): "
            "convert them with array.astype"
        ) from error
    write_bytes(path, content)


def load_tensors(
    path: str | os.PathLike[str],
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays (writable copies) and the description in a safetensors file.

    The description is empty for a file that another library wrote.

    Raises:
        FileFormatError: No such file, not safetensors, or cut short; says which.
    """
    from safetensors import SafetensorError, safe_open

    start = read_bytes(path, 8)
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: np.array(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
            text = (file.metadata() or {}).get(_KEY, "{}")
    except TypeError as error:
        raise FileFormatError(
            f"{path} holds numbers of a kind that NumPy does not have ({error}): convert them to "
            "float32 with the library that wrote it"
        ) from error
    except (SafetensorError, KeyError, AttributeError, OSError) as error:
        raise FileFormatError(f"{path} {_complaint(start, error)}") from error
    return tensors, _description(text, path)


def _complaint(start: bytes, error: Exception) -> str:
    """What is wrong with a file that safetensors refused, by name where its start tells.

    Only a refused file is looked at: the length of its header may by chance begin a good file
    with the mark of another format.
    """
    if not start:
        return "is empty: take another copy"
    for mark, kind in _FOREIGN.items():
        if start.startswith(mark):
            return (
                f"is {kind}, not safetensors: convert it with the library that wrote it "
                "(for PyTorch: safetensors.torch.save_file(model.state_dict(), path))"
            )
    return (
        f"is no complete safetensors file ({error}): it was cut short, damaged or written in "
        "another format; take another copy"
    )


def _description(text: str, path: str | os.PathLike[str]) -> dict[str, Any]:
    try:
        metadata = json.loads(text)
    except ValueError as error:
        raise FileFormatError(
            f"the description in {path} is damaged ({error}): take another copy"
        ) from error
    if not isinstance(metadata, dict):
        raise FileFormatError(f"the description in {path} is no JSON object: take another copy")
    return metadata
