"""What to type next, for messages."""

from __future__ import annotations

import os
import shlex
import subprocess


def command(*words: str | os.PathLike[str]) -> str:
    """``neuropil`` and its words as they are typed into a shell, quoted where that is needed.

    Example:
        >>> print(command("train", "--resume", "runs/digits-1"))
        neuropil train --resume runs/digits-1
    """
    typed = ["neuropil", *(os.fspath(word) for word in words)]
    return subprocess.list2cmdline(typed) if os.name == "nt" else shlex.join(typed)
