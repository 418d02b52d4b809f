"""Linear algebra (``npl.linalg``): the extension of the array API standard, differentiable.

Every function takes stacks of matrices, ``(..., m, n)``. Where a derivative exists only on some
condition (distinct eigenvalues, full rank) its docstring says so.
"""

from __future__ import annotations

from neuropil.ops.linalg.cholesky import cholesky
from neuropil.ops.linalg.determinant import SlogdetResult, det, slogdet
from neuropil.ops.linalg.diagonal import diagonal, trace
from neuropil.ops.linalg.eigenvalues import EighResult, eigh, eigvalsh
from neuropil.ops.linalg.exponential import expm
from neuropil.ops.linalg.inverse import inv, matrix_power, solve
from neuropil.ops.linalg.norms import matrix_norm, vector_norm
from neuropil.ops.linalg.pseudoinverse import matrix_rank, pinv
from neuropil.ops.linalg.qr import QRResult, qr
from neuropil.ops.linalg.singular_values import SVDResult, svd, svdvals
from neuropil.ops.products import cross, matmul, outer, tensordot, vecdot
from neuropil.ops.shape import matrix_transpose

__all__ = [
    "EighResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "expm",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]
