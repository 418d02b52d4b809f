"""A network that tells classes apart, as an estimator of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, final

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from neuropil import ops
from neuropil.interop.estimator import NeuralEstimator
from neuropil.interop.sample_weights import as_weights, counting, with_class_weights
from neuropil.nn import functional

if TYPE_CHECKING:
    from typing import Self

    from neuropil import nn, optim
    from neuropil.interop.sample_weights import Numpy, Samples


@final
class NeuralClassifier(ClassifierMixin, NeuralEstimator):  # type: ignore[misc]
    """A multilayer perceptron that tells classes apart, with the ways of scikit-learn.

    It minimises Σ wᵢ Lᵢ + α‖W‖²/2 by batches (notes 2.3, 5.4.1, 6.3.1), where wᵢ is the weight of
    sample i, as if it stood there wᵢ times, and Lᵢ its cross-entropy: categorical, of a softmax,
    for three classes or more; Bernoulli, of logistic outputs, for two, and where a sample may be of
    several classes.

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
        validation_fraction: The share of samples that is held out for it, of each class alike.
        class_weight: A weight for each class, or ``"balanced"``, which makes all count alike.
        warm_start: Whether another `fit` goes on with the network there is.
        random_state: A seed, a ``numpy.random.RandomState``, or None for NumPy's global one. All
            that is random is drawn from it: a seed repeats a training to the bit.
        verbose: Whether to show progress on standard error.

    Attributes:
        network_: The network, a `nn.Sequential` whose outputs are logits.
        classes_: The classes.
        n_outputs_: How many outputs the network has.
        out_activation_: ``"softmax"`` or ``"logistic"``, which makes probabilities of the logits.
        loss_curve_: The mean loss of each epoch, without the penalty.
        loss_: The last of them.
        n_iter_: How many epochs the last call took.
        n_features_in_, feature_names_in_: What ``X`` was, as in any estimator.

    Raises:
        ValueError: (by `fit`) A setting or the data cannot be used.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import StandardScaler
        >>> classifier = NeuralClassifier(20, learning_rate_init=0.02, tol=0.001, random_state=0)
        >>> pipeline = make_pipeline(StandardScaler(), classifier).fit(*load_iris(return_X_y=True))
        >>> pipeline.score(*load_iris(return_X_y=True)) > 0.95
        True
    """

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
        class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
        warm_start: bool = False,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        super().__init__(
            hidden_layer_sizes,
            activation=activation,
            dropout=dropout,
            solver=solver,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate_init=learning_rate_init,
            max_iter=max_iter,
            tol=tol,
            n_iter_no_change=n_iter_no_change,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            warm_start=warm_start,
            random_state=random_state,
            verbose=verbose,
        )
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the network until its loss no longer falls.

        Args:
            X: (samples, features), numbers; an array or a sparse matrix.
            y: (samples,), the class of each sample: numbers or strings. Or (samples, classes) of
                0 and 1, where a sample may be of several classes or of none.
            sample_weight: (samples,), how much each sample counts; by default alike.

        Raises:
            ValueError: The data or a setting cannot be used.
        """
        fresh = self._is_fresh or not self.warm_start
        return self._fit(self._samples(X, y, sample_weight, fresh=fresh), fresh=fresh)

    def partial_fit(
        self, X: Any, y: Any, *, classes: Any = None, sample_weight: Any = None
    ) -> Self:
        """Go on learning: see each of these samples once.

        Args:
            X: As in `fit`.
            y: As in `fit`.
            classes: All classes there will ever be; the first call needs them (but not where a
                sample may be of several), later calls may leave them out.
            sample_weight: As in `fit`.

        Raises:
            ValueError: ``classes`` are missing or not the same, a label is none of them;
                ``class_weight="balanced"``, for which all samples have to be known; as in `fit`.
        """
        if isinstance(self.class_weight, str):
            raise ValueError(
                f"partial_fit sees a part of the samples, so class_weight={self.class_weight!r} "
                "cannot be computed: give a weight for each class"
            )
        fresh = self._is_fresh
        if fresh and classes is None and not type_of_target(y).startswith("multilabel"):
            raise ValueError(
                "the first call of partial_fit needs all classes there will ever be: classes=[…]"
            )
        if not (fresh or classes is None or np.array_equal(np.unique(classes), self.classes_)):
            raise ValueError(
                f"this network was made for the classes {self.classes_.tolist()}, got classes="
                f"{np.unique(classes).tolist()}: leave them out, or begin with a new estimator"
            )
        samples = self._samples(X, y, sample_weight, fresh=fresh, classes=classes)
        return self._partial_fit(samples, fresh=fresh)

    def predict(self, X: Any) -> Numpy:
        """The most probable class of each sample, or for several classes each that is likely."""
        probabilities = self._probabilities(X)
        predicted: Numpy = self._binarizer.inverse_transform(probabilities)
        return predicted

    def predict_proba(self, X: Any) -> Numpy:
        """The probability of each class, in the order of ``classes_``: (samples, classes)."""
        p = self._probabilities(X)
        return np.hstack([1.0 - p, p]) if self._is_binary else p

    def predict_log_proba(self, X: Any) -> Numpy:
        """The logarithms of `predict_proba`, exact also where a probability is 0 in its dtype."""
        z = self._outputs(X)
        if self.out_activation_ == "softmax":
            return np.asarray(ops.log_softmax(z, axis=1))
        log_p = -np.logaddexp(0.0, -z)
        return np.hstack([-np.logaddexp(0.0, z), log_p]) if self._is_binary else log_p

    def _probabilities(self, X: Any) -> Numpy:
        """Of each output: of two classes, of the second only."""
        z = self._outputs(X)
        return np.asarray(ops.softmax(z) if self.out_activation_ == "softmax" else ops.sigmoid(z))

    @property
    def _is_binary(self) -> bool:
        return bool(self._binarizer.y_type_ == "binary")

    def _samples(
        self, X: Any, y: Any, sample_weight: Any, *, fresh: bool, classes: Any = None
    ) -> Samples:
        inputs, labels = self._inputs_and_targets(X, y, fresh=fresh)
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = column_or_1d(labels, warn=True)
        check_classification_targets(labels)
        if fresh:
            self._know(labels if classes is None else classes)
        self._check_labels(labels)
        targets = self._binarizer.transform(labels).astype(inputs.dtype)
        weights = with_class_weights(as_weights(sample_weight, inputs), self.class_weight, labels)
        return counting(inputs, targets, weights)

    def _know(self, classes: Any) -> None:
        """Learn which classes there are, and so which loss is theirs."""
        self._binarizer = LabelBinarizer().fit(classes)
        self.classes_ = self._binarizer.classes_
        if len(self.classes_) < 2:
            raise ValueError(
                "a classifier needs samples of two classes or more, got one class: "
                f"{self.classes_.tolist()}"
            )
        is_multiclass = self._binarizer.y_type_ == "multiclass"
        self.out_activation_ = "softmax" if is_multiclass else "logistic"

    def _check_labels(self, labels: Numpy) -> None:
        """Refuse labels that the network has no output for."""
        columns = labels.ndim == 2
        found = np.arange(labels.shape[1]) if columns else np.unique(labels)
        if foreign := np.setdiff1d(found, self.classes_).tolist():
            raise ValueError(
                f"y has classes {foreign} that are not among the {len(self.classes_)} this network "
                f"was made for, {self.classes_.tolist()}: begin anew with fit and "
                "warm_start=False, or give partial_fit all classes in its first call"
            )

    def _losses(self, output: Any, target: Any) -> Any:
        if self.out_activation_ == "softmax":
            return functional.cross_entropy(output, target, reduction="none")
        losses = functional.binary_cross_entropy_with_logits(output, target, reduction="none")
        return ops.sum(losses, axis=1)

    def _strata(self, targets: Numpy) -> Numpy | None:
        return None if self._binarizer.y_type_.startswith("multilabel") else targets

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
