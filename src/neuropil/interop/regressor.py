"""A network that predicts numbers, as an estimator of scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from sklearn.base import RegressorMixin

from neuropil.interop.estimator import NeuralEstimator
from neuropil.interop.sample_weights import as_weights, counting
from neuropil.nn import functional

if TYPE_CHECKING:
    from typing import Self

    from neuropil.interop.sample_weights import Numpy, Samples


@final
class NeuralRegressor(RegressorMixin, NeuralEstimator):  # type: ignore[misc]
    """A multilayer perceptron that predicts numbers, with the ways of scikit-learn.

    It minimises Σ wᵢ ½‖yᵢ − tᵢ‖² + α‖W‖²/2 by batches (notes 2.3.1, 5.4.1, 6.3.1), where wᵢ is the
    weight of sample i, as if it stood there wᵢ times. Targets may have several columns. They are
    not scaled: where they are far from 0 or of another size than 1, wrap the regressor into a
    ``sklearn.compose.TransformedTargetRegressor``.

    Args:
        hidden_layer_sizes: How many units each hidden layer has; ``()`` for a linear model.
        activation: Of the hidden units: ``"relu"``, ``"tanh"``, ``"logistic"``, ``"identity"``, or
            what makes the layer, such as `nn.Tanh`.
        dropout: With which probability a hidden unit is dropped in a step of training.
        solver: ``"adam"``, ``"sgd"`` (with Nesterov momentum 0.9), or a function
            ``(parameters, lr) -> optimizer`` such as `optim.RMSprop`.
        alpha: Strength of the L2 penalty α‖W‖²/2 on the weights; biases are left alone.
        batch_size: Samples a step; ``"auto"`` is 200, or all where there are fewer.
        learning_rate_init: The learning rate.
        max_iter: The most epochs.
        tol: By how much the loss with its penalty has to fall to count as better.
        n_iter_no_change: Training stops after so many epochs in which it did not.
        early_stopping: Whether to watch the loss on samples that are held out instead, without the
            penalty; the network of the best epoch is kept.
        validation_fraction: The share of samples that is held out for it.
        warm_start: Whether another `fit` goes on with the network there is.
        random_state: A seed, a ``numpy.random.RandomState``, or None for NumPy's global one. All
            that is random is drawn from it: a seed repeats a training to the bit.
        verbose: Whether to show progress on standard error.

    Attributes:
        network_: The network, a `nn.Sequential`.
        n_outputs_: How many outputs the network has.
        out_activation_: ``"identity"``: outputs are what the last layer gives.
        loss_curve_: The mean loss of each epoch, without the penalty.
        loss_: The last of them.
        n_iter_: How many epochs the last call took.
        n_features_in_, feature_names_in_: What ``X`` was, as in any estimator.

    Raises:
        ValueError: (by `fit`) A setting or the data cannot be used.

    Example:
        >>> import numpy as np
        >>> x = np.linspace(-2.0, 2.0, 100)[:, None]
        >>> regressor = NeuralRegressor(20, solver="adam", learning_rate_init=0.02, random_state=0)
        >>> regressor.fit(x, np.sin(x[:, 0])).score(x, np.sin(x[:, 0])) > 0.95
        True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the network until its loss no longer falls.

        Args:
            X: (samples, features), numbers; an array or a sparse matrix.
            y: (samples,) or (samples, outputs), numbers.
            sample_weight: (samples,), how much each sample counts; by default alike.

        Raises:
            ValueError: The data or a setting cannot be used.
        """
        fresh = self._is_fresh or not self.warm_start
        return self._fit(self._samples(X, y, sample_weight, fresh=fresh), fresh=fresh)

    def partial_fit(self, X: Any, y: Any, *, sample_weight: Any = None) -> Self:
        """Go on learning: see each of these samples once.

        Arguments and errors as in `fit`.
        """
        fresh = self._is_fresh
        return self._partial_fit(self._samples(X, y, sample_weight, fresh=fresh), fresh=fresh)

    def predict(self, X: Any) -> Numpy:
        """The output for each sample: (samples,), or (samples, outputs) where there are several."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self.n_outputs_ == 1 else outputs

    def _samples(self, X: Any, y: Any, sample_weight: Any, *, fresh: bool) -> Samples:
        inputs, y = self._inputs_and_targets(X, y, fresh=fresh, y_numeric=True)
        targets = y.reshape(len(y), -1).astype(inputs.dtype)
        if not fresh and targets.shape[1] != self.n_outputs_:
            raise ValueError(
                f"this network has {self.n_outputs_} outputs, got targets {y.shape}: begin anew "
                "with fit and warm_start=False"
            )
        self.out_activation_ = "identity"
        return counting(inputs, targets, as_weights(sample_weight, inputs))

    def _losses(self, output: Any, target: Any) -> Any:
        return functional.half_squared_error(output, target, reduction="none")

    def _strata(self, targets: Numpy) -> None:  # noqa: ARG002 (numbers have no classes)
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
