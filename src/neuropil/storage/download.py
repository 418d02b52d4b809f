"""Files from the internet, of which only the right bytes ever reach their place."""

from __future__ import annotations

import hashlib
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neuropil.errors import DownloadError
from neuropil.storage.atomic import os_errors_name, sync_folder
from neuropil.storage.transfer import Refusal, length_of, receive
from neuropil.storage.transfer_progress import transfer_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.storage.transfer_progress import Display

_ATTEMPTS = 5


@dataclass(frozen=True)
class RemoteFile:
    """A file that several mirrors have, known to the bit.

    Attributes:
        name: What it is called, here and in errors.
        size: In bytes.
        sha256: Its SHA-256, in hexadecimal.
        mirrors: Its addresses (http or https), the first choice first.
    """

    name: str
    size: int
    sha256: str
    mirrors: Sequence[str]

    def is_at(self, path: Path) -> bool:
        """Whether ``path`` holds the bytes of this file."""
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_size != self.size:
                    return False
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:  # there is none, or none that can be read
            return False


def download(file: RemoteFile, folder: Path, *, progress: bool = True) -> Path:
    """The path of ``file`` in ``folder``, brought there from the first mirror that is honest.

    A file that is there already, by an earlier call or by hand, is checked and taken. What
    arrives stands under another name (``….part``) until its size and its SHA-256 are right. A
    transfer that breaks off, in this call or in an earlier one, goes on where it ended if the
    server can do that, and starts again if it cannot.

    Args:
        file: What to bring.
        folder: Where to; made if it is missing.
        progress: Whether to show a bar on standard error (a line where that is no terminal).

    Raises:
        DownloadError: No mirror gave the file; says of each why, and where to put it by hand.
        WriteError: The disk is full, …

    Warns:
        RuntimeWarning: A mirror sent other bytes; they were thrown away.
    """
    target, partial = folder / file.name, folder / f"{file.name}.part"
    if file.is_at(target):
        return target
    with os_errors_name(partial):
        folder.mkdir(parents=True, exist_ok=True)
    complaints = []
    for url in file.mirrors:
        try:
            with transfer_shown(file.name, file.size, url, progress=progress) as display:
                _bring(url, file, partial, display)
        except Refusal as refusal:
            complaints.append(f"{url}: {refusal}")
            continue
        with os_errors_name(target):
            partial.replace(target)
        sync_folder(folder)
        return target
    raise DownloadError(
        f"cannot download {file.name} ({file.size} bytes). {'; '.join(complaints)}. Look at the "
        "internet connection and try again (what has arrived is kept), or put the file with the "
        f"SHA-256 {file.sha256} into {folder} by hand"
    )


def _bring(url: str, file: RemoteFile, partial: Path, display: Display) -> None:
    """Complete ``partial`` from this mirror, and raise unless it holds the right bytes then."""
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
