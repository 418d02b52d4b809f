"""Compiled programs on disk, so that a second start compiles nothing."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import jax

from neuropil.errors import WriteError
from neuropil.kernels.processors import processors
from neuropil.storage import cache_folder


@cache
def keep_programs() -> None:
    """Let JAX keep what it compiles in neuropil's cache folder, short compilations too.

    There is one for each number of processors: XLA shares out work among threads when it compiles,
    but finds a program again whatever that number was. Who has told JAX where to keep programs, or
    that it shall not, is left alone. Without a folder that can be written to, programs live as
    long as the process.
    """
    config: Any = jax.config
    told_where = config.jax_compilation_cache_dir is not None
    if told_where or "JAX_ENABLE_COMPILATION_CACHE" in os.environ:
        return
    try:
        folder = cache_folder("xla", str(processors()))
    except WriteError:
        return
    config.update("jax_compilation_cache_dir", str(folder))
    # JAX would not keep what took less than a second or is small: here that is most programs.
    config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    config.update("jax_persistent_cache_min_entry_size_bytes", -1)
