"""``python -m neuropil`` is the command ``neuropil``."""

from __future__ import annotations

from neuropil.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
