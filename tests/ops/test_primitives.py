"""What holds for every registered primitive: derivatives, dtypes, JAX.

A new primitive is checked as soon as it has a line in SAMPLES, and fails until it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import neuropil as npl
import neuropil.nn
from neuropil.arrays.trees import LEAF
from neuropil.errors import GraphError
from neuropil.graph import Variable, pick, primitives
from neuropil.kernels.sending import Ways
from neuropil.ops.scan.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

Function = Callable[..., tuple[Any, ...]]
RNG = np.random.default_rng(1)


@dataclass(frozen=True)
class Sample:
    """Arguments of a primitive."""

    args: tuple[Any, ...]
    settings: dict[str, Any] = field(default_factory=dict)

    def arrays(self) -> list[np.ndarray]:
        return [arg for arg in self.args if isinstance(arg, np.ndarray)]

    def args_with(self, arrays: Sequence[Any]) -> list[Any]:
        remaining = iter(arrays)
        return [next(remaining) if isinstance(arg, np.ndarray) else arg for arg in self.args]


A_LOOP = Plan(
    lambda carry, x: (carry * npl.sin(x) + x, carry * x),
    carry=LEAF,
    xs=LEAF,
    ys=LEAF,
    variables=True,
    shapes=[((), np.dtype(np.float64))],
)


def sample(*args: Any, **settings: Any) -> Sample:
    return Sample(args, settings)


def normal(*shape: int) -> np.ndarray:
    return np.asarray(RNG.standard_normal(shape))


def between(low: float, high: float, *shape: int) -> np.ndarray:
    return np.asarray(RNG.uniform(low, high, shape))


def positive(*shape: int) -> np.ndarray:
    return between(0.5, 2.0, *shape)


def integers(*shape: int) -> np.ndarray:
    return np.asarray(RNG.integers(1, 5, shape))


def booleans(*shape: int) -> np.ndarray:
    return np.asarray(RNG.random(shape) < 0.5)


def distributions(*shape: int) -> np.ndarray:
    weights = positive(*shape)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def definite(*batch: int) -> np.ndarray:
    factor = normal(*batch, 3, 3)
    return np.asarray(factor @ factor.swapaxes(-1, -2) + 2.0 * np.eye(3))


SAMPLES: dict[str, list[Sample]] = {}


def samples(names: str, *cases: Callable[[], Sample]) -> None:
    """Each primitive gets arrays of its own."""
    for name in names.split():
        SAMPLES[name] = [case() for case in cases]


# Elementwise, of one argument and of two that broadcast.
samples(
    "abs ceil erf exp expm1 floor negative positive relu round sigmoid sign softplus square trunc "
    "sin cos tan sinh cosh tanh atan asinh real imag conj isfinite isinf isnan signbit",
    lambda: sample(normal(2, 3)),
    lambda: sample(normal()),
)
samples(
    "log log2 log10 log1p sqrt reciprocal",
    lambda: sample(positive(2, 3)),
    lambda: sample(positive()),
)
samples("asin acos atanh", lambda: sample(between(-0.9, 0.9, 2, 3)))
samples("acosh", lambda: sample(between(1.5, 3.0, 2, 3)))
samples(
    "add subtract multiply maximum minimum hypot atan2 logaddexp copysign nextafter equal "
    "not_equal less less_equal greater greater_equal",
    lambda: sample(normal(2, 3), normal(2, 3)),
    lambda: sample(normal(2, 1, 3), normal(4, 1)),
    lambda: sample(normal(2), normal()),
)
samples(
    "divide floor_divide remainder",
    lambda: sample(normal(2, 3), positive(2, 3)),
    lambda: sample(normal(2, 1, 3), -positive(4, 1)),
)
samples(
    "pow",
    lambda: sample(positive(2, 3), normal(3)),
    lambda: sample(normal(3), 3),
    lambda: sample(positive(3), -1.5),
)
samples(
    "clip",
    lambda: sample(normal(3, 4), normal(4), normal(3, 1)),
    lambda: sample(normal(3, 4), None, 0.5),
    lambda: sample(normal(3, 4), -0.5, None),
)
samples("logical_not", lambda: sample(booleans(2, 3)))
samples("logical_and logical_or logical_xor", lambda: sample(booleans(2, 3), booleans(3)))
samples("bitwise_invert", lambda: sample(integers(2, 3)))
samples(
    "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift",
    lambda: sample(integers(2, 3), integers(3)),
)
samples("masked", lambda: sample(normal(2, 3), booleans(2, 3)))
samples(
    "where",
    lambda: sample(booleans(2, 3), normal(3), normal(2, 1)),
    lambda: sample(booleans(2, 3), normal(2, 3), 0.0),
)
samples("convert", lambda: sample(normal(2, 3), dtype=np.dtype("float64")))
samples("discretise", lambda: sample(normal(2, 3), dtype=np.dtype("int64")))

# Activation functions.
samples(
    "elu gelu_tanh hardmax hardtanh heaviside leaky_relu normal_cdf silu",
    lambda: sample(normal(2, 3)),
    lambda: sample(normal(3)),
)
samples("prelu", lambda: sample(normal(2, 3), normal(3)), lambda: sample(normal(2, 3), normal()))
SAMPLES["leaky_relu"].append(sample(normal(2, 3), negative_slope=-1.5))
SAMPLES["elu"].append(sample(normal(2, 3), alpha=-0.5))
SAMPLES["heaviside"].append(sample(np.array([-1.5, 0.5, 2.0]), at_zero=0.5))
SAMPLES["hardmax"].append(sample(normal(2, 3), axis=0))

# Reductions, and what runs along an axis.
samples(
    "sum mean max min prod logsumexp euclidean_norm all any count_nonzero",
    lambda: sample(normal(2, 3)),
    lambda: sample(normal(2, 3, 2), axis=(0, -1)),
    lambda: sample(normal(2, 3), axis=1, keepdims=True),
)
samples(
    "argmax argmin",
    lambda: sample(normal(2, 3)),
    lambda: sample(normal(2, 3), axis=-1, keepdims=True),
)
SAMPLES["prod"] += [
    sample(np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 3.0]]), axis=1),
    sample(np.zeros(3)),
]
samples(
    "running_sum running_product",
    lambda: sample(normal(2, 4)),
    lambda: sample(np.array([2.0, 0.0, 3.0, 0.0, 4.0])),
    lambda: sample(normal(2, 0)),
)
samples(
    "linear_recurrence",
    lambda: sample(normal(2, 5), normal(2, 5)),
    lambda: sample(np.array([2.0, 0.0, 3.0]), normal(3)),
)
samples("softmax log_softmax", lambda: sample(normal(2, 3)), lambda: sample(normal(2, 3), axis=0))
samples(
    "sort argsort",
    lambda: sample(normal(3, 4)),
    lambda: sample(normal(3, 2), axis=0, descending=True),
)
samples("searchsorted", lambda: sample(np.arange(5.0), between(0.1, 3.9, 2), None, side="left"))
samples("nonzero unique", lambda: sample(integers(3, 4)))
samples("isin", lambda: sample(integers(3, 4), integers(2)))

# Shapes and indices.
samples("reshape", lambda: sample(normal(2, 6), shape=(3, -1)))
samples("broadcast_to", lambda: sample(normal(3, 1), shape=(2, 3, 4)))
samples("permute_dims", lambda: sample(normal(2, 3, 4), axes=(2, 0, 1)))
samples("flip", lambda: sample(normal(2, 3)), lambda: sample(normal(2, 3), axis=-1))
samples(
    "roll",
    lambda: sample(normal(2, 3), shift=2),
    lambda: sample(normal(2, 3), shift=(1, -1), axis=(0, 1)),
)
samples("concat", lambda: sample(normal(2, 3), normal(2, 1), axis=1))
samples("split", lambda: sample(normal(2, 5), ends=(2, 4, 5), axis=1))
samples("tril triu", lambda: sample(normal(2, 3, 4)), lambda: sample(normal(3, 3), k=-1))
samples("pad", lambda: sample(normal(2, 3), widths=((1, 0), (0, 2))))
INDICES = np.array([[0, 2], [2, 2]])
samples(
    "getitem",
    lambda: sample(normal(4, 3), index=(slice(None, None, -2), 1), at=()),
    lambda: sample(normal(4, 3), index=(INDICES, None, ...), at=()),
    lambda: sample(normal(4, 3), INDICES, index=(..., None), at=(1,)),
    lambda: sample(normal(3), index=(np.array([True, False, True]),), at=()),
)
samples(
    "putitem",
    lambda: sample(normal(2), shape=(4, 3), index=(slice(0, 2), 1), at=()),
    lambda: sample(normal(2, 2), INDICES, shape=(3,), index=(None,), at=(0,)),
)
samples(
    "phi",
    lambda: sample(between(-3.0, 3.0, 7)),
    lambda: sample(between(-3.0, 3.0, 7), order=3),
)
samples(
    "scan",
    lambda: sample(between(0.5, 2.0), normal(3), plan=A_LOOP, length=3, reverse=False),
    lambda: sample(between(0.5, 2.0), normal(3), plan=A_LOOP, length=3, reverse=True),
)
samples("pick", lambda: sample((np.zeros(2, "f4"), np.ones(3, "f4")), index=1))
samples(
    "windows",
    lambda: sample(normal(2, 6, 2), size=(2,), stride=(2,), dilation=(1,)),
    lambda: sample(normal(1, 5, 6, 1), size=(2, 2), stride=(1, 2), dilation=(2, 1)),
)
samples(
    "unwindows",
    lambda: sample(normal(2, 3, 2, 2), space=(7,), stride=(2,), dilation=(1,)),
    lambda: sample(normal(1, 3, 3, 2, 2, 1), space=(5, 6), stride=(1, 2), dilation=(2, 1)),
)
samples("window_max window_sum", lambda: sample(normal(2, 5, 4, 2), size=(2, 2), stride=(2, 1)))
PIXELS = RNG.permutation(12).reshape(1, 6, 2)  # integers: winners do not move
MAXIMA = PIXELS.reshape(1, 3, 2, 2).max(axis=2)
samples("to_winners", lambda: sample(normal(1, 3, 2), PIXELS, MAXIMA, size=(2,), stride=(2,)))
samples("from_winners", lambda: sample(normal(1, 6, 2), PIXELS, MAXIMA, size=(2,), stride=(2,)))

samples(
    "normalise",
    lambda: sample(normal(4, 3), normal(1, 3), normal(1, 3), axes=(0,), eps=1e-5),
    lambda: sample(normal(2, 3, 4), None, normal(1, 3, 1), axes=(0, 2), eps=0.1),
    lambda: sample(normal(2, 3), None, None, axes=(1,), eps=0.0),
)
ROWS = np.array([[0, 2], [2, 4]])
samples("look_up", lambda: sample(normal(5, 3), ROWS))
samples("added_to_rows", lambda: sample(normal(2, 2, 3), ROWS, count=5))

# Products.
samples(
    "matmul",
    lambda: sample(normal(2, 3), normal(3, 2)),
    lambda: sample(normal(2, 2, 3), normal(3, 2)),
    lambda: sample(normal(2, 1, 2, 3), normal(3, 3, 1)),
    lambda: sample(normal(3), normal(3)),
    lambda: sample(normal(3), normal(2, 3, 2)),
    lambda: sample(normal(2, 2, 3), normal(3)),
)
samples(
    "transposed_times",
    lambda: sample(normal(3, 2), normal(3, 4)),
    lambda: sample(normal(3, 2), normal(3, 4), summed=True),
)
samples("after", lambda: sample(normal(3, 2), normal(2)))
samples(
    "linear_beside",
    lambda: sample(normal(2, 3), normal(2, 1), normal(4, 4), normal(4)),
    lambda: sample(normal(2, 3), normal(2, 2), normal(4, 5), None),
)
samples(
    "linear",
    lambda: sample(normal(2, 3), normal(4, 3), normal(4)),
    lambda: sample(normal(2, 2, 3), normal(4, 3), None),
    lambda: sample(normal(3), normal(4, 3), normal(4)),
)
samples(
    "einsum",
    lambda: sample(normal(2, 3), normal(3, 2), inputs=("ij", "jk"), output="ki"),
    lambda: sample(normal(2, 2, 3), normal(3), inputs=("iij", "k"), output="ik"),
    lambda: sample(normal(3, 1), normal(2), normal(2, 3), inputs=("ab", "c", "cb"), output="a"),
)

# Linear algebra.
samples("inv det slogdet", lambda: sample(definite(2)), lambda: sample(np.array([[2.0]])))
SAMPLES["det"].append(sample(normal(2, 3, 3)))
samples("cofactor", lambda: sample(normal(2, 3, 3)))
samples(
    "solve",
    lambda: sample(definite(2), normal(2, 3, 2)),
    lambda: sample(definite(2), normal(3, 1)),
)
samples("cholesky eigh eigvalsh", lambda: sample(definite(2)))
samples("svd svdvals", lambda: sample(normal(3, 2)), lambda: sample(normal(2, 2, 3)))
samples("full_svd complete_qr", lambda: sample(normal(3, 2)))
samples("qr", lambda: sample(normal(2, 3, 2)), lambda: sample(normal(3, 3)))
samples("pinv matrix_rank", lambda: sample(normal(3, 2), rtol=1e-9))
samples("diagonal", lambda: sample(normal(2, 3, 4)), lambda: sample(normal(3, 3), offset=-1))
samples("on_diagonal", lambda: sample(normal(2, 2), shape=(2, 3, 3), offset=1))
samples(
    "power_norm",
    lambda: sample(normal(2, 3), axis=None, keepdims=False, ord=3.0),
    lambda: sample(normal(2, 3), axis=1, keepdims=True, ord=-1.0),
    lambda: sample(normal(2, 3), axis=(0, 1), keepdims=False, ord=1.0),
)

# Losses.
samples(
    "binary_cross_entropy_with_logits",
    lambda: sample(normal(2, 3), between(0.0, 1.0, 2, 3)),
    lambda: sample(normal(2, 3), between(0.0, 1.0, 2, 3), reduction="mean"),
)
samples("binary_cross_entropy", lambda: sample(between(0.1, 0.9, 2, 3), between(0.1, 0.9, 2, 3)))
samples(
    "cross_entropy_with_logits",
    lambda: sample(normal(2, 3), distributions(2, 3)),
    lambda: sample(normal(2, 3), distributions(2, 3), reduction="sum"),
)
samples(
    "squared_error",
    lambda: sample(normal(2, 3), normal(2, 3)),
    lambda: sample(normal(2, 3), normal(2, 3), reduction="mean"),
)

# Spikes.
samples(
    "spike",
    lambda: sample(normal(2, 3), surrogate=npl.surrogates.FastSigmoid(slope=2.0)),
    lambda: sample(between(-0.9, 0.9, 4), surrogate=npl.surrogates.Triangle()),
    lambda: sample(normal(3), surrogate=npl.surrogates.ArcTan()),
)

# Products with sparse matrices: 4 sources, one of which reaches nothing, to 3 places.
WAYS = Ways.of(np.array([0, 2, 2, 5, 6]), np.array([0, 2, 2, 1, 0, 0]), 3)
samples(
    "sent",
    lambda: sample(normal(4), normal(6), ways=WAYS),
    lambda: sample(np.array([0.0, 0.0, 1.5, 0.0]), np.ones(()), ways=WAYS),
)
samples("received", lambda: sample(normal(3), normal(6), ways=WAYS))
samples("paired", lambda: sample(normal(4), normal(3), ways=WAYS))

SURROGATE = {"spike"}
"""Their derivative is not that of their formula: `test_surrogates` compares it with what it is."""

REFUSING = {"nextafter", "complete_qr"}
"""Asking for a derivative of these raises: leaving it out would pass for 0."""

UNCOMPILABLE = {"nonzero", "unique"}
"""The shape of these results depends on the values."""

CASES = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name, cases in SAMPLES.items()
    for number, case in enumerate(cases)
]


def function_of(name: str, case: Sample) -> Function:
    """The primitive as a function of the arrays among its arguments, giving one result or more."""

    def function(*arrays: Any) -> tuple[Any, ...]:
        result = primitives[name](*case.args_with(arrays), **case.settings)
        value = result.value if isinstance(result, Variable) else result
        if not isinstance(value, tuple):
            return (result,)
        several = tuple(pick(result, index) for index in range(len(value)))
        return several[1:2] if name == "full_svd" else several  # its vectors are not unique

    return function


def is_floating(array: Any) -> bool:
    return bool(array.dtype.kind == "f")


def weighted(results: Sequence[Any]) -> Any:
    """A scalar that depends on every floating element in a way of its own."""
    loss: Any = 0.0
    for y in filter(is_floating, results):
        weights = np.cos(np.arange(y.size, dtype=y.dtype)).reshape(y.shape)
        loss = loss + npl.sum(y * weights)
    return loss


def gradients(function: Function, *arrays: Any) -> tuple[Any, ...]:
    """Derivatives of the weighted results with respect to the floating arrays.

    Of Variables they are Variables, which can be differentiated again.
    """
    nested = any(isinstance(array, Variable) for array in arrays)
    variables = arrays if nested else [Variable(array) for array in arrays]
    loss = weighted(function(*variables))
    if not isinstance(loss, Variable) or not loss.requires_grad:
        return ()
    inputs = [variable for variable in variables if is_floating(variable)]
    found = npl.gradients(loss, inputs, create_graph=nested)
    return tuple(gradient for gradient in found if gradient is not None)


def test_every_primitive_has_a_sample() -> None:
    registered = {
        name
        for name, primitive in primitives.items()
        if primitive.formula.__module__.startswith("neuropil.")
    }
    assert registered == set(SAMPLES)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_derivatives_of_first_and_second_order(name: str, case: Sample) -> None:
    function = function_of(name, case)
    if name in REFUSING:
        with pytest.raises(GraphError):
            gradients(function, *case.arrays())
    elif name in SURROGATE:
        npl.check_gradients(lambda *xs: gradients(function, *xs), *case.arrays(), order=2)
    else:
        npl.check_gradients(function, *case.arrays(), order=2)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_only_floating_results_require_gradients(name: str, case: Sample) -> None:
    results = function_of(name, case)(*map(Variable, case.arrays()))
    for y in (result for result in results if isinstance(result, Variable)):
        assert y.requires_grad == (is_floating(y) and name != "pick")


@pytest.mark.parametrize(("name", "case"), CASES)
def test_float32_stays_float32(name: str, case: Sample) -> None:
    settings = case.settings | ({"dtype": np.dtype("float32")} if name == "convert" else {})
    function = function_of(name, Sample(case.args, settings))
    arrays = [x.astype(np.float32) if is_floating(x) else x for x in case.arrays()]
    floating = [y for y in function(*arrays) if is_floating(y)]
    if name not in REFUSING:
        floating.extend(gradients(function, *arrays))
        floating.extend(gradients(lambda *xs: gradients(function, *xs), *arrays))
    assert {y.dtype for y in floating} <= {np.dtype("float32")}


@pytest.mark.fast
@pytest.mark.parametrize(("name", "case"), CASES)
def test_jax_computes_the_same_compiled(name: str, case: Sample) -> None:
    jax = pytest.importorskip("jax")
    function = function_of(name, case)

    def values_and_gradients(*arrays: Any) -> tuple[Any, Any]:
        refusing = name in REFUSING
        return function(*arrays), () if refusing else gradients(function, *arrays)

    expected = values_and_gradients(*case.arrays())
    with jax.enable_x64(True):
        run = values_and_gradients if name in UNCOMPILABLE else jax.jit(values_and_gradients)
        found = run(*map(jax.numpy.asarray, case.arrays()))
        for y, z in zip((*found[0], *found[1]), (*expected[0], *expected[1]), strict=True):
            assert y.dtype == z.dtype or not is_floating(z)  # JAX may count in int32
            np.testing.assert_allclose(y, z, rtol=1e-9, atol=1e-12)
