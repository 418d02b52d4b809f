"""On how many processors this process may run."""

from __future__ import annotations

import os


def processors() -> int:
    """Those that the process is allowed (`taskset`, containers), where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
