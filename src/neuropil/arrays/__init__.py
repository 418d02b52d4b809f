"""What NumPy, JAX and the array API standard lack, one small file a library.

The functions of the Python array API standard are the language of neuropil; NumPy and
``jax.numpy`` both speak it. Nothing else imports JAX.
"""

from __future__ import annotations

from neuropil.arrays.memory import keep_freed_memory
from neuropil.arrays.namespace import Array, extras, is_array, namespace

__all__ = ["Array", "extras", "is_array", "namespace"]

keep_freed_memory()
