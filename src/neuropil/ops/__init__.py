"""Primitives and functions: formula and derivative side by side.

Names and meanings are those of the array API standard (2024.12); what neural networks need
beyond it stands here too. Everything works on Variables (recorded) and on plain arrays.
"""

from types import ModuleType as _ModuleType

from neuropil.graph import functions
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
from neuropil.ops.indexing import getitem, take, take_along_axis
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
from neuropil.ops.selection import where
from neuropil.ops.shape import (
    broadcast_arrays,
    broadcast_shapes,
    broadcast_to,
    concat,
    expand_dims,
    flatten,
    flip,
    matrix_transpose,
    moveaxis,
    pad,
    permute_dims,
    reshape,
    roll,
    squeeze,
    stack,
    tile,
    transpose,
    unstack,
)
from neuropil.ops.softmax import (
    binary_cross_entropy_with_logits,
    cross_entropy_with_logits,
    log_softmax,
    logsumexp,
    softmax,
)
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

__all__ = sorted(
    name
    for name, value in globals().items()
    if not (name.startswith("_") or isinstance(value, _ModuleType) or value is functions)
)

functions.update({name: globals()[name] for name in __all__})
