"""What is known of a file before it is downloaded."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


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
