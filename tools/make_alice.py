"""Write the text that comes with the package from that of the Canterbury corpus.

    python tools/make_alice.py alice29.txt

The written file is committed; this script shows how it was made. The corpus's file lies among the
test data of the source distribution of Brotli (``tests/testdata/alice29.txt``).
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

SOURCE_SHA256 = "7467306ee0feed4971260f3c87421154a05be571d944e9cb021a5713700c38f0"
FILE = Path(__file__).parents[1] / "src" / "neuropil" / "data" / "files" / "alice.txt"
FIRST = "CHAPTER I\n"
"""Before it stand the title and the name of an electronic edition."""


def plain(text: str) -> str:
    """The text alone: lines end as on Unix and hold no spaces at their end."""
    lines = [line.rstrip() for line in text.replace("\x1a", "").splitlines()]
    whole = "\n".join(lines)
    return whole[whole.rindex("\n", 0, whole.index(FIRST)) + 1 :].strip("\n") + "\n"


def main(source: Path) -> None:
    """Write the file and print its SHA-256, which stands in ``alice.py``."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert digest == SOURCE_SHA256, f"another file: its SHA-256 is {digest}"
    FILE.write_bytes(plain(source.read_text("ascii")).encode("ascii"))
    print(hashlib.sha256(FILE.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
