"""L-BFGS: Newton's method from the gradients it has seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Literal, final

import numpy as np

from neuropil.errors import DivergenceError
from neuropil.graph import Variable, plain
from neuropil.optim.line_search import Point, strong_wolfe
from neuropil.optim.optimizer import Optimizer, check_not_negative

Flat = np.ndarray[Any, Any]
Closure = Callable[[], Variable]

LEAST_CURVATURE = 1e-10
"""A pair of changes whose product is not above this tells nothing of the curvature."""

NARROW = 1e-9
"""The line search ends where no parameter differs by more between the ends of its bracket."""


@final
class LBFGS(Optimizer):
    """The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno, for small problems.

    From the last changes s of the parameters and y of the gradient it makes H, about the inverse of
    the Hessian, and goes along −H g (Nocedal and Wright 2006, algorithm 7.4). It needs the loss of
    all data, the same at each evaluation: with batches, or dropout, y is noise. Parameters and
    history are one flat array each, so it takes (2 history_size + 5) times their memory.

    One `step` makes up to ``max_iter`` iterations and evaluates the loss for each of them, so it is
    called with a function that does. It branches on the numbers it finds, hence runs under NumPy
    only, not compiled, and `neuropil.training.fit` refuses it.

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: How much of −H g a step takes, or the line search tries first.
        max_iter: The most iterations a step.
        max_eval: The most evaluations of the loss a step; 1.25 ``max_iter`` by default.
        tolerance_grad: Stop where no derivative is larger.
        tolerance_change: Stop where neither the parameters nor the loss change by more.
        history_size: How many pairs (s, y) are kept.
        line_search_fn: ``"strong_wolfe"`` makes every step long and short enough; None takes
            ``lr`` as it is.

    Raises:
        ValueError: A negative setting, or a line search that is not known.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([-1.2, 1.0])
        >>> optimizer = LBFGS([x], line_search_fn="strong_wolfe", max_iter=50)
        >>> def rosenbrock():
        ...     optimizer.zero_grad()
        ...     loss = 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2
        ...     loss.backward()
        ...     return loss
        >>> _ = optimizer.step(rosenbrock); x.value.round(6).tolist()
        [1.0, 1.0]
    """

    needs_closure: ClassVar[bool] = True

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: Literal["strong_wolfe"] | None = None,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative(tolerance_grad=tolerance_grad, tolerance_change=tolerance_change)
        if line_search_fn not in ("strong_wolfe", None):
            raise ValueError(f"line_search_fn is 'strong_wolfe' or None, got {line_search_fn!r}")
        self.max_iter = max_iter
        self.max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        if min(max_iter, self.max_eval, history_size) < 1:
            raise ValueError(
                "max_iter, max_eval and history_size are at least 1, got "
                f"{max_iter}, {self.max_eval}, {history_size}"
            )
        self.tolerance_grad = tolerance_grad
        self.tolerance_change = tolerance_change
        self.history_size = history_size
        self.line_search_fn = line_search_fn
        x = self._flat([parameter.value for parameter in self.params])
        self.position_changes = _remembered("position_changes", np.zeros((history_size, x.size)), x)
        self.gradient_changes = _remembered("gradient_changes", np.zeros((history_size, x.size)), x)
        self.moved = _remembered("moved", np.zeros(x.size), x)
        self.last_gradient = _remembered("last_gradient", np.zeros(x.size), x)
        self.pairs = Variable(np.array(0), name="pairs", requires_grad=False)
        self.iterations = Variable(np.array(0), name="iterations", requires_grad=False)

    def step(self, closure: Closure | None = None) -> Variable:
        """Make up to ``max_iter`` iterations.

        Args:
            closure: Clears the gradients, computes the loss, calls its `backward`, returns it.

        Returns:
            The loss before the step.

        Raises:
            TypeError: There is no closure.
            ValueError: The learning rate is 0.
            DivergenceError: The loss is not finite.
        """
        if closure is None:
            raise TypeError(
                "L-BFGS evaluates the loss several times a step: call step(closure) with a "
                "function that clears the gradients, computes the loss, calls its backward() and "
                "returns it"
            )
        if self.lr.value == 0.0:
            raise ValueError(
                "the learning rate of L-BFGS is 0, so it cannot go anywhere: take 1, say"
            )
        self._match_dtype()
        before = closure()
        here, evaluations = self._point(0.0, before, 0.0), 1
        if _largest(here.gradient) <= self.tolerance_grad:
            return before
        for iteration in range(self.max_iter):
            direction, t = self._direction(here.gradient)
            last, here = here.loss, here._replace(t=0.0, slope=float(here.gradient @ direction))
            if here.slope > -self.tolerance_change:
                break
            left, is_last = self.max_eval - evaluations, iteration + 1 == self.max_iter
            here, spent = self._advance(here, direction, t, closure, left=left, is_last=is_last)
            self.moved.value = here.t * direction
            evaluations += spent
            if (
                evaluations >= self.max_eval
                or _largest(here.gradient) <= self.tolerance_grad
                or _largest(self.moved.value) <= self.tolerance_change
                or abs(here.loss - last) < self.tolerance_change
            ):
                break
        return before

    def state(self) -> list[Variable]:
        """The rate, the pairs of changes, the last change and gradient, and two counts."""
        self._match_dtype()
        return [
            self.lr,
            self.position_changes,
            self.gradient_changes,
            self.moved,
            self.last_gradient,
            self.pairs,
            self.iterations,
        ]

    def _direction(self, g: Flat) -> tuple[Flat, float]:
        """−H g, and the step length to begin with; takes note of the gradient."""
        is_first = self.iterations.value == 0
        if not is_first:
            self._remember(self.moved.value, g - self.last_gradient.value)
        self.iterations.value = self.iterations.value + 1
        self.last_gradient.value = g
        self.moved.value = np.zeros_like(g)  # until it has
        lr = float(self.lr.value)
        return self._newton(g), min(1.0, 1.0 / float(np.abs(g).sum())) * lr if is_first else lr

    def _remember(self, s: Flat, y: Flat) -> None:
        """Add a pair of changes; where there is no room, the oldest goes."""
        if not s @ y > LEAST_CURVATURE:
            return
        count = int(self.pairs.value)
        if count == self.history_size:
            for changes in (self.position_changes, self.gradient_changes):
                changes.value[:-1] = changes.value[1:].copy()
            count -= 1
        self.position_changes.value[count] = s
        self.gradient_changes.value[count] = y
        self.pairs.value = np.array(count + 1)

    def _newton(self, g: Flat) -> Flat:
        """−H g by the two loops over the pairs, H beginning as a multiple of the identity."""
        count = int(self.pairs.value)
        s, y = self.position_changes.value[:count], self.gradient_changes.value[:count]
        curvatures = np.sum(s * y, axis=1)
        shares = np.zeros_like(curvatures)
        direction = -g
        for i in reversed(range(count)):
            shares[i] = s[i] @ direction / curvatures[i]
            direction = direction - shares[i] * y[i]
        if count:
            direction = direction * (curvatures[-1] / (y[-1] @ y[-1]))
        for i in range(count):
            direction = direction + (shares[i] - y[i] @ direction / curvatures[i]) * s[i]
        return direction

    def _advance(
        self,
        here: Point,
        direction: Flat,
        t: float,
        closure: Closure,
        *,
        left: int,
        is_last: bool,
    ) -> tuple[Point, int]:
        """Go along the direction; where that led, and how many evaluations of the loss it took."""
        x = self._flat([parameter.value for parameter in self.params])

        def at(t: float) -> Point:
            self._write(x + t * direction)
            return self._point(t, closure(), direction)

        if self.line_search_fn is None and is_last:  # nobody will ask for the loss there
            self._write(x + t * direction)
            return here._replace(t=t), 0
        if self.line_search_fn is None:
            point, spent = at(t), 1
        else:
            width = NARROW / _largest(direction)
            point, spent = strong_wolfe(at, here, t, most=left, width=width)
            self._write(x + point.t * direction)
        if not math.isfinite(point.loss):
            raise _diverged(point.loss)
        return point, spent

    def _point(self, t: float, loss: Variable, direction: Flat | float) -> Point:
        """What the closure found: a loss that is not finite is a wall."""
        number, g = float(loss.item()), self._gradient()
        if t == 0.0 and not math.isfinite(number):
            raise _diverged(number)
        return Point(
            t, number if math.isfinite(number) else math.inf, g, float(np.sum(g * direction))
        )

    def _gradient(self) -> Flat:
        """All gradients in a row; 0 for a parameter that has none."""
        gradients = [plain(parameter.grad) for parameter in self.params]
        return self._flat(
            [
                np.zeros_like(parameter.value) if g is None else g
                for parameter, g in zip(self.params, gradients, strict=True)
            ]
        )

    def _match_dtype(self) -> None:
        """State has the dtype of the parameters, which `Module.astype` may have changed."""
        dtype = np.result_type(*(parameter.dtype for parameter in self.params))
        for state in (self.position_changes, self.gradient_changes, self.moved, self.last_gradient):
            state.value = state.value.astype(dtype, copy=False)

    def _flat(self, arrays: list[Flat]) -> Flat:
        return np.concatenate([np.ravel(array) for array in arrays])

    def _write(self, flat: Flat) -> None:
        begin = 0
        for parameter in self.params:
            end = begin + parameter.size
            parameter.value[...] = flat[begin:end].reshape(parameter.shape)
            begin = end


def _remembered(name: str, array: Flat, like: Flat) -> Variable:
    return Variable(array.astype(like.dtype), name=name, requires_grad=False)


def _largest(x: Flat) -> float:
    return float(np.max(np.abs(x), initial=0.0))


def _diverged(loss: float) -> DivergenceError:
    return DivergenceError(
        f"L-BFGS: the loss is {loss}: begin elsewhere, or take line_search_fn='strong_wolfe' or a "
        "smaller lr"
    )
