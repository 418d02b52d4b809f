"""Files from the internet, of which only the right bytes ever reach their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.errors import DownloadError
from neuropil.storage.atomic import os_errors_name, sync_folder
from neuropil.storage.transfer_progress import show_waiting, transfer_shown
from neuropil.storage.turn import own_turn

if TYPE_CHECKING:
    from pathlib import Path

    from neuropil.storage.remote_file import RemoteFile


def download(file: RemoteFile, folder: Path, *, progress: bool = True) -> Path:
    """The path of ``file`` in ``folder``, brought there from the first mirror that is honest.

    A file that is there already, by an earlier call or by hand, is checked and taken. What
    arrives stands under another name (``….part``) until its size and its SHA-256 are right. A
    transfer that breaks off, in this call or in an earlier one, goes on where it ended if the
    server can do that, and starts again if it cannot. Of several processes that ask for a file at
    once, one brings it and the others wait.

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
    target = folder / file.name
    if file.is_at(target):
        return target
    with os_errors_name(target):
        folder.mkdir(parents=True, exist_ok=True)
    with own_turn(folder / ".lock", lambda: show_waiting(file.name, progress=progress)):
        if not file.is_at(target):  # another process may just have brought it
            _bring_from_any(file, target, progress=progress)
    return target


def _bring_from_any(file: RemoteFile, target: Path, *, progress: bool) -> None:
    """Bring the file to ``target`` from the first mirror that has it."""
    from neuropil.storage.mirror import Refusal, bring  # the client loads slowly

    partial = target.with_name(f"{target.name}.part")
    complaints = []
    for url in file.mirrors:
        try:
            with transfer_shown(file.name, file.size, url, progress=progress) as display:
                bring(url, file, partial, display)
        except Refusal as refusal:
            complaints.append(f"{url}: {refusal}")
            continue
        with os_errors_name(target):
            partial.replace(target)
        sync_folder(target.parent)
        return
    raise DownloadError(
        f"cannot download {file.name} ({file.size} bytes). {'; '.join(complaints)}. Look at the "
        "internet connection and try again (what has arrived is kept), or put the file with the "
        f"SHA-256 {file.sha256} into {target.parent} by hand"
    )
