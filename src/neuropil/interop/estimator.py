"""What the estimators have in common: settings, and learning with `neuropil.fit`."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from neuropil import optim, training
from neuropil.interop.architecture import SOLVERS, hidden_sizes, named, perceptron
from neuropil.interop.convergence import Convergence
from neuropil.interop.sparse_rows import dense
from neuropil.interop.weighted_loss import WeightedLoss, weighted
from neuropil.optim.optimizer import check_not_negative
from neuropil.random import Generator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    from neuropil import nn
    from neuropil.interop.sample_weights import Numpy, Samples

FLOATING = (np.float64, np.float32)
"""The dtypes of networks: float32 where the inputs are, float64 for all others."""

PREDICTED_AT_ONCE = 4096
"""How many rows of a sparse matrix are made dense at a time."""


class NeuralEstimator(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn has no types
    """Base of `NeuralClassifier` and `NeuralRegressor`, which say what the settings are."""

    network_: nn.Sequential
    n_iter_: int
    loss_curve_: list[float]
    _generator: Generator
    _optimizer: optim.Optimizer

    def __init__(
        self,
        hidden_layer_sizes: int | Iterable[int] = (100,),
        *,
        activation: str | Callable[[], nn.Module] = "relu",
        dropout: float = 0.0,
        solver: str | Callable[..., optim.Optimizer] = "adam",
        alpha: float = 1e-4,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate_init: float = 1e-3,
        max_iter: int = 200,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.dropout = dropout
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    @abstractmethod
    def _losses(self, output: Any, target: Any) -> Any:
        """The loss of each sample."""

    @abstractmethod
    def _strata(self, targets: Numpy) -> Numpy | None:
        """What the held-out part shall have in the same shares as the rest, if anything."""

    @property
    def _is_fresh(self) -> bool:
        return not hasattr(self, "network_")

    def _inputs_and_targets(self, X: Any, y: Any, *, fresh: bool, **checks: Any) -> Any:
        """What was given to learn from, checked, in the dtype the network has or will have."""
        dtype = FLOATING if fresh else self.network_[0].dtype
        return validate_data(
            self, X, y, reset=fresh, dtype=dtype, accept_sparse="csr", multi_output=True, **checks
        )

    def _outputs(self, X: Any) -> Numpy:
        """What the network says: for each sample a row of logits, or of values."""
        check_is_fitted(self, "network_")
        dtype = self.network_[0].dtype
        inputs = validate_data(self, X, reset=False, dtype=dtype, accept_sparse="csr")
        parts = [
            training.predict(self.network_, dense(inputs[start : start + PREDICTED_AT_ONCE]))
            for start in range(0, inputs.shape[0], PREDICTED_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _fit(self, samples: Samples, *, fresh: bool) -> Self:
        """Train until the loss no longer falls."""
        check_not_negative(alpha=self.alpha, tol=self.tol)
        patience: Any = self.n_iter_no_change
        if not isinstance(patience, int | np.integer) or patience < 1:
            raise ValueError(
                f"n_iter_no_change is a number of epochs, at least 1, got {patience!r}"
            )
        if fresh:
            self._generator = self._new_generator()
        learned, held_out = self._split(samples) if self.early_stopping else (samples, None)
        if fresh:
            self._begin(samples)
        else:
            self._optimizer = self._new_optimizer(self.network_)
        stopping = self._stopping(learned, held_out)
        self._train(learned, self.max_iter, held_out, [stopping])
        if self.n_iter_ - stopping.best_epoch < self.n_iter_no_change:
            warnings.warn(
                f"{type(self).__name__} was still learning after max_iter={self.max_iter} epochs: "
                "give it more, or a larger learning_rate_init",
                ConvergenceWarning,
                stacklevel=3,
            )
        return self

    def _partial_fit(self, samples: Samples, *, fresh: bool) -> Self:
        """See each sample once."""
        if self.early_stopping:
            raise ValueError(
                "partial_fit sees each sample once and cannot stop early: set early_stopping=False"
            )
        if fresh:
            self._generator = self._new_generator()
            self._begin(samples)
        self._optimizer.lr = self.learning_rate_init
        self._train(samples, 1)
        return self

    def _begin(self, samples: Samples) -> None:
        """Make network and optimizer; neither is there if one cannot be made."""
        network = self._new_network(samples)
        self._optimizer = self._new_optimizer(network)
        self.network_ = network
        self.loss_curve_ = []

    def _train(
        self,
        samples: Samples,
        epochs: int,
        held_out: Samples | None = None,
        callbacks: Sequence[Any] = (),
    ) -> None:
        history = training.fit(
            self.network_,
            weighted(*samples),
            loss=WeightedLoss(self._losses),
            penalty=self._penalty(samples),
            optimizer=self._optimizer,
            epochs=epochs,
            batch_size=min(200, len(samples[1])) if self.batch_size == "auto" else self.batch_size,
            validation=None if held_out is None else weighted(*held_out),
            callbacks=callbacks,
            progress=bool(self.verbose),
            rng=self._generator,
        )
        self.network_.zero_grad()  # or a pickle would hold the gradients of the last step
        self.n_iter_ = len(history)
        self.loss_curve_ += history["loss"]
        self.loss_ = self.loss_curve_[-1]

    def _penalty(self, samples: Samples) -> optim.L2:
        return optim.L2(self.alpha / float(samples[2].sum()), biases=False)

    def _stopping(self, learned: Samples, held_out: Samples | None) -> Any:
        if held_out is None:
            return Convergence(self._penalty(learned), self.n_iter_no_change, self.tol)
        return training.EarlyStopping("val_loss", self.n_iter_no_change, self.tol)

    def _split(self, samples: Samples) -> tuple[Samples, Samples]:
        """What to learn from, and what is held out to see when to stop."""
        parts = train_test_split(
            *samples,
            test_size=self.validation_fraction,
            random_state=int(self._generator.integers(0, 2**31)),
            stratify=self._strata(samples[1]),
        )
        return tuple(parts[::2]), tuple(parts[1::2])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _new_generator(self) -> Generator:
        return Generator(int(check_random_state(self.random_state).randint(2**31 - 1)))

    def _new_network(self, samples: Samples) -> nn.Sequential:
        inputs, targets, _ = samples
        self.n_outputs_ = targets.shape[1]
        sizes = [inputs.shape[1], *hidden_sizes(self.hidden_layer_sizes), self.n_outputs_]
        network = perceptron(
            sizes, self.activation, self.dropout, dtype=inputs.dtype, rng=self._generator
        )
        return network.eval()  # for whoever calls it; `fit` changes the mode for its steps

    def _new_optimizer(self, network: nn.Module) -> optim.Optimizer:
        check_not_negative(learning_rate_init=self.learning_rate_init)
        make = named("solver", self.solver, SOLVERS)
        optimizer: optim.Optimizer = make(network.parameters(), lr=self.learning_rate_init)
        return optimizer
