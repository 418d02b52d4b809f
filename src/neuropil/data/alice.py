"""The text that comes with the package: *Alice's Adventures in Wonderland*.

By Lewis Carroll (Charles Lutwidge Dodgson, 1832-1898), 1865; in the public domain. See
``files/README.md``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from neuropil.errors import FileFormatError

_FILE = Path(__file__).with_name("files") / "alice.txt"
_SHA256 = "9f23253b172e92cc5d43cd04cc16178b89d826e078a6facec465fd312db1fcb0"


@cache
def alice() -> str:
    r"""The twelve chapters of *Alice's Adventures in Wonderland*, 148,331 characters of ASCII.

    Raises:
        FileFormatError: The file in the package is missing or damaged.

    Example:
        >>> len(alice()), alice().split(",")[0].split("\n")[-1]
        (148331, 'on the bank')
    """
    try:
        content = _FILE.read_bytes()
    except OSError as error:
        raise FileFormatError(f"{_FILE}: cannot be read: install neuropil again") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != _SHA256:
        raise FileFormatError(
            f"{_FILE} is damaged: its SHA-256 is {digest}, expected {_SHA256}: "
            "install neuropil again"
        )
    return content.decode("ascii")
