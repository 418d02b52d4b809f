"""Primitives and functions: formula and derivative side by side.

Names and meanings are those of the array API standard (2024.12); what neural networks need
beyond it stands here too. Everything works on Variables (recorded) and on plain arrays.
"""

from __future__ import annotations

from neuropil.graph import functions
from neuropil.ops import linalg, surrogates
from neuropil.ops.arithmetic import (
    abs,
    add,
    ceil,
    clip,
    conj,
    copysign,
    divide,
    floor,
    floor_divide,
    hypot,
    imag,
    maximum,
    minimum,
    multiply,
    negative,
    nextafter,
    positive,
    pow,
    real,
    reciprocal,
    remainder,
    round,
    sign,
    sqrt,
    square,
    subtract,
    trunc,
)
from neuropil.ops.comparison import (
    bitwise_and,
    bitwise_invert,
    bitwise_left_shift,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    equal,
    greater,
    greater_equal,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
    signbit,
)
from neuropil.ops.creation import (
    arange,
    asarray,
    e,
    empty,
    empty_like,
    eye,
    from_dlpack,
    full,
    full_like,
    inf,
    linspace,
    nan,
    newaxis,
    ones,
    ones_like,
    pi,
    zeros,
    zeros_like,
)
from neuropil.ops.cumulative import cumulative_prod, cumulative_sum, diff
from neuropil.ops.dtypes import (
    astype,
    bool,
    can_cast,
    complex64,
    complex128,
    finfo,
    float16,
    float32,
    float64,
    iinfo,
    int8,
    int16,
    int32,
    int64,
    isdtype,
    result_type,
    uint8,
    uint16,
    uint32,
    uint64,
)
from neuropil.ops.einsum import einsum
from neuropil.ops.exponential import (
    exp,
    expm1,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    sigmoid,
    softplus,
)
from neuropil.ops.gated_linear import gelu, normal_cdf, silu
from neuropil.ops.hard_tanh import hardtanh
from neuropil.ops.indexing import getitem, nonzero, take, take_along_axis
from neuropil.ops.inspection import (
    __array_api_version__,
    __array_namespace_info__,
    namespace_of_variables,
)
from neuropil.ops.leaky_rectifier import elu, leaky_relu, prelu
from neuropil.ops.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy_with_logits,
    squared_error,
)
from neuropil.ops.phi_functions import phi
from neuropil.ops.pooling import window_max, window_sum
from neuropil.ops.products import linear, matmul, outer, tensordot, vecdot
from neuropil.ops.rectifier import relu
from neuropil.ops.reduction import (
    all,
    any,
    argmax,
    argmin,
    count_nonzero,
    max,
    mean,
    min,
    prod,
    std,
    sum,
    var,
)
from neuropil.ops.scan import scan
from neuropil.ops.selection import where
from neuropil.ops.sets import (
    isin,
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)
from neuropil.ops.shape import (
    broadcast_arrays,
    broadcast_shapes,
    broadcast_to,
    concat,
    expand_dims,
    flatten,
    flip,
    matrix_transpose,
    meshgrid,
    moveaxis,
    pad,
    permute_dims,
    repeat,
    reshape,
    roll,
    squeeze,
    stack,
    tile,
    transpose,
    tril,
    triu,
)
from neuropil.ops.softmax import log_softmax, logsumexp, softmax
from neuropil.ops.sorting import argsort, searchsorted, sort
from neuropil.ops.special import erf
from neuropil.ops.splitting import split, unstack
from neuropil.ops.steps import hardmax, heaviside
from neuropil.ops.trigonometric import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    sin,
    sinh,
    tan,
    tanh,
)
from neuropil.ops.windows import unwindows, windows

# fmt: off
__all__ = [
    "__array_api_version__", "__array_namespace_info__", "abs", "acos", "acosh", "add", "all",
    "any", "arange", "argmax", "argmin", "argsort", "asarray", "asin", "asinh", "astype", "atan",
    "atan2", "atanh", "binary_cross_entropy", "binary_cross_entropy_with_logits", "bitwise_and",
    "bitwise_invert", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "bool", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "can_cast", "ceil", "clip",
    "complex64", "complex128", "concat", "conj", "copysign", "cos", "cosh", "count_nonzero",
    "cross_entropy_with_logits", "cumulative_prod", "cumulative_sum", "diff", "divide", "e",
    "einsum", "elu", "empty", "empty_like", "equal", "erf", "exp", "expand_dims", "expm1", "eye",
    "finfo", "flatten", "flip", "float16", "float32", "float64", "floor", "floor_divide",
    "from_dlpack", "full", "full_like", "gelu", "getitem", "greater", "greater_equal", "hardmax",
    "hardtanh", "heaviside", "hypot", "iinfo", "imag", "inf", "int8", "int16", "int32", "int64",
    "isdtype", "isfinite", "isin", "isinf", "isnan", "leaky_relu", "less", "less_equal", "linalg",
    "linear", "linspace", "log", "log1p", "log2", "log10", "log_softmax", "logaddexp",
    "logical_and", "logical_not", "logical_or", "logical_xor", "logsumexp", "matmul",
    "matrix_transpose", "max", "maximum", "mean", "meshgrid", "min", "minimum", "moveaxis",
    "multiply", "nan", "negative", "newaxis", "nextafter", "nonzero", "normal_cdf", "not_equal",
    "ones", "ones_like", "outer", "pad", "permute_dims", "phi", "pi", "positive", "pow", "prelu",
    "prod", "real", "reciprocal", "relu", "remainder", "repeat", "reshape", "result_type", "roll",
    "round", "scan", "searchsorted", "sigmoid", "sign", "signbit", "silu", "sin", "sinh", "softmax",
    "softplus", "sort", "split", "sqrt", "square", "squared_error", "squeeze", "stack", "std",
    "subtract", "sum", "surrogates", "take", "take_along_axis", "tan", "tanh", "tensordot", "tile",
    "transpose", "tril", "triu", "trunc", "uint8", "uint16", "uint32", "uint64", "unique_all",
    "unique_counts", "unique_inverse", "unique_values", "unstack", "unwindows", "var", "vecdot",
    "where", "window_max", "window_sum", "windows", "zeros", "zeros_like",
]
# fmt: on

functions["namespace"] = namespace_of_variables
functions.update({name: globals()[name] for name in __all__})
