"""A file from one mirror: all of it, or what an earlier transfer left out."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from neuropil.storage.transfer import Refusal, length_of, receive

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.storage.remote_file import RemoteFile
    from neuropil.storage.transfer_progress import Display

__all__ = ["Refusal", "bring"]

_ATTEMPTS = 5


def bring(url: str, file: RemoteFile, partial: Path, display: Display) -> None:
    """Complete ``partial`` from the mirror at ``url``, and see that it holds the right bytes then.

    Raises:
        Refusal: The mirror did not give them; wrong ones are gone.
        WriteError: The disk is full, …

    Warns:
        RuntimeWarning: The bytes were wrong.
    """
    resumed = length_of(partial) > 0
    started_over = _complete(url, file, partial, display)
    if resumed and not started_over and not file.is_at(partial):
        partial.unlink()  # what was there before may have been wrong: once more from the start
        _complete(url, file, partial, display)
    if not file.is_at(partial):
        partial.unlink()
        message = f"sent bytes that are not those of {file.name} (its SHA-256 is another)"
        warnings.warn(f"{url} {message}; they were thrown away", RuntimeWarning, stacklevel=3)
        raise Refusal(message)


def _complete(url: str, file: RemoteFile, partial: Path, display: Display) -> bool:
    """Get what ``partial`` lacks, the rest again where a transfer breaks off on the way.

    Returns whether the mirror sent the file from its first byte on.
    """
    if length_of(partial) > file.size:
        partial.unlink()
    started_over = False
    for attempt in range(_ATTEMPTS):
        before = length_of(partial)
        if before == file.size:
            break
        try:
            started_over |= receive(url, file.size, partial, display) == 0
        except Refusal:
            if length_of(partial) <= before or attempt == _ATTEMPTS - 1:
                raise
            started_over |= before == 0
    return started_over
